import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/bytes/byte-writer.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('ByteWriter, parts of what was written', () => {
  test('insert moves what follows back, also when the buffer has to grow', () => {
    for (const capacity of [16, 1024]) {
      const writer = new ByteWriter(capacity);
      writer.bytes(Buffer.from('0123456789'));
      writer.insert(4, Buffer.from('<inserted>..'), 0, 10);
      writer.insert(0, Buffer.from('^'), 0, 1);
      writer.insert(writer.length, Buffer.from('$'), 0, 1);
      expect(text(writer.take())).toBe('^0123<inserted>456789$');
    }
  });

  test('insert does not touch what was taken before', () => {
    const writer = new ByteWriter(64);
    writer.bytes(Buffer.from('taken'));
    const taken = writer.take();
    writer.bytes(Buffer.from('ac'));
    writer.insert(1, Buffer.from('b'), 0, 1);
    expect([text(taken), text(writer.take())]).toEqual(['taken', 'abc']);
  });

  test('take of a part leaves the rest', () => {
    const writer = new ByteWriter(64);
    writer.bytes(Buffer.from('abcdef'));
    expect(text(writer.take(2))).toBe('ab');
    expect(writer.length).toBe(4);
    expect(text(writer.take())).toBe('cdef');
  });

  test('places outside of what was written are refused', () => {
    const writer = new ByteWriter(64);
    writer.bytes(Buffer.from('ab'));
    expect(() => writer.take(3)).toThrow();
    expect(() => writer.insert(3, Buffer.from('x'), 0, 1)).toThrow();
  });
});
