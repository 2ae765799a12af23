import { isLetter, isLower, isUpper } from '../scan/byte-class.ts';

const LETTERS = 26;
// Words this short turn up in random letters, so they count only where a word may begin.
const SHORT_WORD = 3;
// A value is judged by this much of it.
const JUDGED_MAX = 128;

/** A set of words of the letters a to z, asked about bytes of any case. Looking up allocates nothing. */
export class WordSet {
  /** Per node 26 children; 0 = none. Node 0 is the root. */
  readonly #children: Uint16Array;
  readonly #isWord: Uint8Array;
  /** Per position: letters covered by words up to there. */
  readonly #covered: Int32Array = new Int32Array(JUDGED_MAX + 1);
  /** Per position: 1 where a word that counts ends. */
  readonly #wordEnds = new Uint8Array(JUDGED_MAX + 1);

  /** @param words - Lower-case words, each after a space or at the start. */
  constructor(words: string) {
    const list = words.split(' ').filter((word) => word !== '');
    const nodesMax = list.reduce((sum, word) => sum + word.length, 1);
    const children = new Uint16Array(nodesMax * LETTERS);
    const isWord = new Uint8Array(nodesMax);
    let nodes = 1;
    for (const word of list) {
      let node = 0;
      for (let at = 0; at < word.length; at++) {
        const slot = node * LETTERS + word.charCodeAt(at) - 0x61;
        if (children[slot] === 0) children[slot] = nodes++;
        node = children[slot]!;
      }
      isWord[node] = 1;
    }
    this.#children = children.slice(0, nodes * LETTERS);
    this.#isWord = isWord.slice(0, nodes);
  }

  /** @returns `true` when `bytes[from, to)` is one of the words, in any case. */
  has(bytes: Uint8Array, from: number, to: number): boolean {
    let node = 0;
    for (let at = from; at < to; at++) {
      node = this.#childOf(node, bytes[at]!);
      if (node === 0) return false;
    }
    return this.#isWord[node] === 1;
  }

  /**
   * @returns How many letters of `bytes[from, to)` lie in words that do not overlap, at best; of longer
   * text, only the first 128 bytes are looked at.
   */
  lettersCovered(bytes: Uint8Array, from: number, to: number): number {
    const size = Math.min(to - from, JUDGED_MAX);
    const covered = this.#covered.fill(0, 0, size + 1);
    const wordEnds = this.#wordEnds.fill(0, 0, size + 1);
    for (let at = 0; at < size; at++) {
      if (covered[at]! > covered[at + 1]!) covered[at + 1] = covered[at]!;
      const isFirst = wordEnds[at] === 1 || startsWord(bytes, from + at, from);
      let node = 0;
      for (let last = at; last < size; last++) {
        node = this.#childOf(node, bytes[from + last]!);
        if (node === 0) break;
        const length = last + 1 - at;
        if (this.#isWord[node] === 0 || (length <= SHORT_WORD && !isFirst)) continue;
        if (length === 1 && last + 1 < size && isLetter(bytes[from + last + 1]!)) continue;
        const total = covered[at]! + length;
        if (total <= covered[last + 1]!) continue;
        covered[last + 1] = total;
        wordEnds[last + 1] = 1;
      }
    }
    return covered[size]!;
  }

  #childOf(node: number, byte: number): number {
    return isLetter(byte) ? this.#children[node * LETTERS + (byte | 0x20) - 0x61]! : 0;
  }
}

/** A word may begin at the first byte, after anything but a letter, and at a capital after a small letter. */
function startsWord(bytes: Uint8Array, at: number, from: number): boolean {
  if (at === from) return true;
  const before = bytes[at - 1]!;
  return !isLetter(before) || (isUpper(bytes[at]!) && isLower(before));
}
