import assert from 'node:assert';
import { LimitError, UnsupportedError } from '../../errors.ts';
import { type BodyFraming, framingOfRequest, isSameFraming } from '../../wire/http/body-framing.ts';
import { decodeRequestHead, type HeaderField, type RequestHead, valuesOf } from '../../wire/http/head.ts';
import { type MessageHandler, MessageReader } from '../../wire/http/message-reader.ts';
import type { ValueScan } from '../value-scan.ts';
import { planBody } from './body-plan.ts';
import { filterAcceptEncoding } from './content-codings.ts';
import { requestHeaders } from './header-table.ts';
import type { HttpContext } from './http-context.ts';
import { mapFields } from './map-fields.ts';
import { MessageWriter } from './message-writer.ts';
import { remembering } from './recent-texts.ts';
import { withoutLength } from './response-masker.ts';

// CONNECT opens a tunnel; TRACE sends back what was added to the request on its way.
const REFUSED_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE']);
// Of the body before it was masked.
const DIGESTS: ReadonlySet<string> = new Set(['content-digest', 'content-md5', 'digest', 'repr-digest']);
const EMPTY_LINES_MAX = 2;
const NOTHING: readonly Uint8Array[] = [];
// Whoever keeps reading a client that does not wait for its answers has them pile up.
const KEPT_SIZE_MAX = 1_048_576;

/**
 * Changes a request head before it is sent on: for a proxy that has a host, a path or fields of its own to
 * say. What frames the body, method and version have to stay as they are. What it throws refuses the request.
 */
export type RewriteRequest = (head: RequestHead) => RequestHead;

/** What becomes of requests. */
export interface RequestSideOptions {
  readonly rewriteRequest?: RewriteRequest | undefined;
  /** A request that follows another one is kept until `next` is called. */
  readonly isOneAtATime?: boolean | undefined;
}

/** Reads the requests of one client connection, so that their answers can be masked. */
export class RequestSide implements MessageHandler<RequestHead> {
  readonly #context: HttpContext;
  readonly #scan: ValueScan;
  readonly #reader: MessageReader<RequestHead>;
  readonly #writer = new MessageWriter();
  readonly #onRequest: (head: RequestHead) => void;
  readonly #rewrite: RewriteRequest | undefined;
  readonly #isOneAtATime: boolean;
  #isOpen = false;
  #method: string | undefined;
  // One at a time: nothing more is read until `next`.
  #mustWait = false;
  #kept: Uint8Array | undefined;
  #hasEnded = false;

