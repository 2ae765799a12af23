import type { WiremaskError } from '../errors.ts';
import type { MaskedResponse } from '../session/http/response-masker.ts';
import { BodyPump, failureOf } from './body-pump.ts';
import type { MaskingMiddlewareOptions } from './http-middleware.ts';
import {
  bytesOfChunk,
  fieldNamesOf,
  guardSending,
  headerEntries,
  type NativeMethods,
  type NodeRequest,
  type NodeResponse,
  nativeMethodsOf,
  pretendHeadWritten,
  replaceMethods,
} from './node-response.ts';
import {
  fieldsOf,
  type HttpFields,
  type HttpResponseHead,
  maskFields,
  maskHead,
  mayHaveBody,
  type ResponseMaskerFactory,
  recordOf,
  refusalOf,
} from './response-head.ts';

/**
 * Where a response is. The head waits from `writeHead` to the first byte of the body, as Node lets it wait:
 * by then it is known whether the body can be masked, and with `end` how long it is.
 */
type State = 'open' | 'head-waits' | 'sending-head' | 'streaming' | 'ended' | 'refused';

type Callback = (error?: Error | null) => void;

const NO_BYTES: Buffer = Buffer.alloc(0);
// Of a body with trailers Node tells no length.
const framing = ['transfer-encoding', 'trailer', 'content-length'];

/** Stands between a handler and the response it writes. */
export class ServerResponseMasking {
  readonly #masker: ResponseMaskerFactory;
  readonly #options: MaskingMiddlewareOptions;
  readonly #method: string;
  readonly #response: NodeResponse;
  readonly #native: NativeMethods;
  #state: State = 'open';
  // Node gives a response of which only `end` was called a length.
  #isHeadImplicit = false;
  #pump: BodyPump | undefined;
  #hasBody = false;
  #hasData = false;

  constructor(
    masker: ResponseMaskerFactory,
    options: MaskingMiddlewareOptions,
    request: NodeRequest,
    response: NodeResponse,
  ) {
    this.#masker = masker;
    this.#options = options;
    this.#method = request.method ?? 'GET';
    this.#response = response;
    this.#native = nativeMethodsOf(response);
  }

