import type { BodyFraming } from '../../wire/http/body-framing.ts';
import { chunkAround, encodeLastChunk } from '../../wire/http/chunked.ts';
import {
  encodeRequestHead,
  encodeResponseHead,
  type HeaderField,
  type RequestHead,
  type ResponseHead,
} from '../../wire/http/head.ts';
import type { BodyMasker } from './body-masker.ts';

type Head = RequestHead | ResponseHead;

/** How the end of the body that is written is told. */
type Mode =
  | 'none'
  /** By a length that stands in the head, or by the end of the connection. */
  | 'plain'
  | 'chunked'
  /** Not yet decided: the head waits for the first bytes of the body, or for all of it. */
  | 'waiting';

/** Writes messages: heads, and bodies as they are or through a masker. */
export class MessageWriter {
  #out: Uint8Array[] = [];
  #mode: Mode = 'none';
  #masker: BodyMasker | undefined;
  // Of a body whose head waits.
  #head: Head | undefined;
  // A head that keeps its framing, while it waits.
  #framed: { readonly head: Uint8Array | Head; readonly mode: Mode } | undefined;
  #isChunkedKnown = true;
  // Parts of the body since the last `take`.
  #parts: Uint8Array[] = [];
  #size = 0;
  // Whether no byte of the body has arrived.
  #isEmpty = true;
  #hasBegun = false;
  #endsByClosing = false;

  /** Whether a message has begun to leave and is not complete. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether the connection ends the message that was begun last. */
  get endsByClosing(): boolean {
    return this.#endsByClosing;
  }

  /**
   * @param head - The very bytes, or a head to encode.
   * @param check - Lets the body pass as it is, or throws.
   */
  beginForwarded(head: Uint8Array | Head, framing: BodyFraming, check?: BodyMasker): void {
    const mode = framing.kind === 'chunked' || framing.kind === 'none' ? framing.kind : 'plain';
    this.#masker = check;
    this.#framed = { head, mode };
    this.#endsByClosing = framing.kind === 'close';
    this.#mode = 'waiting';
    this.#isEmpty = true;
    if (check === undefined) this.#writeHead(undefined);
  }

  /**
   * @param head - Without length and transfer coding.
   * @param isChunkedKnown - Whether the peer speaks HTTP/1.1; otherwise the connection ends the body.
   */
  beginMasked(head: Head, masker: BodyMasker, isChunkedKnown: boolean): void {
    this.#head = head;
    this.#masker = masker;
    this.#isChunkedKnown = isChunkedKnown;
    this.#framed = undefined;
    this.#endsByClosing = false;
    this.#mode = 'waiting';
    this.#isEmpty = true;
  }

  data(bytes: Uint8Array): void {
    this.#isEmpty = false;
    if (this.#masker === undefined) this.#add(bytes);
    else for (const part of this.#masker.push(bytes)) this.#add(part);
  }

  /** Whether events are kept back, see `BodyMasker`. */
  get isHolding(): boolean {
    return this.#masker?.isHolding === true;
  }

  /** Lets go of them. */
  flushHeld(): void {
    for (const part of this.#masker?.flushHeld?.() ?? []) this.#add(part);
  }

  /** The message at hand will not be completed. */
  abort(): void {
    this.#masker?.close?.();
    this.#masker = undefined;
  }

  #add(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#size += part.length;
  }

  end(trailers: readonly HeaderField[]): void {
    // A body without a byte stays one, whatever it was said to be.
    if (this.#isEmpty) this.#masker?.close?.();
    else for (const part of this.#masker?.end() ?? []) this.#add(part);
    this.#masker = undefined;
    // All of the body is here: its length can be told after all.
    if (this.#mode === 'waiting' && trailers.length === 0) this.#writeHead(String(this.#size));
    this.#flush();
    if (this.#mode === 'chunked') this.#out.push(encodeLastChunk(trailers));
    this.#mode = 'none';
    this.#hasBegun = false;
  }

  /** @returns What was ready before the step that failed. */
  takeReady(): readonly Uint8Array[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** @returns What is ready: a body that has begun leaves at once, with its head. */
  take(): readonly Uint8Array[] {
    this.#flush();
    const out = this.#out;
    if (out.length > 0) this.#out = [];
    return out;
  }

  #flush(): void {
    if (this.#mode === 'waiting') this.#writeHead(undefined);
    const parts = this.#parts;
    if (parts.length === 0) return;
    if (this.#mode === 'chunked') {
      const [before, after] = chunkAround(this.#size);
      // Not spread: there may be more parts than arguments.
      this.#out = this.#out.concat([before], parts, [after]);
    } else this.#out = this.#out.concat(parts);
    this.#parts = [];
    this.#size = 0;
  }

  /** @param length - Of the body, where it is known. */
  #writeHead(length: string | undefined): void {
    this.#hasBegun = true;
    if (this.#framed !== undefined) {
      const { head, mode } = this.#framed;
      this.#out.push(head instanceof Uint8Array ? head : encodeHead(head));
      this.#mode = mode;
      this.#framed = undefined;
      return;
    }
    const head = this.#head!;
    const field = (name: string, value: string): HeaderField => ({ name, value });
    if (length !== undefined) {
      this.#mode = 'plain';
      this.#out.push(encodeHead({ ...head, fields: [...head.fields, field('Content-Length', length)] }));
    } else if (this.#isChunkedKnown) {
      this.#mode = 'chunked';
      const fields = [...head.fields, field('Transfer-Encoding', 'chunked')];
      this.#out.push(encodeHead({ ...head, minorVersion: 1, fields }));
    } else {
      this.#mode = 'plain';
      this.#endsByClosing = true;
      const fields = head.fields.filter(({ name }) => name.toLowerCase() !== 'connection');
      this.#out.push(encodeHead({ ...head, fields: [...fields, field('Connection', 'close')] }));
    }
    this.#head = undefined;
  }
}

function encodeHead(head: Head): Uint8Array {
  return 'status' in head ? encodeResponseHead(head) : encodeRequestHead(head);
}
