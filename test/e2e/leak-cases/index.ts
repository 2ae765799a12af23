import type { LeakCase } from '../../support/leak-case.ts';
import { labelCases } from './a-label-changes.ts';
import { relationCases } from './b-origin-moves.ts';
import { originLostCases } from './c-origin-lost.ts';
import { channelCases } from './d-other-channels.ts';
import { protocolCases } from './e-protocol.ts';
import { comingBackCases } from './f-coming-back.ts';
import { statementCases } from './g-statements.ts';
import { definitionCases } from './h-catalog.ts';
import { copyCases } from './h-copy.ts';
import { cursorCases } from './h-cursors.ts';
import { sessionStateCases } from './h-session-state.ts';
import { shapeCases } from './i-shapes.ts';

/** Every way in which a value ever got, or could get, past a masking proxy. Entries are never removed. */
export const leakSections: readonly { readonly title: string; readonly cases: readonly LeakCase[] }[] = [
  { title: 'the label changes, the origin does not', cases: labelCases },
  { title: 'the origin moves to another relation', cases: relationCases },
  { title: 'the origin is lost', cases: originLostCases },
  { title: 'another channel than DataRow', cases: channelCases },
  { title: 'the protocol', cases: protocolCases },
  { title: 'coming back', cases: comingBackCases },
  { title: 'what statements do besides', cases: statementCases },
  { title: 'what a session believes', cases: sessionStateCases },
  { title: 'COPY as a conversation', cases: copyCases },
  { title: 'names of cursors and portals', cases: cursorCases },
  { title: 'definitions that change', cases: definitionCases },
  { title: 'shapes that tell a value', cases: shapeCases },
];
