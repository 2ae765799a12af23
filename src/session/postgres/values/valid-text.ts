import { isUtf8 } from 'node:buffer';

// Up to here a loop is faster than the native check with the view it needs.
const LOOP_SIZE_MAX = 128;

/** Whether `bytes[start, end)` is UTF-8; ASCII is decided without a call when the value is short. */
export function isValidText(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= LOOP_SIZE_MAX) {
    let at = start;
    while (at < end && (bytes[at] as number) < 0x80) at++;
    if (at === end) return true;
  }
  return isUtf8(bytes.subarray(start, end));
}

/** `bytes[start, end)` as a string. Bytes that are not UTF-8 become U+FFFD: check before where it matters. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}
