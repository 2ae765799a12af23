import { ACCEPT, UNKNOWN, type Validator } from './verdict.ts';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HEX = BASE36.slice(0, 16);
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32_GENERATORS: readonly number[] = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

const NONE = 0xff;
const EQUALS = 0x3d;
const UNDERSCORE = 0x5f;

const BASE36_VALUES: Uint8Array = valuesOf(BASE36);
const BASE62_VALUES: Uint8Array = valuesOf(BASE62);
const BECH32_VALUES: Uint8Array = valuesOf(BECH32, BECH32.toUpperCase());
const HEX_VALUES: Uint8Array = valuesOf(HEX, HEX.toUpperCase());

const CRC_TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 0 ? rest >>> 1 : (rest >>> 1) ^ 0xedb88320;
  return rest;
});

/** Per byte: what it is worth in an alphabet, or `NONE`. */
function valuesOf(...alphabets: readonly string[]): Uint8Array {
  const values = new Uint8Array(256).fill(NONE);
  for (const alphabet of alphabets) {
    for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;
  }
  return values;
}

/** CRC-32 (ISO 3309) of `bytes[from, to)`. */
function crc32(bytes: Uint8Array, from: number, to: number): number {
  let rest = -1;
  for (let at = from; at < to; at++) rest = CRC_TABLE[(rest ^ bytes[at]!) & 0xff]! ^ (rest >>> 8);
  return ~rest >>> 0;
}

/** The number `bytes[from, to)` writes in an alphabet; -1 when it is none. */
function numberIn(bytes: Uint8Array, from: number, to: number, values: Uint8Array, radix: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const value = values[bytes[at]!]!;
    if (value === NONE) return -1;
    number = number * radix + value;
  }
  return number;
}

/** Where the part after the first `_` begins; `end` when there is none. */
function afterUnderscore(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === UNDERSCORE) return at + 1;
  return end;
}

/**
 * `prefix_`, then 30 characters and their CRC-32 as six digits of base 62.
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 * Old and self-made tokens fail, so failing rejects nothing.
 */
const base62Crc32: Validator = (bytes, start, end) => {
  const from = afterUnderscore(bytes, start, end);
  if (end - from !== 36) return UNKNOWN;
  const written = numberIn(bytes, end - 6, end, BASE62_VALUES, 62);
  return written === crc32(bytes, from, end - 6) ? ACCEPT : UNKNOWN;
};

/** `prefix_`, then 40 characters and their CRC-32 in hex (Cloudflare's "Token formats"). */
const cloudflareCrc32: Validator = (bytes, start, end) => {
  const from = afterUnderscore(bytes, start, end);
  if (end - from !== 48) return UNKNOWN;
  const written = numberIn(bytes, end - 8, end, HEX_VALUES, 16);
  return written === crc32(bytes, from, end - 8) ? ACCEPT : UNKNOWN;
};

/** Atlassian API tokens end with `=` and the CRC-32 of everything up to and with it, in hex. */
const atlassianCrc32: Validator = (bytes, start, end) => {
  if (end - start < 16 || bytes[end - 9] !== EQUALS) return UNKNOWN;
  const written = numberIn(bytes, end - 8, end, HEX_VALUES, 16);
  return written === crc32(bytes, start, end - 8) ? ACCEPT : UNKNOWN;
};

/**
 * Routable tokens of GitLab end with the CRC-32 of all before it as seven digits of base 36.
 * https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/
 */
const gitlabCrc32: Validator = (bytes, start, end) => {
  if (end - start < 16) return UNKNOWN;
  const written = numberIn(bytes, end - 7, end, BASE36_VALUES, 36);
  return written === crc32(bytes, start, end - 7) ? ACCEPT : UNKNOWN;
};

/** Bech32 checksum of an age identity (BIP 173, without its limit of length). https://age-encryption.org/v1 */
const ageBech32: Validator = (bytes, start, end) => {
  let separator = end - 1;
  while (separator > start && bytes[separator] !== 0x31) separator--;
  if (separator === start || end - separator < 7) return UNKNOWN;
  let check = 1;
  for (let at = start; at < separator; at++) check = bech32Step(check, lower(bytes[at]!) >> 5);
  check = bech32Step(check, 0);
  for (let at = start; at < separator; at++) check = bech32Step(check, lower(bytes[at]!) & 31);
  for (let at = separator + 1; at < end; at++) {
    const value = BECH32_VALUES[bytes[at]!]!;
    if (value === NONE) return UNKNOWN;
    check = bech32Step(check, value);
  }
  return check === 1 ? ACCEPT : UNKNOWN;
};

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function bech32Step(check: number, value: number): number {
  const top = check >>> 25;
  let next = ((check & 0x1ffffff) << 5) ^ value;
  for (let bit = 0; bit < 5; bit++) if (((top >> bit) & 1) === 1) next ^= BECH32_GENERATORS[bit]!;
  return next;
}

/** Validators of the secret packs, by the name a rule file gives them. */
export const secretChecks: Readonly<Record<string, Validator>> = {
  'github-token-crc32': base62Crc32,
  'npm-token-crc32': base62Crc32,
  'cloudflare-token-crc32': cloudflareCrc32,
  'atlassian-token-crc32': atlassianCrc32,
  'gitlab-routable-crc32': gitlabCrc32,
  'age-key-bech32': ageBech32,
};
