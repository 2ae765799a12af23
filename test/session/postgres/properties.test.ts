import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Conversation,
  clientTurns,
  interleave,
  leakedNeedle,
  replay,
  startup,
  talk,
} from '../../support/conversation.ts';
import { oneByteAtATime, SeededRandom } from '../../support/properties.ts';
import { ScriptedServer } from '../../support/scripted-server.ts';
import { scripts } from '../../support/scripted-statements.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { escaped } from '../../support/show-bytes.ts';

let masked: SessionFactory;
let empty: SessionFactory;
let detecting: SessionFactory;

beforeAll(async () => {
  masked = await createSessionFactory(sampleMasking);
  empty = await createSessionFactory({});
  detecting = await createSessionFactory({ ...sampleMasking, detect: { mask: 'redact' } });
});

/** Bytes of one side of a conversation. */
function sideOf(steps: Conversation, side: 'downstream' | 'upstream'): Buffer {
  return Buffer.concat(steps.filter((step) => step.side === side).map(({ bytes }) => bytes));
}

/** `bytes` in pieces, each overwritten as soon as the next one is asked for. */
function* usedAgain(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    const piece = Buffer.from(bytes.subarray(at, at + size));
    yield piece;
    piece.fill(0xaa);
  }
}

const { refusals: _refused, ...allowedTurns } = clientTurns;

describe.each(Object.entries(clientTurns))('%s', (_name, turns) => {
  it('goes through without a failure', () => {
    const { heard, server } = talk(masked.open(), turns);
    expect(heard.failure).toBeUndefined();
    expect(server.isClosed).toBe(false);
  });

  it('shows no planted value, with and without detectors', () => {
    for (const factory of [masked, detecting]) {
      const session = factory.open();
      const { heard } = talk(session, turns);
      expect(heard.failure).toBeUndefined();
      expect(leakedNeedle(heard.toDownstream)).toBeUndefined();
      const { masked: counts, refused, failedClosed } = session.report;
      const report = JSON.stringify([[...counts], [...refused], [...failedClosed]]);
      expect(leakedNeedle(Buffer.from(report))).toBeUndefined();
    }
  });

  it('comes to the same in two chunks, cut anywhere', () => {
    const { steps, heard } = talk(masked.open(), turns);
    for (const [index, { bytes }] of steps.entries()) {
      for (let at = 1; at < bytes.length; at++) {
        const cut = [Buffer.from(bytes.subarray(0, at)), Buffer.from(bytes.subarray(at))];
        const again = replay(masked.open(), steps, (step, i) => (i === index ? cut : [step.bytes]));
        if (!again.toDownstream.equals(heard.toDownstream) || !again.toUpstream.equals(heard.toUpstream)) {
          expect.fail(`step ${index} (${steps[index]!.side}) cut at ${at} of ${bytes.length}`);
        }
      }
    }
  });

  it('comes to the same one byte at a time', () => {
    const { steps, heard } = talk(masked.open(), turns);
    const again = replay(masked.open(), steps, ({ bytes }) => oneByteAtATime(bytes));
    expect(escaped(again.toDownstream)).toBe(escaped(heard.toDownstream));
    expect(escaped(again.toUpstream)).toBe(escaped(heard.toUpstream));
  });

  it('comes to the same when the memory of a chunk is used again at once', () => {
    const { steps, heard } = talk(masked.open(), turns);
    for (const size of [7, 64, 65_536]) {
      const again = replay(masked.open(), steps, ({ bytes }) => usedAgain(bytes, size));
      expect(escaped(again.toDownstream), `pieces of ${size}`).toBe(escaped(heard.toDownstream));
      expect(escaped(again.toUpstream), `pieces of ${size}`).toBe(escaped(heard.toUpstream));
    }
  });

  it('comes to the same for a client that never waits, however the directions interleave', () => {
    const { steps, heard } = talk(masked.open(), turns);
    const client = sideOf(steps, 'downstream');
    for (let seed = 0; seed < 50; seed++) {
      const random = new SeededRandom(seed);
      const server = new ScriptedServer(scripts);
      const again = interleave(masked.open(), client, server, { below: (max) => random.below(max) });
      expect(again.failure, `seed ${seed}`).toBeUndefined();
      expect(escaped(again.toDownstream), `seed ${seed}`).toBe(escaped(heard.toDownstream));
    }
  });
});

describe.each(Object.entries(allowedTurns))('%s, with an empty policy', (_name, turns) => {
  it('passes both directions byte by byte', () => {
    const { steps, heard } = talk(empty.open(), turns);
    expect(heard.failure).toBeUndefined();
    expect(escaped(heard.toDownstream)).toBe(escaped(sideOf(steps, 'upstream')));
    expect(escaped(heard.toUpstream)).toBe(escaped(sideOf(steps, 'downstream')));
  });

  it('passes slices of the input after log-in', () => {
    const { steps } = talk(empty.open(), turns);
    const session = empty.open();
    for (const [index, { side, bytes }] of steps.entries()) {
      const output = side === 'downstream' ? session.fromDownstream(bytes) : session.fromUpstream(bytes);
      const slices = side === 'downstream' ? output.toUpstream : output.toDownstream;
      if (index < 2) continue;
      expect(slices).toHaveLength(1);
      expect(slices[0]!.buffer).toBe(bytes.buffer);
      expect(slices[0]!.byteOffset).toBe(bytes.byteOffset);
    }
  });
});

it('the start-up packet and everything before the first answer passes unchanged', () => {
  const { heard } = talk(masked.open(), []);
  expect(heard.toUpstream).toEqual(startup);
});
