import { isDigit } from '../scan/byte-class.ts';

const counts = new Int32Array(256);

/** Shannon entropy of `bytes[start, end)`, in bits per byte. */
export function shannonEntropy(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start;
  let entropy = 0;
  for (let at = start; at < end; at++) counts[bytes[at]!]!++;
  for (let at = start; at < end; at++) {
    const count = counts[bytes[at]!]!;
    // Each value counts once, and its counter is back to zero for the next call.
    if (count === 0) continue;
    counts[bytes[at]!] = 0;
    entropy -= (count / size) * Math.log2(count / size);
  }
  return entropy;
}

/** @returns Whether there are at least `min` ASCII digits. */
export function hasDigits(bytes: Uint8Array, start: number, end: number, min: number): boolean {
  let digits = 0;
  for (let at = start; at < end && digits < min; at++) if (isDigit(bytes[at]!)) digits++;
  return digits >= min;
}

/** @param text - ASCII, in lower case; the case of the bytes does not matter. */
export function containsText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  const last = end - text.length;
  for (let at = start; at <= last; at++) {
    let matched = 0;
    while (matched < text.length && lower(bytes[at + matched]!) === text.charCodeAt(matched)) matched++;
    if (matched === text.length) return true;
  }
  return false;
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