  /** @param onRequest - Told of every request before its first byte leaves. */
  constructor(
    context: HttpContext,
    scan: ValueScan,
    onRequest: (head: RequestHead) => void,
    { rewriteRequest, isOneAtATime = false }: RequestSideOptions,
  ) {
    this.#rewrite = rewriteRequest;
    this.#isOneAtATime = isOneAtATime;
    this.#context = context;
    this.#scan = scan;
    this.#onRequest = onRequest;
    const { headerSizeMax } = context.limits;
    this.#reader = new MessageReader(decodeRequestHead, this, {
      headerSizeMax,
      emptyLinesMax: EMPTY_LINES_MAX,
    });
  }

  /** Whether a request has been announced whose body is not complete. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether a head has begun and is not complete. */
  get isInHead(): boolean {
    return !this.#isOpen && !this.#reader.isBetweenMessages;
  }

  /** Of the request at hand; `undefined` between requests, and in a head that is not complete. */
  get method(): string | undefined {
    return this.#method;
  }

  /** The request at hand will not be completed. */
  abort(): void {
    this.#writer.abort();
  }

  /** Bytes of further requests that are kept. */
  get keptSize(): number {
    return this.#kept?.length ?? 0;
  }

  /** Takes the next bytes of the client. @returns What goes to the upstream. @throws {WiremaskError} */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#mustWait) {
      this.#keep(chunk);
      return NOTHING;
    }
    const read = this.#reader.push(chunk);
    if (read < chunk.length) this.#keep(chunk.subarray(read));
    return this.#writer.take();
  }

  /** Goes on with what was kept. @returns What goes to the upstream. @throws {WiremaskError} */
  next(): readonly Uint8Array[] {
    this.#mustWait = false;
    const kept = this.#kept;
    this.#kept = undefined;
    if (kept !== undefined) {
      const read = this.#reader.push(kept);
      // The rest is ours already: copying it for every request of many would take long.
      if (read < kept.length) this.#kept = kept.subarray(read);
    }
    if (this.#hasEnded) this.close();
    return this.#writer.take();
  }

  /** The client has closed. @throws {WireError} WIREMASK_ERR_TRUNCATED in the middle of a request. */
  close(): void {
    this.#hasEnded = true;
    if (!this.#mustWait) this.#reader.close();
  }

  // The chunk is the caller's, who may use its memory again.
  #keep(chunk: Uint8Array): void {
    const size = (this.#kept?.length ?? 0) + chunk.length;
    if (size > KEPT_SIZE_MAX) {
      const measured = { limit: 'keptSizeMax', size, max: KEPT_SIZE_MAX };
      throw new LimitError('WIREMASK_ERR_PENDING_STATEMENTS', 'bytes behind a request', measured);
    }
    this.#kept = this.#kept === undefined ? Uint8Array.from(chunk) : Buffer.concat([this.#kept, chunk]);
  }

  head(received: RequestHead, raw: Uint8Array): BodyFraming {
    this.#method = received.method;
    if (REFUSED_METHODS.has(received.method)) {
      throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_METHOD', `method ${received.method}`);
    }
    const framing = framingOfRequest(received);
    const head = this.#rewrite === undefined ? received : this.#rewritten(received, framing);
    const { policy } = this.#context;
    const fields = policy.isEmpty ? head.fields : rewriteFields(head.fields);
    if (policy.masksRequestBodies && !policy.isEmpty && framing.kind !== 'none') {
      const plan = planBody(fields, this.#context, this.#scan);
      if (plan.action === 'mask') {
        this.#announce(head);
        this.#writer.beginMasked({ ...head, fields: maskedBodyFields(head, fields) }, plan.body, true);
        return framing;
      }
    }
    this.#announce(head);
    const isSame = head === received && fields === head.fields;
    this.#writer.beginForwarded(isSame ? raw : { ...head, fields }, framing);
    return framing;
  }

  #rewritten(received: RequestHead, framing: BodyFraming): RequestHead {
    const head = this.#rewrite?.(received) ?? received;
    // Fails closed: the upstream would take the end of the body for somewhere else.
    assert(isSameFraming(framingOfRequest(head), framing), 'a rewritten request keeps its framing');
    return head;
  }

  #announce(head: RequestHead): void {
    this.#onRequest(head);
    this.#isOpen = true;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.#writer.data(bytes.subarray(start, end));
  }

  end(trailers: readonly HeaderField[]): void {
    this.#writer.end(trailers);
    this.#isOpen = false;
    this.#method = undefined;
    if (!this.#isOneAtATime) return;
    this.#mustWait = true;
    this.#reader.pause();
  }
}

function maskedBodyFields(head: RequestHead, fields: readonly HeaderField[]): readonly HeaderField[] {
  const kept = withoutLength(fields).filter(({ name }) => !DIGESTS.has(name.toLowerCase()));
  // In chunks it goes on as HTTP/1.1, which asks for a host (RFC 9112 section 3.2).
  const lacksHost = head.minorVersion === 0 && valuesOf(fields, 'host').length === 0;
  return lacksHost ? [...kept, { name: 'Host', value: '' }] : kept;
}

/** Asks for nothing that could not be masked. */
function rewriteFields(fields: readonly HeaderField[]): readonly HeaderField[] {
  return mapFields(fields, rewriteField);
}

const acceptedCodings = remembering((value: string) => filterAcceptEncoding([value]));

function rewriteField(field: HeaderField): HeaderField | undefined {
  const name = field.name.toLowerCase();
  if (requestHeaders.get(name)?.action === 'drop') return undefined;
  switch (name) {
    case 'accept-encoding':
      return withValue(field, acceptedCodings(field.value));
    case 'connection':
      return withValue(field, withoutUpgrade(field.value));
    // Other transfer codings than chunked cannot be undone.
    case 'te':
      return withValue(field, trailersOnly(field.value));
    default:
      return field;
  }
}

function withValue(field: HeaderField, value: string): HeaderField | undefined {
  if (value === field.value) return field;
  return value === '' ? undefined : { name: field.name, value };
}

function trailersOnly(value: string): string {
  if (/^trailers$/i.test(value)) return value;
  return value.split(',').some((member) => /^[ \t]*trailers[ \t]*$/i.test(member)) ? 'trailers' : '';
}

function withoutUpgrade(value: string): string {
  const options = value.split(',').map((option) => option.trim());
  const kept = options.filter((option) => !/^(?:upgrade|http2-settings)$/i.test(option));
  return kept.length === options.length ? value : kept.join(', ');
}
