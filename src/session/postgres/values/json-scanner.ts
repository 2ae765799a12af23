import type { WorkBudget } from '../../../detect/detector.ts';
import { WireError } from '../../../errors.ts';
import { DEFAULT_REDACTION_LABEL } from '../../../mask/redaction-label.ts';
import {
  decodeJsonString,
  encodeJsonString,
  type JsonPathStep,
  type JsonScalarType,
  type JsonVisitor,
} from '../../../wire/json/index.ts';
import type { CellScanner } from './cell.ts';
import type { ScalarType } from './encode-replacement.ts';
import { applyEdits, type JsonEdit, walkDocument } from './json-bytes.ts';
import type { ScanContext } from './scan-context.ts';
import { decodeText, isValidText } from './valid-text.ts';

const BACKSLASH = 0x5c;
const JSONB_VERSION = 1;
const JSON_NULL = Buffer.from('null', 'latin1');
const LABEL_KEY = Buffer.from(JSON.stringify(DEFAULT_REDACTION_LABEL), 'latin1');

/**
 * Scans every string, key and number of a json or jsonb document. A finding is masked inside its string;
 * a number with one becomes a string. Every other byte of the document stays.
 *
 * @param isVersioned - Binary jsonb: a version byte stands before the document.
 */
export function compileJsonScanner(
  context: ScanContext,
  scalar: ScalarType,
  isVersioned: boolean,
): CellScanner {
  const closed = context.closedReplacement(scalar);
  const fail = (reason: 'encoding' | 'malformed' | 'budget'): Uint8Array | null => {
    context.report.failedClosed(reason);
    return closed;
  };
  return {
    scan(body: Uint8Array, start: number, end: number, budget: WorkBudget): Uint8Array | null | undefined {
      const documentStart = isVersioned ? start + 1 : start;
      if (budget.remaining < 0) return fail('budget');
      if (isVersioned && (start >= end || body[start] !== JSONB_VERSION)) return fail('malformed');
      if (!isValidText(body, documentStart, end)) return fail('encoding');
      const collector = new FindingCollector(context, body, budget);
      try {
        walkDocument(body, documentStart, end, collector);
      } catch (error) {
        // Fails closed: the strings of a document that cannot be read cannot all be scanned.
        if (error instanceof WireError) return fail('malformed');
        throw error;
      }
      if (collector.isExhausted) return fail('budget');
      return collector.edits.length === 0 ? undefined : applyEdits(body, start, end, collector.edits);
    },
  };
}

class FindingCollector implements JsonVisitor {
  readonly edits: JsonEdit[] = [];
  isExhausted = false;
  #escapeAt = -1;
  readonly #context: ScanContext;
  readonly #body: Uint8Array;
  readonly #budget: WorkBudget;

  constructor(context: ScanContext, body: Uint8Array, budget: WorkBudget) {
    this.#context = context;
    this.#body = body;
    this.#budget = budget;
  }

  enter(container: 'object' | 'array'): void {
    if (container === 'object') this.#context.documentFields?.begin();
  }

  // A key is a value where objects serve as maps, but no value of the key above it.
  key(_name: string, start: number, end: number): void {
    this.#scanString(start, end, LABEL_KEY, undefined);
  }

  scalar(type: JsonScalarType, start: number, end: number, path: readonly JsonPathStep[]): void {
    if (type === 'string') this.#scanString(start, end, JSON_NULL, path);
    else if (type === 'number') this.#scanNumber(start, end, path);
  }

  // `onNull` stands in where the masker nullifies: a key must stay a string.
  #scanString(
    start: number,
    end: number,
    onNull: Uint8Array,
    path: readonly JsonPathStep[] | undefined,
  ): void {
    if (this.isExhausted) return;
    const hasEscapes = this.#hasEscapes(start, end);
    const value = hasEscapes ? decodeJsonString(this.#body, start, end) : this.#body;
    const from = hasEscapes ? 0 : start + 1;
    const to = hasEscapes ? value.length : end - 1;
    const isFound = this.#scan(value, from, to, path);
    if (path !== undefined) this.#context.documentFields?.noteString(path, value, from, to);
    if (!isFound) return;
    const masked = this.#context.maskFindings(value, from, to);
    this.edits.push({ start, end, bytes: masked === null ? onNull : encodeJsonString(masked) });
  }

  #scanNumber(start: number, end: number, path: readonly JsonPathStep[]): void {
    if (this.isExhausted || !this.#scan(this.#body, start, end, path)) return;
    const replacement = this.#context.replaceWhole(decodeText(this.#body, start, end), { kind: 'json' });
    const bytes = replacement === null ? JSON_NULL : Buffer.from(replacement, 'utf8');
    this.edits.push({ start, end, bytes });
  }

  // The next backslash is remembered: looking for it anew in every string is quadratic.
  #hasEscapes(start: number, end: number): boolean {
    if (this.#escapeAt < start) {
      const at = this.#body.indexOf(BACKSLASH, start);
      this.#escapeAt = at < 0 ? Number.POSITIVE_INFINITY : at;
    }
    return this.#escapeAt < end;
  }

  // Returns whether there are findings to mask.
  #scan(bytes: Uint8Array, start: number, end: number, path: readonly JsonPathStep[] | undefined): boolean {
    const { documentFields } = this.#context;
    const isComplete =
      documentFields !== undefined && path !== undefined
        ? this.#context.scanAs(documentFields.scannerAt(path), bytes, start, end, this.#budget)
        : this.#context.scan(bytes, start, end, this.#budget);
    if (!isComplete) this.isExhausted = true;
    return !this.isExhausted && this.#context.findings.length > 0;
  }
}
