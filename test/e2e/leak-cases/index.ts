import type { LeakCase } from '../../support/leak-case.ts';
import { labelCases } from './a-label-changes.ts';
import { relationCases } from './b-origin-moves.ts';
import { originLostCases } from './c-origin-lost.ts';
import { channelCases } from './d-other-channels.ts';
import { protocolCases } from './e-protocol.ts';
import { comingBackCases } from './f-coming-back.ts';

/** Every way in which a value ever got, or could get, past a masking proxy. Entries are never removed. */
export const leakSections: readonly { readonly title: string; readonly cases: readonly LeakCase[] }[] = [
  { title: 'the label changes, the origin does not', cases: labelCases },
  { title: 'the origin moves to another relation', cases: relationCases },
  { title: 'the origin is lost', cases: originLostCases },
  { title: 'another channel than DataRow', cases: channelCases },
  { title: 'the protocol', cases: protocolCases },
  { title: 'coming back', cases: comingBackCases },
];
