import { WireError } from '../../../src/errors.ts';
import type { MaskingSession, MaskReport, Output } from '../../../src/session/masking-session.ts';

const report: MaskReport = {
  rows: 0,
  messagesFromUpstream: 0,
  messagesFromDownstream: 0,
  masked: new Map(),
  failedClosed: new Map(),
  refused: new Map(),
};

/** What a fake session answers; what is left out passes as it is. */
export interface FakeAnswers {
  readonly fromDownstream?: (chunk: Uint8Array) => Output;
  readonly fromUpstream?: (chunk: Uint8Array) => Output;
  readonly end?: (side: 'downstream' | 'upstream') => Output;
}

/** A session without a protocol. `ended` lists the sides that have ended. */
export function fakeSession(answers: FakeAnswers = {}): MaskingSession & { readonly ended: string[] } {
  const ended: string[] = [];
  return {
    ended,
    report,
    fromDownstream: answers.fromDownstream ?? ((chunk) => ({ toUpstream: [chunk], toDownstream: [] })),
    fromUpstream: answers.fromUpstream ?? ((chunk) => ({ toUpstream: [], toDownstream: [chunk] })),
    end: (side) => {
      ended.push(side);
      return answers.end?.(side) ?? { toUpstream: [], toDownstream: [] };
    },
  };
}

/** The error of failing fake sessions. */
export const failure: WireError = new WireError('WIREMASK_ERR_MESSAGE_TYPE', 'a message nobody knows');

/** An output that fails after last words to the client. */
export function failing(lastWords: string): Output {
  return { toUpstream: [], toDownstream: [Buffer.from(lastWords)], failure };
}
