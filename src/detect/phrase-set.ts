import { hasAnyPhrase, readWordsBefore, wordsBefore, wordsLengthMax } from './field-words.ts';

const SPACE = 0x20;

// Of the candidate last asked about.
const words: Uint8Array = new Uint8Array(wordsLengthMax);

/** Phrases of words, looked for in the bytes before a candidate. In ASCII text that allocates nothing. */
export class PhraseSet {
  readonly #phrases: readonly string[];
  // By the first byte of a phrase: the rest of it, with the space behind. Most rules are never asked.
  #byFirst: (readonly Uint8Array[] | undefined)[] | undefined;

  /** @param phrases - As `wordsOf` writes them. */
  constructor(phrases: readonly string[]) {
    this.#phrases = phrases;
  }

  /** @returns `true` when one of the phrases stands in the words that count as context of `bytes[at]`. */
  occursBefore(bytes: Uint8Array, at: number, start: number): boolean {
    const length = readWordsBefore(bytes, at, start, words);
    if (length < 0) return hasAnyPhrase(wordsBefore(bytes, at, start), this.#phrases);
    this.#byFirst ??= groupByFirst(this.#phrases);
    for (let space = 0; space < length - 1; space++) {
      if (words[space] !== SPACE) continue;
      const rests = this.#byFirst[words[space + 1]!];
      if (rests?.some((rest) => standsAt(rest, space + 2, length)) === true) return true;
    }
    return false;
  }
}

function groupByFirst(phrases: readonly string[]): (readonly Uint8Array[] | undefined)[] {
  const groups = Array.from({ length: 256 }, (): Uint8Array[] | undefined => undefined);
  for (const phrase of phrases) {
    const [, first = 0, ...rest] = Buffer.from(phrase);
    const group = groups[first] ?? [];
    group.push(Uint8Array.from(rest));
    groups[first] = group;
  }
  return groups;
}

function standsAt(rest: Uint8Array, from: number, length: number): boolean {
  if (from + rest.length > length) return false;
  for (let index = 0; index < rest.length; index++) if (words[from + index] !== rest[index]) return false;
  return true;
}
