import type { ValueScan } from '../../value-scan.ts';
import type { BodyMasker } from '../body-masker.ts';
import type { NameRules } from '../field-rules.ts';
import { CsvBody, type CsvBodyOptions, type CsvDelimiter } from './csv-body.ts';
import { readCsvCells } from './csv-record.ts';

// RFC 4180 knows the comma alone; spreadsheets write what their country's numbers leave free.
const DELIMITERS: readonly CsvDelimiter[] = [',', ';', '\t', '|'];
const BEFORE_CELLS: ReadonlySet<number> = new Set(Buffer.from(DELIMITERS.join('')));
const [LINE_FEED, CARRIAGE_RETURN, QUOTE] = [0x0a, 0x0d, 0x22];

/** How a table is written, but for what stands between its cells. */
export interface GuessedCsvOptions extends Omit<CsvBodyOptions, 'delimiter'> {
  readonly recordSizeMax: number;
}

/** Masks CSV whose delimiter shows in its first line; `sep=;` before that line says it, too. */
export class GuessedCsvBody implements BodyMasker {
  readonly #scan: ValueScan;
  readonly #names: NameRules;
  readonly #options: GuessedCsvOptions;
  readonly #first: Uint8Array[] = [];
  // Of the first line, as far as it was read.
  #lineSize = 0;
  #isQuoted = false;
  #mayOpen = true;
  #body: CsvBody | undefined;

  constructor(scan: ValueScan, names: NameRules, options: GuessedCsvOptions) {
    this.#scan = scan;
    this.#names = names;
    this.#options = options;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#body !== undefined) return this.#body.push(chunk);
    const hasLine = this.#endsLine(chunk);
    this.#first.push(new Uint8Array(chunk));
    return hasLine || this.#lineSize > this.#options.recordSizeMax ? this.#begin() : [];
  }

  end(): readonly Uint8Array[] {
    const begun = this.#body === undefined ? this.#begin() : [];
    return [...begun, ...(this.#body?.end() ?? [])];
  }

  /** Whether the first line ends in the chunk; a quote opens a cell at its beginning only. */
  #endsLine(chunk: Uint8Array): boolean {
    for (const [at, byte] of chunk.entries()) {
      if (byte === QUOTE) {
        // Two of them inside of quotes are one.
        this.#mayOpen ||= this.#isQuoted;
        this.#isQuoted = !this.#isQuoted && this.#mayOpen;
        continue;
      }
      if (!this.#isQuoted && (byte === LINE_FEED || byte === CARRIAGE_RETURN)) {
        this.#lineSize += at;
        return true;
      }
      this.#mayOpen = BEFORE_CELLS.has(byte);
    }
    this.#lineSize += chunk.length;
    return false;
  }

  #begin(): readonly Uint8Array[] {
    const bytes = Buffer.concat(this.#first.splice(0));
    const line = bytes.subarray(0, this.#lineSize);
    const told = /^(?:\xef\xbb\xbf)?sep=([,;|\t])$/i.exec(line.toString('latin1'))?.[1];
    const delimiter = (told as CsvDelimiter | undefined) ?? this.#guess(line);
    this.#body = new CsvBody(this.#scan, this.#names, { ...this.#options, delimiter });
    if (told === undefined) return this.#body.push(bytes);
    const isCrLf = bytes[line.length] === CARRIAGE_RETURN && bytes[line.length + 1] === LINE_FEED;
    const from = line.length + (isCrLf ? 2 : 1);
    return [bytes.subarray(0, from), ...this.#body.push(bytes.subarray(from))];
  }

  /** One under which a rule knows a column goes before all others: under another it would know none. */
  #guess(line: Uint8Array): CsvDelimiter {
    const guesses = DELIMITERS.map((delimiter) => {
      const cells = readCsvCells(line, delimiter.charCodeAt(0));
      const isRuled = cells.some(
        ({ value }) => this.#names.ruleFor(Buffer.from(value).toString('utf8').trim()) !== undefined,
      );
      return { delimiter, rank: (isRuled ? line.length : 0) + cells.length };
    });
    return guesses.reduce((best, guess) => (guess.rank > best.rank ? guess : best)).delimiter;
  }
}
