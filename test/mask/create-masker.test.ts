import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createValueMasker } from '../../src/mask/create-masker.ts';
import type { Masker, ValueKind } from '../../src/mask/masker.ts';

const TEXT: ValueKind = { kind: 'text' };
const key = Buffer.from('a key for tests');

/** One of every kind, with the redacted constant under the label [masked]. */
const constants: readonly (readonly [ValueKind, string | null])[] = [
  [{ kind: 'text' }, '[masked]'],
  [{ kind: 'text', lengthMax: 4 }, '[mas'],
  [{ kind: 'boolean' }, 'f'],
  [{ kind: 'integer', bits: 16, isSigned: true }, '0'],
  [{ kind: 'float' }, '0'],
  [{ kind: 'decimal', precision: 5, scale: 2 }, '0'],
  [{ kind: 'money' }, '$0.00'],
  [{ kind: 'bytes' }, '\\x5b6d61736b65645d'],
  [{ kind: 'uuid' }, '00000000-0000-0000-0000-000000000000'],
  [{ kind: 'json' }, '"[masked]"'],
  [{ kind: 'xml' }, '<masked/>'],
  [{ kind: 'date' }, '1970-01-01'],
  [{ kind: 'time', hasZone: false }, '00:00:00'],
  [{ kind: 'time', hasZone: true }, '00:00:00+00'],
  [{ kind: 'timestamp', hasZone: false }, '1970-01-01 00:00:00'],
  [{ kind: 'timestamp', hasZone: true }, '1970-01-01 00:00:00+00'],
  [{ kind: 'interval' }, '00:00:00'],
  [{ kind: 'network', family: 'inet' }, '0.0.0.0'],
  [{ kind: 'network', family: 'cidr' }, '0.0.0.0/32'],
  [{ kind: 'network', family: 'macaddr' }, '00:00:00:00:00:00'],
  [{ kind: 'network', family: 'macaddr8' }, '00:00:00:00:00:00:00:00'],
  [{ kind: 'bits', length: 3, isVarying: false }, '000'],
  [{ kind: 'bits', length: 3, isVarying: true }, '0'],
  [{ kind: 'point' }, '(0,0)'],
  [{ kind: 'tsvector' }, "'[masked]'"],
  [{ kind: 'enumeration', labels: ['sad', 'happy'] }, null],
  [{ kind: 'unknown' }, null],
];

describe('createValueMasker: redact', () => {
  const redact = createValueMasker({ mask: 'redact' });

  it.each(constants)('%j becomes %j', (kind, expected) => {
    expect(redact.replacement('secret', kind, undefined)).toBe(expected);
  });

  it('names the entity of a finding', () => {
    expect(redact.replacement('x', TEXT, 'US_SSN')).toBe('[masked:US_SSN]');
    expect(redact.replacement('x', { kind: 'json' }, 'US_SSN')).toBe('"[masked:US_SSN]"');
  });

  it('writes a custom label as it is, quoted where the kind needs it', () => {
    const custom = createValueMasker({ mask: 'redact', label: `it's "\\` });
    expect(custom.replacement('x', TEXT, 'US_SSN')).toBe(`it's "\\`);
    expect(custom.replacement('x', { kind: 'json' }, undefined)).toBe(JSON.stringify(`it's "\\`));
    expect(custom.replacement('x', { kind: 'tsvector' }, undefined)).toBe(`'it''s "\\\\'`);
  });

  it('cuts the label by characters, not by UTF-16 units', () => {
    const custom = createValueMasker({ mask: 'redact', label: '🔒🔒🔒' });
    expect(custom.replacement('x', { kind: 'text', lengthMax: 2 }, undefined)).toBe('🔒🔒');
  });
});

