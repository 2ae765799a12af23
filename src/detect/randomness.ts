const counts: Uint16Array = new Uint16Array(256);
// Counting is bounded: entropy hardly changes after this many bytes.
const SAMPLE_MAX = 512;

/**
 * @returns Shannon entropy of `bytes[start, end)` in bits per byte, over at most its first 512 bytes; 0
 * when empty.
 */
export function entropyOf(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + SAMPLE_MAX);
  const size = last - start;
  if (size <= 0) return 0;
  counts.fill(0);
  for (let at = start; at < last; at++) counts[bytes[at]!]!++;
  let sum = 0;
  for (let byte = 0; byte < 256; byte++) {
    const count = counts[byte]!;
    if (count > 1) sum += count * Math.log2(count);
  }
  return Math.log2(size) - sum / size;
}
