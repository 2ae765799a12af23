import assert from 'node:assert';
import { WireError } from '../../errors.ts';
import { type BodyFraming, framingOfResponse, isSameFraming } from '../../wire/http/body-framing.ts';
import { decodeResponseHead, type HeaderField, type ResponseHead, valuesOf } from '../../wire/http/head.ts';
import { type MessageHandler, MessageReader } from '../../wire/http/message-reader.ts';
import type { ValueScan } from '../value-scan.ts';
import type { HttpContext } from './http-context.ts';
import { MessageWriter } from './message-writer.ts';
import { ResponseMasker } from './response-masker.ts';

const SWITCHING_PROTOCOLS = 101;

/** A request that waits for its answer. */
export interface PendingRequest {
  readonly method: string;
  readonly minorVersion: 0 | 1;
}

/**
 * Changes a response head before it is masked: for a proxy that has fields of its own to say. What frames the
 * body, and the status, have to stay as they are. What it throws refuses the response.
 */
export type RewriteResponse = (head: ResponseHead) => ResponseHead;

/** Masks the responses of one upstream connection, in the order of the requests they answer. */
export class ResponseSide implements MessageHandler<ResponseHead> {
  readonly #masker: ResponseMasker;
  readonly #headerSizeMax: number;
  readonly #rewrite: RewriteResponse | undefined;
  #reader: MessageReader<ResponseHead>;
  readonly #writer = new MessageWriter();
  readonly #pending: PendingRequest[] = [];
  readonly #isEmptyPolicy: boolean;
  #isInterim = false;
  #isSkipped = false;
  // The last response has no end but that of the connection.
  #isOver = false;
  #keepsConnection = true;

  constructor(context: HttpContext, scan: ValueScan, rewrite: RewriteResponse | undefined) {
    this.#rewrite = rewrite;
    this.#masker = new ResponseMasker(context, scan);
    this.#isEmptyPolicy = context.policy.isEmpty;
    this.#headerSizeMax = context.limits.headerSizeMax;
    this.#reader = this.#createReader();
  }

  #createReader(): MessageReader<ResponseHead> {
    return new MessageReader(decodeResponseHead, this, { headerSizeMax: this.#headerSizeMax });
  }

  /** The next response may come from another connection: nothing of the last one is left. */
  renew(): void {
    if (this.keepsConnection) return;
    assert(!this.hasBegun, 'a response does not go on elsewhere');
    this.#reader = this.#createReader();
    this.#keepsConnection = true;
  }

  /**
   * Whether the upstream expects further requests behind the last response (RFC 9112 section 9.3), and has
   * sent nothing that nobody has asked for.
   */
  get keepsConnection(): boolean {
    return this.#keepsConnection && this.#reader.isBetweenMessages;
  }

  /** Requests without an answer. */
  get pendingCount(): number {
    return this.#pending.length;
  }

  /** Whether a response to the first of them has begun to leave. */
  get hasBegun(): boolean {
    return this.#writer.hasBegun;
  }

  /** Whether the client must see the connection close now: the last response has no other end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the response that has begun ends where the connection does. */
  get endsByClosing(): boolean {
    return this.hasBegun && this.#writer.endsByClosing;
  }

  /** Whether the first of the waiting requests may be answered by a response of our own. */
  get canAnswer(): boolean {
    return !this.hasBegun && !this.#isOver;
  }

  /** The method of the request whose response is next. */
  get nextMethod(): string | undefined {
    return this.#pending[0]?.method;
  }

  expect(request: PendingRequest): void {
    this.#pending.push(request);
  }

  /**
   * Takes the next bytes of the upstream.
   *
   * @returns What goes to the client.
   * @throws {WiremaskError} `takeReady` then has what may still go to the client.
   */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    this.#reader.push(chunk);
    return this.take();
  }

  /** The upstream has closed. @throws {WireError} WIREMASK_ERR_TRUNCATED in the middle of a response. */
  close(): readonly Uint8Array[] {
    this.#keepsConnection = false;
    this.#reader.close();
    if (this.#pending.length > 0)
      throw new WireError('WIREMASK_ERR_TRUNCATED', 'connection closed before a response');
    return this.take();
  }

  /** Whether events are kept back, see `BodyMasker`. */
  get isHolding(): boolean {
    return this.#writer.isHolding;
  }

  /** @returns What was kept back. */
  flushHeld(): readonly Uint8Array[] {
    this.#writer.flushHeld();
    return this.take();
  }

  /** The response at hand will not be completed. */
  abort(): void {
    this.#writer.abort();
  }

  /** @returns What is ready, with the head of a body that goes on. */
  take(): readonly Uint8Array[] {
    return this.#writer.take();
  }

  /** @returns What was ready before the step that failed: earlier responses. */
  takeReady(): readonly Uint8Array[] {
    return this.#writer.takeReady();
  }

  head(received: ResponseHead, raw: Uint8Array): BodyFraming {
    const request = this.#pending[0];
    if (request === undefined) {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'a response that no request has asked for');
    }
    if (this.#isOver) {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'a response after one that ends with the connection');
    }
    const framing = framingOfResponse(received, request.method);
    const head = this.#rewritten(received, request, framing);
    this.#isInterim = head.status < 200;
    // Of HTTP/1.0, which knows none, a client would take it for the answer (RFC 9110 section 15.2).
    this.#isSkipped = this.#isInterim && request.minorVersion === 0 && head.status !== SWITCHING_PROTOCOLS;
    if (this.#isSkipped) return framing;
    this.#keepsConnection = framing.kind !== 'close' && isPersistent(received);
    const facts = { method: request.method, hasBody: framing.kind !== 'none' };
    const masked = this.#masker.mask(head, facts);
    if (masked.body === undefined || this.#isEmptyPolicy) {
      this.#writer.beginForwarded(masked.head === received ? raw : masked.head, framing, masked.body);
    } else this.#writer.beginMasked(masked.head, masked.body, request.minorVersion === 1);
    return framing;
  }

  #rewritten(received: ResponseHead, { method }: PendingRequest, framing: BodyFraming): ResponseHead {
    const head = this.#rewrite?.(received) ?? received;
    // Fails closed: the client would take the end of the body for somewhere else.
    assert(isSameFraming(framingOfResponse(head, method), framing), 'a rewritten response keeps its framing');
    return head;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.#writer.data(bytes.subarray(start, end));
  }

  end(trailers: readonly HeaderField[]): void {
    if (!this.#isSkipped) this.#writer.end(this.#masker.maskTrailers(trailers));
    if (this.#isInterim) return;
    this.#pending.shift();
    this.#isOver = this.#writer.endsByClosing;
  }
}

// Members of a list, RFC 9110 section 5.6.1.
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const KEEP = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;

function isPersistent({ minorVersion, fields }: ResponseHead): boolean {
  const values = valuesOf(fields, 'connection');
  return minorVersion === 1
    ? !values.some((value) => CLOSE.test(value))
    : values.some((value) => KEEP.test(value));
}
