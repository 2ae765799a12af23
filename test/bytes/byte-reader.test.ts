import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/bytes/byte-reader.ts';
import { expectOnlyWiremaskErrors } from '../support/properties.ts';

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

describe('ByteReader', () => {
  it('reads integers big-endian, signed and unsigned', () => {
    const reader = new ByteReader(hex('ff fffe fffe fffffffd fffffffd 00000102'));
    expect(reader.uint8()).toBe(255);
    expect(reader.int16()).toBe(-2);
    expect(reader.uint16()).toBe(65534);
    expect(reader.int32()).toBe(-3);
    expect(reader.uint32()).toBe(4294967293);
    expect(reader.int32()).toBe(258);
    expect(reader.remaining()).toBe(0);
    reader.expectEnd('test');
  });

  it('gives slices of the input, not copies', () => {
    const bytes = hex('61 62 63 00 64');
    const reader = new ByteReader(bytes);
    const text = reader.cstring();
    expect(text).toEqual(hex('61 62 63'));
    expect(text.buffer).toBe(bytes.buffer);
    expect(reader.bytes(1)).toEqual(hex('64'));
  });

  it('keeps within its window', () => {
    const reader = new ByteReader(hex('01 02 03 00'), 1, 3);
    expect(reader.offset).toBe(1);
    expect(reader.end).toBe(3);
    expect(reader.remaining()).toBe(2);
    expect(expectOnlyWiremaskErrors(() => reader.cstring())).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(expectOnlyWiremaskErrors(() => reader.int32())).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(reader.int16()).toBe(0x0203);
    expect(expectOnlyWiremaskErrors(() => reader.uint8())).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('refuses a negative size', () => {
    const reader = new ByteReader(hex('01 02'), 1);
    expect(expectOnlyWiremaskErrors(() => reader.bytes(-1))).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('does not move when it refuses', () => {
    const reader = new ByteReader(hex('01 02'));
    expectOnlyWiremaskErrors(() => reader.int32());
    expect(reader.offset).toBe(0);
  });

  it('names offset and sizes when it refuses', () => {
    const reader = new ByteReader(hex('01 02 03'));
    reader.uint8();
    expect(() => reader.int32()).toThrow('4 bytes expected at offset 1, 2 are left');
    expect(() => reader.cstring()).toThrow('string at offset 1 has no end within 2 bytes');
    expect(() => reader.expectEnd('Sync')).toThrow('Sync has 2 bytes after its end at offset 1');
  });

  it('reads text as UTF-8 and replaces what is not', () => {
    expect(new ByteReader(hex('c3a9 00')).cstringText()).toBe('\u00e9');
    expect(new ByteReader(hex('61 ff 00')).cstringText()).toBe('a\ufffd');
  });
});
