import { createHash } from 'node:crypto';

/** A planted value that must appear in no output, in no shape. */
export interface Canary {
  /** What the value is, for reports: never the value. */
  readonly name: string;
  readonly text: string;
  /**
   * The part that occurs nowhere else; any five characters of it in a row count as found. Digits alone are
   * too common for that, so a piece needs a letter.
   */
  readonly middle: string;
}

/** Where a canary turned up. */
export interface CanaryHit {
  readonly canary: string;
  /** `raw`, `base64 at 1`, `piece`, ... */
  readonly shape: string;
  readonly offset: number;
}

interface Needle {
  readonly shape: string;
  readonly bytes: Buffer;
}

const PIECE_LENGTH = 5;
const DIGITS_MIN = 8;
const BASE64_SHIFTS = [0, 1, 2] as const;
const needleCache = new WeakMap<Canary, readonly Needle[]>();

/**
 * Looks for values in bytes: as they are, reversed, in either case, as hex, base64 at any alignment, UTF-16,
 * MD5, digits only, in pieces, and for a number in its binary forms.
 *
 * @returns The first hit, or `undefined`.
 */
export function findCanary(bytes: Uint8Array, canaries: readonly Canary[]): CanaryHit | undefined {
  // Without control bytes, so that characters in cells of their own, and UTF-16, come together.
  for (const [where, text] of [
    ['', Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)],
    [' (control bytes left out)', withoutControls(bytes)],
  ] as const) {
    const lower = toLower(text);
    for (const canary of canaries) {
      for (const { shape, bytes: needle } of needlesOf(canary)) {
        const offset = (shape.startsWith('any case') ? lower : text).indexOf(needle);
        if (offset >= 0) return { canary: canary.name, shape: shape + where, offset };
      }
    }
  }
  return undefined;
}

function withoutControls(bytes: Uint8Array): Buffer {
  const kept = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte > 0x1f) kept[length++] = byte;
  }
  return kept.subarray(0, length);
}

function toLower(bytes: Buffer): Buffer {
  const lower = Buffer.from(bytes);
  for (let at = 0; at < lower.length; at++) {
    const byte = lower[at]!;
    if (byte >= 0x41 && byte <= 0x5a) lower[at] = byte + 0x20;
  }
  return lower;
}

function needlesOf(canary: Canary): readonly Needle[] {
  const known = needleCache.get(canary);
  if (known !== undefined) return known;
  const needles = buildNeedles(canary);
  needleCache.set(canary, needles);
  return needles;
}

function buildNeedles({ text, middle }: Canary): readonly Needle[] {
  const utf8 = Buffer.from(text, 'utf8');
  const reversed = [...text].reverse().join('');
  const digits = text.replace(/\D/g, '');
  const md5 = createHash('md5').update(utf8).digest();
  const sha256 = createHash('sha256').update(utf8).digest();
  const utf16 = Buffer.from(text, 'utf16le');
  const anyCase = (shape: string, value: string): Needle => ({
    shape: `any case, ${shape}`,
    bytes: Buffer.from(value.toLowerCase()),
  });
  const needles: Needle[] = [
    { shape: 'raw', bytes: utf8 },
    anyCase('raw', text),
    anyCase('reversed', reversed),
    anyCase('hex', utf8.toString('hex')),
    anyCase('hex of UTF-16', utf16.toString('hex')),
    anyCase('md5', md5.toString('hex')),
    anyCase('sha256', sha256.toString('hex')),
    { shape: 'md5 bytes', bytes: md5 },
    { shape: 'sha256 bytes', bytes: sha256 },
    { shape: 'UTF-16LE', bytes: utf16 },
    { shape: 'UTF-16BE', bytes: Buffer.from(utf16).swap16() },
    ...BASE64_SHIFTS.map((shift) => ({ shape: `base64 at ${shift}`, bytes: base64At(utf8, shift) })),
    ...BASE64_SHIFTS.map((shift) => ({
      shape: `reversed base64 at ${shift}`,
      bytes: Buffer.from(base64At(utf8, shift)).reverse(),
    })),
  ];
  if (digits.length >= DIGITS_MIN) needles.push(anyCase('digits only', digits));
  for (let at = 0; at + PIECE_LENGTH <= middle.length; at++) {
    const piece = middle.slice(at, at + PIECE_LENGTH);
    if (/[a-z]/i.test(piece)) needles.push(anyCase('piece', piece), anyCase('reversed piece', flip(piece)));
  }
  if (/^\d+$/.test(text)) needles.push(...numberNeedles(text));
  return needles;
}

function flip(text: string): string {
  return [...text].reverse().join('');
}

/** The characters of the base64 text that depend on the value alone, when it starts at `shift` modulo 3. */
function base64At(bytes: Buffer, shift: number): Buffer {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
  const usable = whole.subarray(0, whole.length - (whole.length % 3)).toString('base64');
  return Buffer.from(usable.slice(shift === 0 ? 0 : 4));
}

/** Binary forms of a positive integer: int4, int8, float4, float8, and numeric's base-10,000 digits. */
function numberNeedles(text: string): readonly Needle[] {
  const value = Number(text);
  const int4 = Buffer.alloc(4);
  int4.writeUInt32BE(value);
  const float4 = Buffer.alloc(4);
  float4.writeFloatBE(value);
  const float8 = Buffer.alloc(8);
  float8.writeDoubleBE(value);
  const groups = [...text.padStart(Math.ceil(text.length / 4) * 4, '0').matchAll(/.{4}/g)].map(Number);
  const numeric = Buffer.alloc(groups.length * 2);
  groups.forEach((group, index) => {
    numeric.writeUInt16BE(group, index * 2);
  });
  return [
    { shape: 'int4 (inside int8, too)', bytes: int4 },
    { shape: 'int4, little-endian', bytes: Buffer.from(int4).swap32() },
    { shape: 'float4', bytes: float4 },
    { shape: 'float8', bytes: float8 },
    { shape: 'numeric', bytes: numeric },
    { shape: 'any case, hex number', bytes: Buffer.from(value.toString(16)) },
    { shape: 'with thousands separators', bytes: Buffer.from(value.toLocaleString('en-US')) },
  ];
}
