import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJsonString, decodeJsonText, encodeJsonString } from '../../../src/wire/json/string-literal.ts';
import { expectOnlyWiremaskErrors } from '../../support/properties.ts';

function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

function decode(literal: string): string {
  const bytes = utf8(literal);
  return decodeJsonText(bytes, 0, bytes.length);
}

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

describe('decodeJsonString', () => {
  it('gives what JSON.parse gives, however the text was escaped', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(decode(JSON.stringify(text))).toBe(text);
        expect(decode(escapedThroughout(text))).toBe(text);
      }),
    );
  });

  it('gives a slice where nothing was escaped', () => {
    const bytes = utf8('[ "abc" ]');
    const value = decodeJsonString(bytes, 2, 7);
    expect(value).toEqual(utf8('abc'));
    expect(value.buffer).toBe(bytes.buffer);
  });

  it('knows every escape', () => {
    expect(decode('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u00e9\\u20AC"')).toBe('"\\/\b\f\n\r\t\0\u00e9\u20ac');
  });

  it('replaces a surrogate that has no partner, and only that', () => {
    expect(decode('"\\ud83d\\ude00"')).toBe('\u{1f600}');
    expect(decode('"\\ud83d"')).toBe('\ufffd');
    expect(decode('"\\ude00\\ud83d"')).toBe('\ufffd\ufffd');
    expect(decode('"\\ud83dx\\ude00"')).toBe('\ufffdx\ufffd');
    expect(decode('"\\ud83d\\u0041"')).toBe('\ufffdA');
    expect(decode('"\\ud83d\\n"')).toBe('\ufffd\n');
    expect(decode('"\\ud83d\\ud83d\\ude00"')).toBe('\ufffd\u{1f600}');
  });

  it('refuses unknown escapes and missing quotes', () => {
    for (const literal of ['', '"', 'ab', '"a', '"\\x"', '"\\"', '"\\u12"', '"\\u12g4"', '"\\ud83d\\u12"']) {
      const code = expectOnlyWiremaskErrors(() => decode(literal));
      expect(code, literal).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});

describe('decodeJsonText', () => {
  it('refuses bytes that are not UTF-8, which decodeJsonString passes on', () => {
    const bytes = Uint8Array.of(0x22, 0xff, 0x22);
    expect(decodeJsonString(bytes, 0, 3)).toEqual(Uint8Array.of(0xff));
    const code = expectOnlyWiremaskErrors(() => decodeJsonText(bytes, 0, 3));
    expect(code).toBe('WIREMASK_ERR_VALUE_ENCODING');
  });
});

describe('encodeJsonString', () => {
  it('writes what JSON.stringify writes, from text and from bytes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = utf8(JSON.stringify(text));
        expect(encodeJsonString(text)).toEqual(expected);
        expect(encodeJsonString(utf8(text))).toEqual(expected);
      }),
    );
  });

  it('keeps any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (value) => {
        const literal = encodeJsonString(value);
        expect(decodeJsonString(literal, 0, literal.length)).toEqual(value);
      }),
    );
  });

  it('writes a surrogate without partner as an escape', () => {
    expect(encodeJsonString('\ud83d')).toEqual(utf8('"\\ud83d"'));
  });
});

// Every UTF-16 code unit as \u escape.
function escapedThroughout(text: string): string {
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
}
