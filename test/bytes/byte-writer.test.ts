import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';
import { expectOnlyWiremaskErrors } from '../support/properties.ts';

describe('ByteWriter', () => {
  it('writes integers big-endian', () => {
    const writer = new ByteWriter();
    writer.uint8(1);
    writer.int16(-2);
    writer.int16(65534);
    writer.int32(-3);
    writer.int32(4294967293);
    expect(Buffer.from(writer.take()).toString('hex')).toBe('01fffefffefffffffdfffffffd');
  });

  it('gives back what was written, however small the buffer begins', () => {
    const runs = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 30 });
    fc.assert(
      fc.property(runs, fc.integer({ min: 0, max: 64 }), (parts, capacity) => {
        const writer = new ByteWriter(capacity);
        for (const part of parts) {
          writer.int32(part.length);
          writer.bytes(part);
        }
        const reader = new ByteReader(writer.take());
        for (const part of parts) expect(reader.bytes(reader.int32())).toEqual(part);
        reader.expectEnd('test');
      }),
    );
  });

  it('copies a part of the source', () => {
    const source = Uint8Array.from({ length: 100 }, (_, index) => index);
    for (const [start, end] of [
      [0, 0],
      [10, 20],
      [10, 90],
      [99, 100],
    ] as const) {
      const writer = new ByteWriter(8);
      writer.bytes(source, start, end);
      expect(writer.take()).toEqual(source.slice(start, end));
    }
  });

  it('never writes again what it has handed over', () => {
    const writer = new ByteWriter(64);
    const taken: Uint8Array[] = [];
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i <= round; i++) writer.uint8(round);
      expect(writer.length).toBe(round + 1);
      taken.push(writer.take());
      expect(writer.length).toBe(0);
    }
    for (const [round, bytes] of taken.entries()) {
      expect(bytes).toEqual(new Uint8Array(round + 1).fill(round));
    }
  });

  it('fills in a length that stays right after the buffer has grown and moved', () => {
    const writer = new ByteWriter(16);
    writer.int32(7);
    writer.take();
    writer.uint8(0x44);
    writer.int32(0);
    writer.bytes(new Uint8Array(100).fill(9));
    writer.patchInt32(1, writer.length - 1);
    const message = new ByteReader(writer.take());
    expect(message.uint8()).toBe(0x44);
    expect(message.int32()).toBe(104);
    expect(message.remaining()).toBe(100);
  });

  it('forgets what is discarded and nothing else', () => {
    const writer = new ByteWriter();
    writer.uint8(1);
    const kept = writer.take();
    writer.uint8(2);
    writer.discard();
    writer.uint8(3);
    expect(writer.take()).toEqual(Uint8Array.of(3));
    expect(kept).toEqual(Uint8Array.of(1));
  });

  it('writes strings as UTF-8 with a NUL, and refuses a NUL inside', () => {
    const writer = new ByteWriter();
    writer.cstring('\u00e9');
    writer.cstring(Uint8Array.of(0xff));
    expect(writer.take()).toEqual(Uint8Array.of(0xc3, 0xa9, 0, 0xff, 0));
    expect(expectOnlyWiremaskErrors(() => writer.cstring('a\0b'))).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});
