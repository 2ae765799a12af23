import type { Field, FieldScanner } from '../../../detect/detector.ts';
import type { JsonPathStep } from '../../../wire/json/index.ts';

// Keys come from the other side of the wire, so what is kept per path has a limit.
const PATHS_MAX = 1024;

// `{"name": "ssn", "value": "..."}`: the name of the value is itself a value.
const NAMING_KEYS: ReadonlySet<JsonPathStep> = new Set(['name', 'key', 'field', 'label', 'header', 'column']);
const NAMED_KEYS: ReadonlySet<JsonPathStep> = new Set(['value', 'val', 'data', 'content', 'text']);
const NAME_SIZE_MAX = 64;

/** Scanners for the values inside a document, by the keys that lead to them. */
export class DocumentFields {
  readonly #column: Field;
  readonly #scannerFor: (field: Field) => FieldScanner | undefined;
  readonly #byPath = new Map<string, FieldScanner | undefined>();
  // The last value under a naming key, and where its object lies.
  #sibling = '';
  #siblingDepth = -1;

  /** @param column - The field of the document itself. */
  constructor(column: Field, scannerFor: (field: Field) => FieldScanner | undefined) {
    this.#column = column;
    this.#scannerFor = scannerFor;
  }

  /** A document, or an object inside one, begins: names of other objects mean nothing here. */
  begin(): void {
    this.#siblingDepth = -1;
  }

  /** @returns The scanner for a value at this path; `undefined` when nothing can be found there. */
  scannerAt(path: readonly JsonPathStep[]): FieldScanner | undefined {
    const last = path.at(-1);
    const isNamed = this.#siblingDepth === path.length && last !== undefined && NAMED_KEYS.has(last);
    const names = path.filter((step) => typeof step === 'string');
    if (isNamed) names.push(this.#sibling);
    const key = names.join('\n');
    const known = this.#byPath.get(key);
    if (known !== undefined || this.#byPath.has(key)) return known;
    const { name: column, path: columnPath } = this.#column;
    const name = names.at(-1) ?? column;
    const scanner = this.#scannerFor({ name, path: [...columnPath, column, ...names], kind: 'text' });
    if (this.#byPath.size >= PATHS_MAX) this.#byPath.clear();
    this.#byPath.set(key, scanner);
    return scanner;
  }

  /** Remembers a string that names the value beside it. */
  noteString(path: readonly JsonPathStep[], bytes: Uint8Array, start: number, end: number): void {
    const last = path.at(-1);
    if (last === undefined || end - start > NAME_SIZE_MAX || !NAMING_KEYS.has(last)) return;
    this.#sibling = Buffer.from(bytes.subarray(start, end)).toString('utf8');
    this.#siblingDepth = path.length;
  }
}
