import { describe, expect, it } from 'vitest';
import { WireError } from '../../../src/errors.ts';
import { createMasker } from '../../../src/masker.ts';
import { type Chunks, everySplit, oneByteAtATime } from '../../support/properties.ts';
import { invalidTexts, validTexts } from '../../wire/json/json-texts-corpus.ts';

const empty = await createMasker({ masking: {} });
const ruling = await createMasker({ masking: { fields: [{ path: '$..never', mask: 'redact' }] } });

/** What `masker.json()` lets through, and the code with which it stops. */
function run(
  masker: typeof empty,
  chunks: Chunks,
): { readonly out: Buffer; readonly code: string | undefined } {
  const body = masker.json();
  const out: Uint8Array[] = [];
  try {
    for (const chunk of chunks) out.push(...body.push(chunk).map((part) => new Uint8Array(part)));
    out.push(...body.end());
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { out: Buffer.concat(out), code: error.code };
  }
  return { out: Buffer.concat(out), code: undefined };
}

const waysOf = (bytes: Uint8Array): readonly Chunks[] => [
  [bytes],
  oneByteAtATime(bytes),
  ...everySplit(bytes),
];

// Where JSON.parse finds the fault; of Node's messages only some name it.
function faultOf(text: string): number {
  try {
    JSON.parse(text);
  } catch (error) {
    const [, position] = /position (\d+)/.exec((error as Error).message) ?? [];
    return position === undefined ? text.length : Buffer.byteLength(text.slice(0, Number(position)));
  }
  throw new Error('JSON after all');
}

const bytesOf: readonly (readonly [string, string])[] = [
  ['an overlong sequence', '"\xc0\xaf"'],
  ['a surrogate in UTF-8', '"\xed\xa0\x80"'],
  ['a sequence that is cut', '["\xe2\x82"]'],
  ['Latin-1', '["\xe9"]'],
];

describe.each([
  ['an empty policy', empty],
  ['a rule that never fires', ruling],
])('masker.json() with %s', (_, masker) => {
  it.each(validTexts)('passes %j, byte by byte the same', (text) => {
    for (const chunks of waysOf(Buffer.from(text))) {
      expect(run(masker, chunks)).toEqual({ out: Buffer.from(text), code: undefined });
    }
  });

  it.each(invalidTexts)('refuses %j, without a byte behind the fault', (text) => {
    const bytes = Buffer.from(text);
    const fault = faultOf(text);
    for (const chunks of waysOf(bytes)) {
      const { out, code } = run(masker, chunks);
      expect(code).toMatch(/^WIREMASK_ERR_(?:MESSAGE_BODY|TRUNCATED)$/);
      expect(out).toEqual(bytes.subarray(0, out.length));
      expect(out.length).toBeLessThanOrEqual(fault);
    }
  });

  it.each(bytesOf)('passes %s in a string', (_name, text) => {
    const bytes = Buffer.from(text, 'latin1');
    for (const chunks of waysOf(bytes)) expect(run(masker, chunks)).toEqual({ out: bytes, code: undefined });
  });

  it('refuses UTF-16 and a byte order mark', () => {
    const forms = [
      Buffer.from('[1]', 'utf16le'),
      Buffer.from('[1]', 'utf16le').swap16(),
      Buffer.from('\ufeff[1]'),
    ];
    for (const bytes of forms) {
      for (const chunks of waysOf(bytes)) {
        const { out, code } = run(masker, chunks);
        expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
        // The `[` of UTF-16 that begins with its lower byte.
        expect(out.length).toBeLessThanOrEqual(1);
      }
    }
  });
});
