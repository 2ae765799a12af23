import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutputBuilder } from '../../src/session/output-builder.ts';

const bytesOf = (slices: readonly Uint8Array[]): string => Buffer.concat(slices).toString('latin1');

describe('OutputBuilder', () => {
  test('unchanged rows that were looked into leave as one slice of the chunk', () => {
    const output = new OutputBuilder();
    const chunk = Buffer.from('aaabbbccc');
    for (const at of [0, 3, 6]) {
      output.beginWriting();
      output.forward(chunk, at, at + 3);
    }
    const slices = output.take();
    expect(slices).toHaveLength(1);
    expect(slices[0]).toBe(chunk);
  });

  test('a rewritten message stands behind the unchanged ones before it', () => {
    const output = new OutputBuilder();
    const chunk = Buffer.from('aaabbbccc');
    output.forward(chunk, 0, 3);
    output.beginWriting().bytes(Buffer.from('X'));
    output.forward(chunk, 6, 9);
    output.beginWriting().bytes(Buffer.from('Y'));
    expect(bytesOf(output.take())).toBe('aaaXcccY');
  });

  test('a message taken back leaves no gap', () => {
    const output = new OutputBuilder();
    const chunk = Buffer.from('aaabbb');
    output.forward(chunk, 0, 3);
    const writer = output.beginWriting();
    const before = writer.length;
    writer.bytes(Buffer.from('half a row'));
    writer.truncate(before);
    output.add(Buffer.from('E'));
    expect(bytesOf(output.take())).toBe('aaaE');
  });

  test('any mix of long and short runs and rewritten messages keeps its order', () => {
    const step = fc.record({
      kind: fc.constantFrom('forward', 'write', 'look', 'take'),
      size: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(4096, 4097, 9000, 70_000)),
      isNewChunk: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const output = new OutputBuilder();
        const expected: Buffer[] = [];
        const got: Uint8Array[] = [];
        let chunk = Buffer.alloc(0);
        let at = 0;
        for (const [index, { kind, size, isNewChunk }] of steps.entries()) {
          const piece = Buffer.alloc(size, index + 1);
          if (kind === 'take') got.push(...output.take());
          if (kind === 'look') output.beginWriting();
          if (kind === 'write') output.beginWriting().bytes(piece);
          if (kind === 'forward') {
            if (isNewChunk || at + size > chunk.length) [chunk, at] = [Buffer.alloc(200_000), 0];
            piece.copy(chunk, at);
            output.forward(chunk, at, at + size);
            at += size;
          }
          if (kind === 'write' || kind === 'forward') expected.push(piece);
        }
        got.push(...output.take());
        expect(Buffer.concat(got).equals(Buffer.concat(expected))).toBe(true);
      }),
    );
  });
});