describe('createValueMasker: partial', () => {
  const last4 = createValueMasker({ mask: 'partial', keepLast: 4 });
  const first1 = createValueMasker({ mask: 'partial', keepFirst: 1 });
  const nothing = createValueMasker({ mask: 'partial' });
  const ascii = (masker: Masker, text: string): string | undefined => {
    const bytes = Buffer.from(`x${text}y`);
    const target = Buffer.alloc(bytes.length);
    const isReplaced = masker.replaceAscii?.(bytes, 1, bytes.length - 1, target, 2) ?? false;
    return isReplaced ? target.toString('utf8', 2) : undefined;
  };

  it.each([
    ['123-45-6789', '***-**-6789'],
    ['4111 1111 1111 1111', '**** **** **** 1111'],
    ['a_b+c(d)e,fxy;g', '***********xy;g'],
  ])('keeps the last four characters and the separators of %j', (value, expected) => {
    expect(last4.replacement(value, TEXT, undefined)).toBe(expected);
    expect(ascii(last4, value)).toBe(expected);
  });

  it('keeps the first character', () => {
    expect(first1.replacement('alice@example.com', TEXT, undefined)).toBe('a****@*******.***');
    expect(ascii(first1, 'alice@example.com')).toBe('a****@*******.***');
  });

  it('counts Unicode code points', () => {
    expect(first1.replacement('Žofie Nováková', TEXT, undefined)).toBe('Ž**** ********');
    expect(ascii(first1, 'Žofie')).toBeUndefined();
    expect(first1.replacement('😀bcd', TEXT, undefined)).toBe('😀***');
  });

  it.each(['', '1', '1234', '123-456', '----'])('redacts %j whole: too much of it would show', (value) => {
    expect(last4.replacement(value, TEXT, undefined)).toBe('[masked]');
    expect(ascii(last4, value)).toBeUndefined();
  });

  it('keeps nothing but separators when nothing is to be kept', () => {
    expect(nothing.replacement('a.b', TEXT, undefined)).toBe('*.*');
  });

  it('redacts every other kind', () => {
    for (const [kind, expected] of constants) {
      if (kind.kind !== 'text') expect(last4.replacement('1234567890', kind, undefined)).toBe(expected);
    }
  });

  it('shows at most the kept characters and half of the letters and digits, on both ways alike', () => {
    const value = fc.stringMatching(/^[a-z0-9 .@_-]{0,30}$/);
    fc.assert(
      fc.property(value, fc.nat(5), fc.nat(5), (text, keepFirst, keepLast) => {
        const masker = createValueMasker({ mask: 'partial', keepFirst, keepLast });
        const replaced = masker.replacement(text, TEXT, undefined) as string;
        const direct = ascii(masker, text);
        expect(direct ?? '[masked]').toBe(replaced);
        if (direct === undefined) return;
        const shown = [...direct].filter((character) => !' -./@:*'.includes(character)).length;
        expect(shown).toBeLessThanOrEqual(keepFirst + keepLast);
        expect(shown * 2).toBeLessThanOrEqual(
          Math.max([...text].filter((c) => /[a-z0-9_]/.test(c)).length, 0),
        );
      }),
    );
  });
});

describe('createValueMasker: keyed-hash', () => {
  const hash = createValueMasker({ mask: 'keyed-hash', key });
  const token = (value: string, kind: ValueKind): string =>
    hash.replacement(value, kind, undefined) as string;
  const int = (bits: 16 | 32 | 64): ValueKind => ({ kind: 'integer', bits, isSigned: true });

  it('is HMAC-SHA-256, shortened to 32 hexadecimal digits', () => {
    // printf alice | openssl dgst -sha256 -hmac 'a key for tests'
    expect(token('alice', TEXT)).toBe('e13911aff1fee71bd8e1f7546fd91b19');
    expect(token('alice', { kind: 'text', lengthMax: 8 })).toBe(
      'e13911aff1fee71bd8e1f7546fd91b19'.slice(0, 8),
    );
    expect(token('alice', { kind: 'json' })).toBe('"e13911aff1fee71bd8e1f7546fd91b19"');
    expect(token('alice', { kind: 'bytes' })).toBe('\\xe13911aff1fee71bd8e1f7546fd91b19');
  });

  it('depends on the key', () => {
    const other = createValueMasker({ mask: 'keyed-hash', key: Buffer.from('another key') });
    expect(other.replacement('alice', TEXT, undefined)).not.toBe(token('alice', TEXT));
  });

  it('gives one int4 and int8 value the same token, and stays within the bits', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const text = String(value);
        expect(token(text, int(64))).toBe(token(text, int(32)));
        expect(BigInt(token(text, int(32)))).toBeLessThan(2n ** 31n);
        expect(BigInt(token(text, int(16)))).toBeLessThan(2n ** 15n);
        expect(token(text, { kind: 'decimal' })).toBe(token(text, int(32)));
      }),
    );
    expect(BigInt(token('9223372036854775807', int(64)))).toBeLessThan(2n ** 63n);
  });

  it('gives spellings of one number the same token', () => {
    const decimal: ValueKind = { kind: 'decimal' };
    expect(token('1.50', decimal)).toBe(token('1.5', decimal));
    expect(token('7.00', decimal)).toBe(token('7', decimal));
    expect(token('-0', decimal)).toBe(token('0', decimal));
    expect(token('-7', decimal)).not.toBe(token('7', decimal));
  });

  it.each([
    [5, 2, /^\d{1,3}\.\d\d$/],
    [3, 3, /^0\.\d{3}$/],
    [2, 5, /^0\.000\d\d$/],
    [4, 0, /^\d{1,4}$/],
    [3, -2, /^(?:0|\d{1,3}00)$/],
  ])('fits a decimal of precision %i and scale %i', (precision, scale, expected) => {
    for (let value = 0; value < 200; value++) {
      expect(token(String(value), { kind: 'decimal', precision, scale })).toMatch(expected);
    }
  });

  it('gives uuids of version 8, whatever the case of the input', () => {
    const uuid = token('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', { kind: 'uuid' });
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(token('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', { kind: 'uuid' })).toBe(uuid);
  });

  it('redacts kinds without a stand-in', () => {
    const hashed = ['text', 'json', 'bytes', 'uuid', 'integer', 'decimal'];
    for (const [kind, expected] of constants) {
      if (!hashed.includes(kind.kind)) expect(hash.replacement('x', kind, undefined)).toBe(expected);
    }
  });

  it('never shows the value', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z ]{4,40}$/), (value) => {
        expect(token(value, TEXT)).not.toContain(value);
      }),
    );
  });
});

