import { isDigit, isLower, isUpper } from '../scan/byte-class.ts';
import { plainWords } from './plain-words.ts';

// All zero between calls.
const counts: Uint16Array = new Uint16Array(256);
// Counting is bounded: entropy hardly changes after this many bytes.
const SAMPLE_MAX = 512;
// By count: itself times its logarithm, 0 for none and for one.
const COUNT_LOGS: Float64Array = Float64Array.from({ length: SAMPLE_MAX + 1 }, (_, count) =>
  count > 1 ? count * Math.log2(count) : 0,
);

/**
 * @returns Shannon entropy of `bytes[start, end)` in bits per byte, over at most its first 512 bytes; 0
 * when empty.
 */
export function entropyOf(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + SAMPLE_MAX);
  const size = last - start;
  if (size <= 0) return 0;
  for (let at = start; at < last; at++) counts[bytes[at]!]!++;
  let sum = 0;
  // Once for every byte that occurs; most values have few of the 256.
  for (let at = start; at < last; at++) {
    const byte = bytes[at]!;
    sum += COUNT_LOGS[counts[byte]!]!;
    counts[byte] = 0;
  }
  return Math.log2(size) - sum / size;
}

/**
 * @returns Entropy as a part of the most that text of this length and alphabet can have: 0.85 and more for
 * random keys, less for what repeats itself. The alphabet is the smallest usual one (digits, hex, letters
 * of one case, with digits, of both cases) that holds all letters and digits.
 */
export function relativeEntropy(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + SAMPLE_MAX);
  if (last - start < 2) return 0;
  const most = Math.min(Math.log2(alphabetSize(bytes, start, last)), Math.log2(last - start));
  return entropyOf(bytes, start, last) / most;
}

function alphabetSize(bytes: Uint8Array, start: number, end: number): number {
  let digits = false;
  let hexLetters = false;
  let lower = false;
  let upper = false;
  let other = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (isDigit(byte)) digits = true;
    else if (isLower(byte)) {
      lower = true;
      if (byte <= 0x66) hexLetters = true;
      else other = true;
    } else if (isUpper(byte)) {
      upper = true;
      if (byte <= 0x46) hexLetters = true;
      else other = true;
    } else if (byte !== 0x2d) other = true;
  }
  if (!lower && !upper) return 10;
  if (hexLetters && !other && !(lower && upper)) return 16;
  if (lower && upper) return digits ? 62 : 52;
  return digits ? 36 : 26;
}

// Classes of the pair model: a-z, A-Z, 0-9, a mark (or a side of the text), anything else.
const CLASSES = 64;
const UPPER = 26;
const DIGIT = 52;
const MARK = 62;
const OTHER = 63;
const CLASS_OF: Uint8Array = buildClasses();
const COSTS: Float32Array = buildCosts();

/**
 * @returns How unlike words and identifiers the text is: the mean of -log2 p of its pairs of bytes, in bits.
 * Words and identifiers have 3 to 5, random letters and digits 6 and more. Needs some length to mean
 * anything: below 8 bytes, many names look random.
 */
export function strangenessOf(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + SAMPLE_MAX);
  let cost = 0;
  let before = MARK;
  for (let at = start; at < last; at++) {
    const now = CLASS_OF[bytes[at]!]!;
    cost += COSTS[before * CLASSES + now]!;
    before = now;
  }
  return last > start ? cost / (last - start) : 0;
}

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(256).fill(OTHER);
  for (let letter = 0; letter < 26; letter++) {
    classes[0x61 + letter] = letter;
    classes[0x41 + letter] = UPPER + letter;
  }
  for (let digit = 0; digit < 10; digit++) classes[0x30 + digit] = DIGIT + digit;
  for (const mark of '_-. /:') classes[mark.charCodeAt(0)] = MARK;
  return classes;
}

/**
 * Learns which pairs occur in words written as `word`, `Word`, `WORD`, in `twoWords`, `two_words` and
 * before a number.
 */
function buildCosts(): Float32Array {
  const pairs = new Float64Array(CLASSES * CLASSES);
  const words = plainWords.split(' ').filter((word) => word.length > 2);
  const add = (before: number, now: number, weight: number): void => {
    pairs[before * CLASSES + now]! += weight;
  };
  words.forEach((word, index) => {
    const next = words[(index + 1) % words.length]!;
    for (const [first, rest, weight] of [
      [0, 0, 1],
      [UPPER, 0, 0.5],
      [UPPER, UPPER, 0.3],
    ] as const) {
      let before = MARK;
      for (let at = 0; at < word.length; at++) {
        const now = word.charCodeAt(at) - 0x61 + (at === 0 ? first : rest);
        add(before, now, weight);
        before = now;
      }
      add(before, MARK, weight);
      add(before, DIGIT + 1 + (index % 3), weight * 0.1);
      if (rest === 0) add(before, UPPER + next.charCodeAt(0) - 0x61, weight * 0.2);
    }
  });
  // Numbers after words, and dates.
  for (const digit of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    add(DIGIT + digit, MARK, 8);
    add(MARK, DIGIT + digit, 4);
    for (const next of [0, 1, 2, 3]) add(DIGIT + digit, DIGIT + next, 1);
  }
  return toCosts(pairs);
}

function toCosts(pairs: Float64Array): Float32Array {
  const SMOOTHING = 0.25;
  const costs = new Float32Array(CLASSES * CLASSES);
  for (let before = 0; before < CLASSES; before++) {
    let total = CLASSES * SMOOTHING;
    for (let now = 0; now < CLASSES; now++) total += pairs[before * CLASSES + now]!;
    for (let now = 0; now < CLASSES; now++) {
      const at = before * CLASSES + now;
      costs[at] = -Math.log2((pairs[at]! + SMOOTHING) / total);
    }
  }
  return costs;
}