  /** Takes the place of the response's methods. */
  install(): void {
    const native = this.#native;
    pretendHeadWritten(this.#response, () => this.#state === 'head-waits');
    guardSending(this.#response, () => this.#state === 'open' || this.#state === 'head-waits');
    replaceMethods(this.#response, {
      writeHead: (status, ...rest) => this.#writeHead(status, rest),
      write: (chunk, encoding, callback) => this.#write(chunk, ...toArguments(encoding, callback)),
      end: (chunk, encoding, callback) =>
        typeof chunk === 'function'
          ? this.#end(undefined, undefined, chunk as Callback)
          : this.#end(chunk, ...toArguments(encoding, callback)),
      flushHeaders: () => this.#flushHeaders(),
      setHeader: (name, value) => this.#setField(name, value, native.setHeader),
      appendHeader: (name, value) => this.#setField(name, value, native.appendHeader),
      addTrailers: (headers) => native.addTrailers(recordOf(this.#maskPairs(headers))),
      writeEarlyHints: (hints, callback) =>
        native.writeEarlyHints(recordOf(this.#maskPairs(hints)), callback),
    });
    this.#response.once('close', () => this.#pump?.close());
  }

  #writeHead(status: number, rest: readonly unknown[]): unknown {
    const response = this.#response;
    if (this.#state === 'refused') return response;
    const [reason, headers] = typeof rest[0] === 'string' ? rest : [undefined, rest[1] ?? rest[0]];
    const text = reason ?? response.statusMessage ?? '';
    const isValid = status >= 100 && status <= 999 && isFieldValue(String(text));
    // Node has the words for what it does not take.
    if (this.#state !== 'open' || !isValid) return this.#native.writeHead(status, ...rest);
    for (const [name, value] of headerEntries(headers)) {
      if (name !== '') this.#native.setHeader(name, value);
    }
    response.statusCode = Math.trunc(status);
    if (text !== '') response.statusMessage = String(text);
    this.#state = 'head-waits';
    return response;
  }

  #write(chunk: unknown, encoding: unknown, callback: Callback | undefined): boolean {
    if (this.#state === 'refused') return later(callback);
    const bytes = bytesOfChunk(chunk, encoding);
    // Node has an error for either.
    if (bytes === undefined) return this.#native.write(chunk, encoding, callback);
    if (this.#isOver) return this.#native.write(NO_BYTES, callback);
    if (!this.#plan()) return later(callback);
    if (!this.#hasBody || this.#pump === undefined) {
      this.#sendHead(undefined);
      return this.#native.write(this.#hasBody ? bytes : NO_BYTES, callback);
    }
    const slices = this.#mask(this.#pump, bytes, false);
    if (slices === undefined) return later(callback);
    this.#sendHead(undefined);
    if (slices.length > 0) return this.#writeSlices(slices, callback);
    later(callback);
    return !this.#response.writableNeedDrain;
  }

  #end(chunk: unknown, encoding: unknown, callback: Callback | undefined): unknown {
    const response = this.#response;
    if (this.#state === 'refused') {
      if (callback && response.writableFinished) later(callback);
      else if (callback) response.once('finish', callback);
      return response;
    }
    const isEmpty = chunk === undefined || chunk === null || chunk === '';
    const bytes = isEmpty ? NO_BYTES : bytesOfChunk(chunk, encoding);
    if (bytes === undefined) return this.#native.end(chunk, encoding, callback);
    if (this.#isOver) return this.#native.end(isEmpty ? undefined : NO_BYTES, callback);
    if (!this.#plan()) return this.#end(undefined, undefined, callback);
    let slices: readonly Uint8Array[] | undefined = bytes.length === 0 ? [] : [bytes];
    if (!this.#hasBody) slices = [];
    else if (this.#pump !== undefined) slices = this.#mask(this.#pump, bytes, true);
    if (slices === undefined) return this.#end(undefined, undefined, callback);
    const knowsLength = this.#hasBody && (this.#pump !== undefined || this.#isHeadImplicit);
    this.#sendHead(knowsLength ? slices.reduce((size, slice) => size + slice.length, 0) : undefined);
    this.#state = 'ended';
    // Without bytes: the `end` of others hands them to `write`, which is ours. Node corks the two.
    if (slices.length > 0) this.#writeSlices(slices, undefined);
    this.#native.end(undefined, callback);
    return response;
  }

  // The response has ended, or the client has gone in the middle of it.
  get #isOver(): boolean {
    return this.#state === 'ended' || (this.#pump !== undefined && this.#response.destroyed);
  }

  #flushHeaders(): void {
    if (this.#state === 'refused' || !this.#plan()) return;
    this.#sendHead(undefined);
    this.#native.flushHeaders();
  }

  /** @returns Whether the response goes on: its head is masked, and it is known what its body gets. */
  #plan(): boolean {
    const response = this.#response;
    if (this.#state === 'open') {
      this.#isHeadImplicit = true;
      // As others have it by now: some add fields when the head is written.
      (response as unknown as NativeMethods).writeHead(response.statusCode);
      if (this.#state === 'open') this.#writeHead(response.statusCode, []);
    }
    if (this.#state !== 'head-waits') return this.#state !== 'refused';
    const status = response.statusCode;
    this.#hasBody = mayHaveBody(this.#method, status);
    const names = fieldNamesOf(response);
    const fields = names.flatMap((name) => fieldsOf({ [name]: response.getHeader(name) }));
    const facts = { method: this.#method, hasBody: this.#hasBody };
    const head = { status, reason: response.statusMessage ?? '', minorVersion: 1 as const, fields };
    let masked: MaskedResponse;
    try {
      masked = maskHead(this.#masker, head, facts, this.#options);
    } catch (error) {
      this.#refuse(failureOf(error));
      return false;
    }
    this.#state = 'sending-head';
    if (masked.head !== head) this.#applyHead(names, masked.head);
    if (masked.body !== undefined) {
      const write = (slices: readonly Uint8Array[]): void => {
        if (!response.destroyed) this.#writeSlices(slices, undefined);
      };
      this.#pump = new BodyPump(masked.body, this.#options, {
        give: write,
        fail: (failure) => this.#refuse(failure),
        isFull: () => response.writableNeedDrain,
      });
    }
    return true;
  }

  // A field that stays is never removed: Node remembers that, and frames the body or ends the connection by
  // it.
  #applyHead(names: readonly string[], { reason, fields }: HttpResponseHead): void {
    const response = this.#response;
    if (response.statusMessage) response.statusMessage = reason;
    const record = recordOf(fields);
    for (const name of names) {
      if (record[name] === undefined && name.toLowerCase() !== 'transfer-encoding')
        response.removeHeader(name);
    }
    for (const [name, value] of Object.entries(record)) this.#native.setHeader(name, value);
  }

  /** @param length - Of the body, where all of it is here. */
  #sendHead(length: number | undefined): void {
    if (this.#state !== 'sending-head') return;
    const response = this.#response;
    const isFramed = framing.some((name) => response.getHeader(name) !== undefined);
    if (length !== undefined && !isFramed) this.#native.setHeader('Content-Length', length);
    this.#writeNativeHead(response.statusCode);
    this.#state = 'streaming';
  }

  #writeNativeHead(status: number): void {
    const response = this.#response;
    if (response.getHeaderNames().length === 0) {
      // Once there was a field, Node passes those that are given to `writeHead` through `setHeader`.
      this.#native.setHeader('vary', '*');
      response.removeHeader('vary');
    }
    this.#native.writeHead(status);
  }

  // In one piece: a listener that writes again meanwhile comes behind all of it.
  #writeSlices(slices: readonly Uint8Array[], callback: Callback | undefined): boolean {
    const [first = NO_BYTES] = slices;
    return this.#native.write(slices.length > 1 ? Buffer.concat(slices) : first, callback);
  }

  /** @returns What may leave, or `undefined`: the response is refused. */
  #mask(pump: BodyPump, bytes: Buffer, isEnd: boolean): readonly Uint8Array[] | undefined {
    this.#hasData ||= bytes.length > 0;
    try {
      const slices = bytes.length > 0 ? pump.push(bytes) : [];
      // A body without a byte holds no value, whatever its type demands.
      return isEnd && this.#hasData ? [...slices, ...pump.end()] : slices;
    } catch (error) {
      this.#refuse(failureOf(error));
      return undefined;
    }
  }

  #refuse(failure: WiremaskError): void {
    const hasLeft = this.#state === 'streaming' || this.#state === 'ended';
    this.#state = 'refused';
    this.#pump?.close();
    if (hasLeft) this.#response.destroy();
    else this.#answer(failure);
    this.#options.onRefused?.(failure);
  }

  #answer(failure: WiremaskError): void {
    const response = this.#response;
    // Middlewares installed before may still code the body, and say so.
    this.#state = 'sending-head';
    for (const name of response.getHeaderNames()) {
      if (name !== 'connection' && name !== 'date') response.removeHeader(name);
    }
    const { status, reason, fields, body } = refusalOf(failure);
    for (const [name, value] of fields) this.#native.setHeader(name, value);
    response.statusMessage = reason;
    response.statusCode = status;
    this.#writeNativeHead(status);
    this.#state = 'refused';
    if (mayHaveBody(this.#method, status)) this.#native.write(body);
    this.#native.end();
  }

  // Middlewares installed before add fields while Node writes the head, when ours are masked already.
  #setField(name: string, value: unknown, set: (name: string, value: unknown) => unknown): unknown {
    if (this.#state === 'refused') return this.#response;
    if (this.#state !== 'sending-head' || value === undefined) return set(name, value);
    const masked = maskFields(this.#masker, fieldsOf({ [name]: value }), this.#options);
    const values = masked.map((field) => field.value);
    if (values.length > 0) set(name, Array.isArray(value) ? values : values[0]);
    return this.#response;
  }

  #maskPairs(headers: unknown): HttpFields {
    const fields = fieldsOf(Object.fromEntries(headerEntries(headers)));
    return maskFields(this.#masker, fields, this.#options);
  }
}

function toArguments(
  encoding: unknown,
  callback: unknown,
): readonly [encoding: unknown, callback: Callback | undefined] {
  if (typeof encoding === 'function') return [undefined, encoding as Callback];
  return [encoding, callback as Callback | undefined];
}

/** @returns `true`: there is room for more. */
function later(callback: Callback | undefined): true {
  if (callback) queueMicrotask(() => callback());
  return true;
}

function isFieldValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}
