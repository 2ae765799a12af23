import assert from 'node:assert';

/** What the middleware wants of a request: an `http.IncomingMessage`. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly headers?: Record<string, string | string[] | undefined>;
}

/** What the middleware wants of a response: an `http.ServerResponse`. */
export interface NodeResponse {
  statusCode: number;
  statusMessage: string;
  readonly destroyed: boolean;
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly writableNeedDrain: boolean;
  getHeader(name: string): number | string | readonly string[] | undefined;
  getHeaderNames(): string[];
  setHeader(name: string, value: number | string | readonly string[]): unknown;
  removeHeader(name: string): void;
  once(event: 'close' | 'finish', listener: () => void): unknown;
  destroy(): unknown;
}

/** Methods of a response that the middleware takes the place of, as it found them. */
export interface NativeMethods {
  writeHead(status: number, ...rest: unknown[]): unknown;
  write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean;
  end(chunk?: unknown, encoding?: unknown, callback?: unknown): unknown;
  flushHeaders(): void;
  setHeader(name: string, value: unknown): unknown;
  appendHeader(name: string, value: unknown): unknown;
  addTrailers(headers: unknown): void;
  writeEarlyHints(hints: unknown, callback?: unknown): void;
}

const methodNames = [
  'writeHead',
  'write',
  'end',
  'flushHeaders',
  'setHeader',
  'appendHeader',
  'addTrailers',
  'writeEarlyHints',
] as const satisfies readonly (keyof NativeMethods)[];

/** @returns The methods, bound to the response; others may have taken their place before. */
export function nativeMethodsOf(response: NodeResponse): NativeMethods {
  const methods = response as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
  const bound = methodNames.map((name) => [name, methods[name]?.bind(response)]);
  return Object.fromEntries(bound) as NativeMethods;
}

/** Puts other methods in their place. */
export function replaceMethods(response: NodeResponse, methods: NativeMethods): void {
  for (const name of methodNames) {
    Object.defineProperty(response, name, { configurable: true, writable: true, value: methods[name] });
  }
}

/**
 * Lets a response look as if its head were written while it waits. Node tells from `_header` whether it is:
 * so does `headersSent`, so do `setHeader` and other middlewares.
 */
export function pretendHeadWritten(response: NodeResponse, isPending: () => boolean): void {
  const inner = response as unknown as { _header: string | null };
  let header = inner._header;
  Object.defineProperty(response, '_header', {
    configurable: true,
    enumerable: true,
    get: () => header ?? (isPending() ? 'pending' : header),
    set: (value: string | null) => {
      header = value;
    },
  });
}

/**
 * Fails closed where the methods of the prototype are called on a response, past those that took their place.
 *
 * @param isUnmasked - Whether nothing that is sent now has come by the masker.
 */
export function guardSending(response: NodeResponse, isUnmasked: () => boolean): void {
  const inner = response as unknown as { _send(...given: unknown[]): unknown };
  const send = inner._send;
  const value = (...given: unknown[]): unknown => {
    assert(!isUnmasked(), 'a response that is written past its own methods');
    return send.apply(response, given);
  };
  Object.defineProperty(response, '_send', { configurable: true, writable: true, value });
}

/** @returns Names of the fields as they were spelt. */
export function fieldNamesOf(response: NodeResponse): readonly string[] {
  const { getRawHeaderNames } = response as { readonly getRawHeaderNames?: () => string[] };
  return getRawHeaderNames?.call(response) ?? response.getHeaderNames();
}

/**
 * @param headers - As `writeHead` takes them: an object, pairs, or names and values in turn.
 * @returns Values by name; those of a name that stands there more than once are an array.
 */
export function headerEntries(headers: unknown): readonly (readonly [name: string, value: unknown])[] {
  if (!Array.isArray(headers)) return Object.entries((headers ?? {}) as object);
  const pairs: unknown[][] = Array.isArray(headers[0]) ? headers : [];
  if (pairs.length === 0)
    for (let at = 0; at < headers.length; at += 2) pairs.push([headers[at], headers[at + 1]]);
  const byName = new Map<string, readonly [name: string, value: unknown]>();
  for (const [name, value] of pairs) {
    const key = String(name).toLowerCase();
    const before = byName.get(key);
    byName.set(key, [String(name), before === undefined ? value : [before[1], value].flat()]);
  }
  return [...byName.values()];
}

/** @returns The bytes of a chunk, never shared with it; `undefined` for what `write` does not take. */
export function bytesOfChunk(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding as BufferEncoding | undefined);
  // A masker keeps parts of it for longer than the caller leaves it alone.
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : undefined;
}