describe('createValueMasker: nullify and replace', () => {
  it('nullify is NULL for every kind', () => {
    const nullify = createValueMasker({ mask: 'nullify' });
    for (const [kind] of constants) expect(nullify.replacement('x', kind, 'US_SSN')).toBeNull();
  });

  it.each<[string, ValueKind, string | null]>([
    ['gone', TEXT, 'gone'],
    ['gone', { kind: 'text', lengthMax: 2 }, 'go'],
    ['true', { kind: 'boolean' }, 't'],
    ['maybe', { kind: 'boolean' }, null],
    ['42', { kind: 'integer', bits: 16, isSigned: true }, '42'],
    ['32768', { kind: 'integer', bits: 16, isSigned: true }, null],
    ['-1', { kind: 'integer', bits: 32, isSigned: false }, null],
    ['1.5', { kind: 'integer', bits: 32, isSigned: true }, null],
    ['1e3', { kind: 'float' }, '1000'],
    ['gone', { kind: 'float' }, null],
    ['123.45', { kind: 'decimal', precision: 5, scale: 2 }, '123.45'],
    ['0.5', { kind: 'decimal', precision: 1, scale: 1 }, '0.5'],
    ['1234', { kind: 'decimal', precision: 5, scale: 2 }, null],
    ['1.234', { kind: 'decimal', precision: 5, scale: 2 }, null],
    ['1234567', { kind: 'money' }, '$1,234,567.00'],
    ['A', { kind: 'bytes' }, '\\x41'],
    ['\\xFF', { kind: 'bytes' }, '\\xff'],
    ['gone', { kind: 'uuid' }, null],
    ['{"a":1}', { kind: 'json' }, '{"a":1}'],
    ['gone', { kind: 'json' }, '"gone"'],
    ['gone', { kind: 'xml' }, 'gone'],
    ['<b>', { kind: 'xml' }, null],
    ['2000-02-29', { kind: 'date' }, '2000-02-29'],
    ['2001-02-29', { kind: 'date' }, null],
    ['12:30:00', { kind: 'time', hasZone: false }, '12:30:00'],
    ['12:30:00', { kind: 'time', hasZone: true }, null],
    ['2000-01-01 12:00:00+00', { kind: 'timestamp', hasZone: true }, '2000-01-01 12:00:00+00'],
    ['2000-13-01 12:00:00', { kind: 'timestamp', hasZone: false }, null],
    ['1.2.3.4', { kind: 'network', family: 'cidr' }, '1.2.3.4/32'],
    ['1.2.3.256', { kind: 'network', family: 'inet' }, null],
    ['0110', { kind: 'bits', length: 4, isVarying: false }, '0110'],
    ['011', { kind: 'bits', length: 4, isVarying: false }, null],
    ['(1,2)', { kind: 'point' }, '(1,2)'],
    ['sad', { kind: 'enumeration', labels: ['sad'] }, 'sad'],
    ['gone', { kind: 'enumeration', labels: ['sad'] }, null],
    ['gone', { kind: 'unknown' }, null],
  ])('replace by %j in %j is %j', (value, kind, expected) => {
    const replace = createValueMasker({ mask: 'replace', value });
    expect(replace.replacement('original', kind, undefined)).toBe(expected);
  });

  it('says which maskers do not depend on the value', () => {
    const isConstant = (masker: Masker, kind: ValueKind): boolean =>
      masker.isConstantFor?.(kind) ?? masker.isConstant;
    expect(isConstant(createValueMasker({ mask: 'redact' }), TEXT)).toBe(true);
    expect(isConstant(createValueMasker({ mask: 'partial' }), TEXT)).toBe(false);
    expect(isConstant(createValueMasker({ mask: 'partial' }), { kind: 'money' })).toBe(true);
    expect(isConstant(createValueMasker({ mask: 'keyed-hash', key }), { kind: 'uuid' })).toBe(false);
    expect(isConstant(createValueMasker({ mask: 'keyed-hash', key }), { kind: 'date' })).toBe(true);
  });
});
