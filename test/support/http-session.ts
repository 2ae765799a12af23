import type { WiremaskError } from '../../src/errors.ts';
import { createMasker } from '../../src/masker.ts';
import type { MaskingOptions } from '../../src/policy/masking-rule.ts';
import type { HttpLimits } from '../../src/session/http/http-context.ts';
import type { HttpOptions, HttpSession } from '../../src/session/http/session.ts';
import type { Output } from '../../src/session/masking-session.ts';
import { type HttpMessage, readHttpMessages } from './http-reader.ts';
import { type Chunks, everySplit, oneByteAtATime } from './properties.ts';

/** What one side does next: it sends bytes (text as Latin-1), or closes. */
export type HttpTurn =
  | readonly ['client' | 'server', string | Uint8Array]
  | readonly ['close', 'upstream' | 'downstream'];

/** What came of a conversation. */
export interface HttpHeard {
  readonly up: Buffer;
  readonly down: Buffer;
  readonly failure: WiremaskError | undefined;
  /** Whose turn it failed in. */
  readonly failedIn: HttpTurn[0] | undefined;
  readonly session: HttpSession;
}

/** Makes sessions of one policy. */
export type OpenHttp = () => HttpSession;

/** @returns What makes sessions under this policy. */
export async function httpSessions(
  masking: MaskingOptions,
  httpLimits: Partial<HttpLimits> = {},
  options: HttpOptions = {},
): Promise<OpenHttp> {
  const masker = await createMasker({ masking, httpLimits });
  return () => masker.http(options);
}

/** How the bytes of a turn are cut into chunks. */
export type Cut = (bytes: Uint8Array, side: 'client' | 'server') => Chunks;

export const whole: Cut = (bytes) => [bytes];
export const byteByByte: Cut = oneByteAtATime;

/** Plays a conversation until a failure. Chunks are overwritten once their output is copied. */
export function play(session: HttpSession, turns: readonly HttpTurn[], cut: Cut = whole): HttpHeard {
  const up: Uint8Array[] = [];
  const down: Uint8Array[] = [];
  let failure: WiremaskError | undefined;
  let failedIn: HttpTurn[0] | undefined;
  const hear = (output: Output): void => {
    up.push(Buffer.concat(output.toUpstream));
    down.push(Buffer.concat(output.toDownstream));
    failure ??= output.failure;
  };
  for (const [side, what] of turns) {
    if (failure !== undefined) break;
    failedIn = side;
    if (side === 'close') {
      hear(session.end(what as 'upstream' | 'downstream'));
      continue;
    }
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : what;
    for (const chunk of cut(bytes, side)) {
      const copy = Buffer.from(chunk);
      hear(side === 'client' ? session.fromDownstream(copy) : session.fromUpstream(copy));
      copy.fill(0x7e);
      if (failure !== undefined) break;
    }
  }
  if (failure === undefined) failedIn = undefined;
  return { up: Buffer.concat(up), down: Buffer.concat(down), failure, failedIn, session };
}

// More would take minutes; 1-byte chunks cover every position, too.
const SPLITS_MAX = 1500;

/** Plays a conversation whole, cut at every position of what the server sends, and byte by byte. */
export function* everyPlay(open: OpenHttp, turns: readonly HttpTurn[]): Generator<HttpHeard> {
  yield play(open(), turns);
  yield play(open(), turns, byteByByte);
  for (const [index, [side, what]] of turns.entries()) {
    if (side !== 'server') continue;
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : (what as Uint8Array);
    if (bytes.length > SPLITS_MAX) continue;
    for (const [before, after] of everySplit(bytes)) {
      const cutTurns: HttpTurn[] = [
        ...turns.slice(0, index),
        ['server', before!],
        ['server', after!],
        ...turns.slice(index + 1),
      ];
      yield play(open(), cutTurns);
    }
  }
}

/**
 * The responses a client reads, the same ones however the bytes arrive.
 *
 * @param methods - Of the requests; GET where left out.
 * @throws When a session fails, or the responses differ between ways of arrival.
 */
export function responsesOf(
  open: OpenHttp,
  turns: readonly HttpTurn[],
  methods: readonly string[] = [],
): readonly HttpMessage[] {
  let first: readonly HttpMessage[] | undefined;
  for (const { down, failure } of everyPlay(open, turns)) {
    if (failure !== undefined) throw failure;
    const messages = readHttpMessages(down, methods);
    first ??= messages;
    if (shown(messages) !== shown(first)) {
      throw new Error(`another result: ${shown(messages)}, at first ${shown(first)}`);
    }
  }
  return first!;
}

// How the end of a body is told depends on what of it arrives together.
function shown(messages: readonly HttpMessage[]): string {
  return JSON.stringify(messages.map(({ endsByClosing: _, ...message }) => message));
}

/** A GET request. */
export const get = 'GET /a HTTP/1.1\r\nHost: api.test\r\n\r\n';

/** A response whose length is told. @param head - Status line and fields, a line each. */
export function sized(head: readonly string[], body: string | Uint8Array): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return withHead([...head, `Content-Length: ${bytes.length}`], bytes);
}

/** A response in chunks of `size` bytes. */
export function chunked(
  head: readonly string[],
  body: string | Uint8Array,
  { size = 7, extension = '', trailers = [] }: Partial<ChunkedShape> = {},
): Buffer {
  const bytes = Buffer.from(typeof body === 'string' ? Buffer.from(body) : body);
  const parts: (string | Uint8Array)[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    parts.push(`${part.length.toString(16)}${extension}\r\n`, part, '\r\n');
  }
  parts.push(`0${extension}\r\n`, ...trailers.map((line) => `${line}\r\n`), '\r\n');
  const all = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  return withHead([...head, 'Transfer-Encoding: chunked'], all);
}

interface ChunkedShape {
  readonly size: number;
  readonly extension: string;
  readonly trailers: readonly string[];
}

/** A response, its body as it is. */
export function withHead(head: readonly string[], body: string | Uint8Array): Buffer {
  const lines = Buffer.from(head.map((line) => `${line}\r\n`).join('') + '\r\n', 'latin1');
  return Buffer.concat([lines, typeof body === 'string' ? Buffer.from(body) : body]);
}

/** The first lines of a response of this type. */
export function ok(type: string | undefined, ...fields: readonly string[]): readonly string[] {
  return ['HTTP/1.1 200 OK', ...(type === undefined ? [] : [`Content-Type: ${type}`]), ...fields];
}

/** What the body of a response becomes: text as UTF-8, without its codings; the same at every split. */
export function bodyOf(open: OpenHttp, response: Uint8Array): string {
  const [message, ...others] = responsesOf(open, [
    ['client', get],
    ['server', response],
  ]);
  if (message === undefined || others.length > 0 || !message.isComplete) throw new Error('not one response');
  return message.body;
}

/** How a response is refused: the code, wherever it is cut, and never with a byte that `hidden` names. */
export function refusalOf(open: OpenHttp, turns: readonly HttpTurn[], hidden = 'canary'): string {
  const codes = new Set<string>();
  for (const { down, failure, session } of everyPlay(open, turns)) {
    codes.add(failure?.code ?? 'no failure');
    const told = `${failure?.message} ${failure?.stack} ${JSON.stringify([...session.report.refused])}`;
    if (down.includes(hidden) || told.includes(hidden)) throw new Error(`shows ${hidden}`);
  }
  return [...codes].join(' or ');
}
