import { WireError } from '../../errors.ts';
import { escapeEnd, INCOMPLETE, INVALID, LITERALS, literalEnd } from './json-grammar.ts';
import type { JsonPathStep } from './json-path.ts';
import { decodeJsonText } from './string-literal.ts';

/** A value that is neither object nor array. */
export type JsonScalarType = 'string' | 'number' | 'true' | 'false' | 'null';

/**
 * Told about a document in order. `start` and `end` are offsets in the bytes given to `walkJson`;
 * strings include their quotes. `path` leads to the value at hand; it is the walker's own array and
 * changes after the call.
 */
export interface JsonVisitor {
  /** The object or array that begins at `start`; what is inside follows, then `leave`. */
  enter?(container: 'object' | 'array', start: number, path: readonly JsonPathStep[]): void;
  /** The object or array `[start, end)` is complete. */
  leave?(container: 'object' | 'array', start: number, end: number, path: readonly JsonPathStep[]): void;
  /** A key of an object, `[start, end)`; `path` ends in it. */
  key?(name: string, start: number, end: number, path: readonly JsonPathStep[]): void;
  /** A string, number or literal. */
  scalar?(type: JsonScalarType, start: number, end: number, path: readonly JsonPathStep[]): void;
}

/**
 * Walks the JSON document in `bytes[start, end)`: RFC 8259, nothing more lenient. White space around
 * it is allowed, a byte order mark is not. Does not recurse, so depth costs heap, not stack.
 *
 * @param depthMax - Objects and arrays inside each other.
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY when it is not JSON or too deep;
 *   WIREMASK_ERR_VALUE_ENCODING when a key is not UTF-8. Calls made before the throw are void.
 */
export function walkJson(
  bytes: Uint8Array,
  start: number,
  end: number,
  visitor: JsonVisitor,
  depthMax: number,
): void {
  new JsonWalker(bytes, start, end, visitor, depthMax).walk();
}

const none = -1;

class JsonWalker {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  readonly #visitor: JsonVisitor;
  readonly #depthMax: number;
  readonly #path: JsonPathStep[] = [];
  // Per open container: where it began, and the index of its current element; `none` for an object.
  readonly #starts: number[] = [];
  readonly #indexes: number[] = [];
  #at: number;

  constructor(bytes: Uint8Array, start: number, end: number, visitor: JsonVisitor, depthMax: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#visitor = visitor;
    this.#depthMax = depthMax;
  }

  walk(): void {
    let isOpen = this.#value();
    while (isOpen) {
      // Here a container has just been entered, or is being continued after a comma.
      isOpen = this.#value() || this.#afterValue();
    }
    this.#skipSpace();
    if (this.#at !== this.#end) throw this.#error('bytes after the document');
  }

  // Reads a scalar, or enters a container up to its first value.
  // Returns whether a value has to follow at once.
  #value(): boolean {
    switch (this.#next()) {
      case 0x7b:
        return this.#enterObject();
      case 0x5b:
        return this.#enterArray();
      case 0x22:
        this.#scalar('string', this.#stringEnd());
        return false;
      case 0x74:
        this.#scalar('true', this.#literalEnd(0x74));
        return false;
      case 0x66:
        this.#scalar('false', this.#literalEnd(0x66));
        return false;
      case 0x6e:
        this.#scalar('null', this.#literalEnd(0x6e));
        return false;
      default:
        this.#scalar('number', this.#numberEnd());
        return false;
    }
  }

