import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../../../src/errors.ts';
import { codecFor } from '../../../../src/wire/postgres/types/codec-for.ts';
import { builtinTypes } from '../../../../src/wire/postgres/types/type-oids.ts';
import type { ValueCodec } from '../../../../src/wire/postgres/types/value-codec.ts';
import { serverScalars } from './server-values.ts';

function codecNamed(name: string): ValueCodec {
  const type = [...builtinTypes.values()].find((candidate) => candidate.name === name);
  const codec = type === undefined ? undefined : codecFor(type);
  if (codec === undefined) throw new Error(`no codec for ${name}`);
  return codec;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('codecFor', () => {
  it.each(serverScalars)(
    '%s %j: the binary value reads as the text the server writes',
    (name, text, binary) => {
      expect(codecNamed(name).toText(Buffer.from(binary, 'hex'))).toBe(text);
    },
  );

  it.each(serverScalars)(
    '%s %j: the text becomes the binary value the server sends',
    (name, text, binary) => {
      const encoded = codecNamed(name).fromText(text);
      // The scale of an infinity carries no meaning; the server writes an arbitrary one.
      if (name === 'numeric' && text.endsWith('Infinity')) expect(hex(encoded)).toBe('00000000f0000000');
      else expect(hex(encoded)).toBe(binary);
    },
  );

  it('gives float4 and float8 numbers without an exponent up to 21 digits', () => {
    expect(codecNamed('float8').canonicalText?.('4.111111111111111e+15')).toBe('4111111111111111');
    expect(codecNamed('float8').toText(Buffer.from('432d3687d80b07d0', 'hex'))).toMatch(/^\d+$/);
  });

  it('reads bytea in hex and in escape format as one value', () => {
    const codec = codecNamed('bytea');
    expect(codec.canonicalText?.('\\x005c41')).toBe('\\x005c41');
    expect(codec.canonicalText?.('\\000\\\\A')).toBe('\\x005c41');
    expect(() => codec.fromText('\\x0')).toThrow(WireError);
    expect(() => codec.fromText('\\9')).toThrow(WireError);
  });

  it('drops the padding of char(n) from the canonical text', () => {
    expect(codecNamed('bpchar').canonicalText?.('ab  ')).toBe('ab');
    expect(codecNamed('bpchar').toText(Buffer.from('ab  '))).toBe('ab');
  });

  it('knows enums of any OID and citext by name, and no unknown or structured type', () => {
    expect(codecFor({ oid: 99999, name: 'mood', shape: 'enum', labels: ['sad'] })).toBeDefined();
    expect(codecFor({ oid: 99998, name: 'citext', shape: 'base' })).toBeDefined();
    expect(codecFor({ oid: 99997, name: 'geometry', shape: 'base' })).toBeUndefined();
    expect(codecFor({ oid: 1007, name: '_int4', shape: 'array', inner: 23 })).toBeUndefined();
    expect(codecFor({ oid: 99996, name: 'email', shape: 'domain', inner: 25 })).toBeUndefined();
  });

  it('raises only WIREMASK_ERR_VALUE_ENCODING for arbitrary bytes', () => {
    const codecs = [...builtinTypes.values()].map(codecFor).filter((codec) => codec !== undefined);
    fc.assert(
      fc.property(fc.constantFrom(...codecs), fc.uint8Array({ maxLength: 40 }), (codec, bytes) => {
        try {
          codec.toText(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: 'WIREMASK_ERR_VALUE_ENCODING' });
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('raises only WIREMASK_ERR_VALUE_ENCODING for arbitrary text', () => {
    const codecs = [...builtinTypes.values()].map(codecFor).filter((codec) => codec !== undefined);
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.:e/ a-f'\\x(),]{0,30}$/));
    fc.assert(
      fc.property(fc.constantFrom(...codecs), text, (codec, value) => {
        try {
          codec.fromText(value);
        } catch (error) {
          expect(error).toMatchObject({ code: 'WIREMASK_ERR_VALUE_ENCODING' });
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('never says the value in an error', () => {
    try {
      codecNamed('int4').fromText('4111111111111111');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain('4111');
    }
  });

  it('round-trips every numeric that has a decimal spelling', () => {
    const codec = codecNamed('numeric');
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(20))
      .map(([value, scale]) => {
        const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
        const at = digits.length - scale;
        const text = scale === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
        return value < 0n ? `-${text}` : text;
      });
    fc.assert(
      fc.property(decimal, (text) => {
        expect(codec.toText(codec.fromText(text))).toBe(text);
      }),
    );
  });

  it('round-trips every IPv6 address', () => {
    const codec = codecNamed('inet');
    const group = fc.oneof(fc.constant(0), fc.nat(255));
    fc.assert(
      fc.property(fc.array(group, { minLength: 16, maxLength: 16 }), (address) => {
        const binary = Uint8Array.from([3, 128, 0, 16, ...address]);
        expect(hex(codec.fromText(codec.toText(binary)))).toBe(hex(binary));
      }),
    );
  });

  it('round-trips every day and every interval', () => {
    const date = codecNamed('date');
    const interval = codecNamed('interval');
    fc.assert(
      fc.property(fc.integer({ min: -730_000, max: 730_000 }), (days) => {
        const binary = Buffer.alloc(4);
        binary.writeInt32BE(days);
        expect(hex(date.fromText(date.toText(binary)))).toBe(hex(binary));
      }),
    );
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }),
        fc.integer(),
        fc.integer(),
        (time, days, months) => {
          const binary = Buffer.alloc(16);
          binary.writeBigInt64BE(time);
          binary.writeInt32BE(days, 8);
          binary.writeInt32BE(months, 12);
          expect(hex(interval.fromText(interval.toText(binary)))).toBe(hex(binary));
        },
      ),
    );
  });
});

describe('builtinTypes', () => {
  it('links every array, range and multirange to a type it also knows', () => {
    for (const type of builtinTypes.values()) {
      if (type.inner !== undefined) expect(builtinTypes.has(type.inner), type.name).toBe(true);
    }
    expect(builtinTypes.get(1007)).toMatchObject({ name: '_int4', shape: 'array', inner: 23 });
    expect(builtinTypes.get(4451)).toMatchObject({
      name: 'int4multirange',
      shape: 'multirange',
      inner: 3904,
    });
    expect(builtinTypes.get(1020)).toMatchObject({ delimiter: ';' });
  });
});
