import { WireError } from '../../../errors.ts';
import type { Masker } from '../../../mask/masker.ts';
import {
  compileJsonPath,
  decodeJsonText,
  encodeJsonString,
  type JsonPath,
  type JsonPathStep,
  type JsonScalarType,
  type JsonVisitor,
} from '../../../wire/json/index.ts';
import type { CellMasker } from './cell.ts';
import { applyEdits, type JsonEdit, walkDocument } from './json-bytes.ts';
import { decodeText, isValidText } from './valid-text.ts';

const JSON_NULL = Buffer.from('null', 'latin1');
const JSONB_VERSION = 1;

/**
 * Masks the parts of a json or jsonb document that the paths name; all other bytes stay.
 *
 * A string is masked as text and stays a string, anything else becomes the masker's stand-in for a
 * document; `null` stays. A document that cannot be read is replaced whole.
 *
 * @param isVersioned - Binary jsonb: a version byte stands before the document.
 * @param onUnreadable - What replaces such a document.
 * @throws {PolicyError} WIREMASK_ERR_POLICY for a path that cannot be read.
 */
export function compileJsonPathMasker(
  masker: Masker,
  jsonPaths: readonly string[],
  isVersioned: boolean,
  onUnreadable: Uint8Array | null,
): CellMasker {
  const paths = jsonPaths.map(compileJsonPath);
  return {
    constant: undefined,
    mask(body: Uint8Array, start: number, end: number): Uint8Array | null {
      const documentStart = isVersioned ? start + 1 : start;
      if ((isVersioned && body[start] !== JSONB_VERSION) || !isValidText(body, documentStart, end)) {
        return onUnreadable;
      }
      const collector = new EditCollector(body, paths, masker);
      try {
        walkDocument(body, documentStart, end, collector);
      } catch (error) {
        // Fails closed: in a document that cannot be read, the parts to mask cannot be found.
        if (error instanceof WireError) return onUnreadable;
        throw error;
      }
      return applyEdits(body, start, end, collector.edits);
    },
  };
}

class EditCollector implements JsonVisitor {
  readonly edits: JsonEdit[] = [];
  readonly #body: Uint8Array;
  readonly #paths: readonly JsonPath[];
  readonly #masker: Masker;
  // Path length of the named object or array that is being walked; -1 outside of any.
  #insideDepth = -1;

  constructor(body: Uint8Array, paths: readonly JsonPath[], masker: Masker) {
    this.#body = body;
    this.#paths = paths;
    this.#masker = masker;
  }

  enter(_container: 'object' | 'array', _start: number, path: readonly JsonPathStep[]): void {
    if (this.#insideDepth < 0 && this.#isNamed(path)) this.#insideDepth = path.length;
  }

  leave(_container: 'object' | 'array', start: number, end: number, path: readonly JsonPathStep[]): void {
    if (this.#insideDepth !== path.length) return;
    this.#insideDepth = -1;
    this.edits.push({ start, end, bytes: this.#documentReplacement(start, end) });
  }

  scalar(type: JsonScalarType, start: number, end: number, path: readonly JsonPathStep[]): void {
    if (type === 'null' || this.#insideDepth >= 0 || !this.#isNamed(path)) return;
    const bytes =
      type === 'string' ? this.#stringReplacement(start, end) : this.#documentReplacement(start, end);
    this.edits.push({ start, end, bytes });
  }

  #isNamed(path: readonly JsonPathStep[]): boolean {
    return this.#paths.some((compiled) => compiled.matches(path));
  }

  #stringReplacement(start: number, end: number): Uint8Array {
    const value = decodeJsonText(this.#body, start, end);
    const replacement = this.#masker.replacement(value, { kind: 'text' }, undefined);
    return replacement === null ? JSON_NULL : encodeJsonString(replacement);
  }

  #documentReplacement(start: number, end: number): Uint8Array {
    const value = decodeText(this.#body, start, end);
    const replacement = this.#masker.replacement(value, { kind: 'json' }, undefined);
    return replacement === null ? JSON_NULL : Buffer.from(replacement, 'utf8');
  }
}