  // Closes containers up to the next comma. Returns whether a value has to follow.
  #afterValue(): boolean {
    while (this.#starts.length > 0) {
      const isArray = this.#indexes.at(-1) !== none;
      const byte = this.#next();
      if (byte === 0x2c) {
        this.#at++;
        if (isArray) this.#nextIndex();
        else this.#key();
        return true;
      }
      if (byte !== (isArray ? 0x5d : 0x7d)) throw this.#error('comma or closing bracket expected');
      this.#leave(isArray ? 'array' : 'object');
    }
    return false;
  }

  // Both enter functions return whether a value has to follow: not so for an empty container.
  #enterObject(): boolean {
    this.#enter('object', none);
    if (this.#next() === 0x7d) {
      this.#leave('object');
      return false;
    }
    this.#key();
    return true;
  }

  #enterArray(): boolean {
    this.#enter('array', 0);
    if (this.#next() === 0x5d) {
      this.#leave('array');
      return false;
    }
    return true;
  }

  #enter(container: 'object' | 'array', index: number): void {
    if (this.#starts.length >= this.#depthMax) throw this.#error(`deeper than ${this.#depthMax}`);
    this.#visitor.enter?.(container, this.#at, this.#path);
    this.#starts.push(this.#at);
    this.#indexes.push(index);
    // The key of an object is not known yet; it replaces this.
    this.#path.push(0);
    this.#at++;
  }

  #leave(container: 'object' | 'array'): void {
    this.#at++;
    this.#indexes.pop();
    this.#path.pop();
    // Not inside the call: its arguments are not evaluated when there is no `leave`.
    const start = this.#starts.pop()!;
    this.#visitor.leave?.(container, start, this.#at, this.#path);
  }

  #nextIndex(): void {
    const index = this.#indexes.at(-1)! + 1;
    this.#indexes[this.#indexes.length - 1] = index;
    this.#path[this.#path.length - 1] = index;
  }

  #key(): void {
    if (this.#next() !== 0x22) throw this.#error('key expected');
    const start = this.#at;
    const end = this.#stringEnd();
    const name = decodeJsonText(this.#bytes, start, end);
    this.#path[this.#path.length - 1] = name;
    this.#visitor.key?.(name, start, end, this.#path);
    this.#at = end;
    if (this.#next() !== 0x3a) throw this.#error('colon expected');
    this.#at++;
  }

  #scalar(type: JsonScalarType, end: number): void {
    this.#visitor.scalar?.(type, this.#at, end, this.#path);
    this.#at = end;
  }

  #stringEnd(): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#at + 1;
    while (at < end) {
      const byte = bytes[at]!;
      if (byte === 0x22) return at + 1;
      if (byte < 0x20) throw this.#error('control character in a string', at);
      at = byte === 0x5c ? this.#escapeEnd(at) : at + 1;
    }
    throw this.#error('string without end');
  }

  #escapeEnd(at: number): number {
    const end = escapeEnd(this.#bytes, at, this.#end);
    if (end === INCOMPLETE) throw this.#error('string without end');
    if (end === INVALID) throw this.#error('unknown escape', at);
    return end;
  }

  /** @param first - Its first byte. */
  #literalEnd(first: number): number {
    const end = literalEnd(LITERALS.get(first)!, this.#bytes, this.#at, this.#end);
    if (end < 0) throw this.#error('value expected');
    return end;
  }

  // -? (0 | [1-9][0-9]*) (\. [0-9]+)? ([eE] [+-]? [0-9]+)?
  #numberEnd(): number {
    let at = this.#at;
    if (this.#byteAt(at) === 0x2d) at++;
    at = this.#byteAt(at) === 0x30 ? at + 1 : this.#digitsEnd(at);
    if (this.#byteAt(at) === 0x2e) at = this.#digitsEnd(at + 1);
    if ((this.#byteAt(at) | 0x20) === 0x65) {
      at++;
      if (this.#byteAt(at) === 0x2b || this.#byteAt(at) === 0x2d) at++;
      at = this.#digitsEnd(at);
    }
    return at;
  }

  #digitsEnd(start: number): number {
    let at = start;
    while (this.#byteAt(at) >= 0x30 && this.#byteAt(at) <= 0x39) at++;
    if (at === start) throw this.#error('value expected', start);
    return at;
  }

  // The next byte that is not white space, left where it is; `none` at the end.
  #next(): number {
    this.#skipSpace();
    return this.#byteAt(this.#at);
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#byteAt(this.#at);
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #byteAt(at: number): number {
    return at < this.#end ? this.#bytes[at]! : none;
  }

  #error(problem: string, at: number = this.#at): WireError {
    return new WireError('WIREMASK_ERR_MESSAGE_BODY', `JSON: ${problem} at offset ${at}`);
  }
}
