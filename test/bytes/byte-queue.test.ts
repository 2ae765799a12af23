import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from '../../src/bytes/byte-queue.ts';

describe('ByteQueue', () => {
  it('gives the bytes in order, whatever the sizes going in and out', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ push: fc.integer({ min: 0, max: 5000 }) }),
        fc.record({ take: fc.integer({ min: 0, max: 5000 }) }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (sequence) => {
        const queue = new ByteQueue();
        const taken: Uint8Array[] = [];
        let pushed = 0;
        for (const step of sequence) {
          if ('push' in step) {
            queue.push(numbered(pushed, step.push));
            pushed += step.push;
          } else {
            const held = queue.length;
            const bytes = queue.take(step.take);
            expect(bytes?.length).toBe(step.take > held ? undefined : step.take);
            if (bytes !== undefined) taken.push(bytes);
          }
        }
        // Compared at the end: later calls must not have changed what was taken.
        const all = Buffer.concat(taken);
        expect(all.equals(numbered(0, all.length))).toBe(true);
        expect(queue.length).toBe(pushed - all.length);
      }),
    );
  });

  it('does not depend on the chunk after push', () => {
    const queue = new ByteQueue();
    const chunk = Uint8Array.of(1, 2, 3);
    queue.push(chunk);
    chunk.fill(9);
    expect(queue.take(3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('shows the first bytes without removing them', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1, 2));
    expect(queue.peek(3)).toBeUndefined();
    queue.push(new Uint8Array(3000).fill(3));
    queue.push(new Uint8Array(9000).fill(4));
    expect(queue.peek(3)).toEqual(Uint8Array.of(1, 2, 3));
    expect(queue.peek(12002)?.at(-1)).toBe(4);
    expect(queue.length).toBe(12002);
    expect(queue.take(12002)?.length).toBe(12002);
    expect(queue.take(0)).toEqual(new Uint8Array(0));
  });

  it('is empty after clear', () => {
    const queue = new ByteQueue();
    queue.push(Uint8Array.of(1));
    queue.clear();
    expect(queue.length).toBe(0);
    expect(queue.take(1)).toBeUndefined();
    queue.push(Uint8Array.of(2));
    expect(queue.take(1)).toEqual(Uint8Array.of(2));
  });

  it('takes time in proportion to the bytes, not to their square', () => {
    const small = timeToFill(4);
    const large = timeToFill(64);
    // 16 times the bytes; a quadratic queue would need 256 times as long.
    expect(large).toBeLessThan(Math.max(small, 4) * 80);
  });
});

function timeToFill(mebibytes: number): number {
  const chunk = new Uint8Array(64 * 1024);
  const started = performance.now();
  const queue = new ByteQueue();
  for (let i = 0; i < mebibytes * 16; i++) {
    queue.push(chunk);
    queue.peek(5);
  }
  expect(queue.take(mebibytes * 1024 * 1024)?.length).toBe(mebibytes * 1024 * 1024);
  return performance.now() - started;
}

// Bytes that tell their position in the stream.
function numbered(start: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => ((start + index) * 31) >>> 3);
}
