import { type JsonVisitor, walkJson } from '../../../wire/json/index.ts';

/** Objects and arrays inside each other; the server's own limit depends on its stack, and is higher. */
const JSON_DEPTH_MAX = 512;

/** One part of a document to be written anew. */
export interface JsonEdit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/**
 * Walks a document of a cell.
 *
 * @throws {WireError} When it is not JSON.
 */
export function walkDocument(bytes: Uint8Array, start: number, end: number, visitor: JsonVisitor): void {
  walkJson(bytes, start, end, visitor, JSON_DEPTH_MAX);
}

/** The document with the edits made, in order and not overlapping; every other byte stays. */
export function applyEdits(
  bytes: Uint8Array,
  start: number,
  end: number,
  edits: readonly JsonEdit[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = start;
  for (const edit of edits) {
    parts.push(bytes.subarray(at, edit.start), edit.bytes);
    at = edit.end;
  }
  parts.push(bytes.subarray(at, end));
  return Buffer.concat(parts);
}
