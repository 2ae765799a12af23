import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/index.ts';
import {
  backend,
  encodeCommandComplete,
  encodeMessage,
  encodeQuery,
  encodeReadyForQuery,
  encodeStartupMessage,
} from '../../../src/wire/postgres/index.ts';

describe('isBusy', () => {
  it.each([
    ['an empty policy', {}],
    ['detectors', { detect: { mask: 'redact' as const, packs: ['pii'] } }],
  ])('with %s is true only between a question and its ReadyForQuery', async (_, masking) => {
    const session = (await createMasker({ masking })).postgres();
    session.fromDownstream(
      encodeStartupMessage({ protocolMajor: 3, protocolMinor: 0, parameters: [['user', 'a']] }),
    );
    session.fromUpstream(encodeMessage(backend.authentication, (writer) => writer.int32(0)));
    session.fromUpstream(encodeReadyForQuery('I'));
    expect(session.isBusy).toBe(false);
    session.fromDownstream(encodeQuery('begin'));
    expect(session.isBusy).toBe(true);
    session.fromUpstream(encodeCommandComplete('BEGIN'));
    session.fromUpstream(encodeReadyForQuery('T'));
    expect(session.isBusy).toBe(true);
    session.fromDownstream(encodeQuery('commit'));
    session.fromUpstream(encodeCommandComplete('COMMIT'));
    session.fromUpstream(encodeReadyForQuery('I'));
    expect(session.isBusy).toBe(false);
  });
});
