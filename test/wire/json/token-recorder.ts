import type { JsonTokenHandler, PartialStringAction } from '../../../src/wire/json/json-token-handler.ts';

/** Writes down what it is told, with offsets of the stream, and keeps what was flushed. */
export class TokenRecorder implements JsonTokenHandler {
  readonly lines: string[] = [];
  readonly flushed: Uint8Array[] = [];
  readonly onPartialString: (size: number) => PartialStringAction;
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;
  #flushedTo = 0;

  constructor(onPartialString: (size: number) => PartialStringAction) {
    this.onPartialString = onPartialString;
  }

  begin(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#offset = this.#flushedTo;
  }
  flush(end: number): void {
    this.flushed.push(this.#bytes.subarray(0, end));
    this.#flushedTo = this.#offset + end;
  }
  key(start: number, end: number, hasEscape: boolean): void {
    this.#token('key', start, end, hasEscape);
  }
  string(start: number, end: number, hasEscape: boolean): void {
    this.#token('string', start, end, hasEscape);
  }
  number(start: number, end: number): void {
    this.#token('number', start, end);
  }
  literal(start: number, end: number): void {
    this.#token('literal', start, end);
  }
  enter(isArray: boolean, start: number): void {
    this.lines.push(`enter ${isArray ? '[' : '{'} ${this.#offset + start}`);
  }
  leave(isArray: boolean, end: number): void {
    this.lines.push(`leave ${isArray ? ']' : '}'} ${this.#offset + end}`);
  }
  nextElement(): void {
    this.lines.push('nextElement');
  }
  document(end: number): void {
    this.lines.push(`document ${this.#offset + end}`);
  }
  partialString(_start: number, size: number): PartialStringAction {
    return this.onPartialString(size);
  }
  passedString(end: number): void {
    this.lines.push(`passedString ${this.#offset + end}`);
  }

  #token(what: string, start: number, end: number, hasEscape = false): void {
    const text = Buffer.from(this.#bytes.subarray(start, end)).toString('latin1');
    this.lines.push(`${what} ${this.#offset + start} ${text}${hasEscape ? ' escaped' : ''}`);
  }
}
