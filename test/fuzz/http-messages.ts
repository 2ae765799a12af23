import * as zlib from 'node:zlib';
import { chunked, ok, sized, withHead } from '../support/http-session.ts';

/** A number below `max`. */
export type Below = (max: number) => number;

/** A planted value: detectors find it in any text. */
export const CANARY = 'canary.person@qz7vkp.com';

/** A request and its response. */
export interface Exchange {
  readonly request: Buffer;
  readonly response: Buffer;
  /** Whether the connection ends the response. */
  readonly endsByClosing: boolean;
}

const post = (body: string, ...fields: readonly string[]): string =>
  ['POST /a HTTP/1.1', 'Host: a', ...fields, `Content-Length: ${body.length}`, '', body].join('\r\n');

const requests: readonly string[] = [
  'GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip, br, x\r\nTE: trailers\r\n\r\n',
  'GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  post('{"a":[1,2],"b":"c"}', 'Content-Type: application/json'),
  post('a=b&c=d', 'Content-Type: application/x-www-form-urlencoded', 'Connection: Upgrade', 'Upgrade: h2c'),
  'PUT /x HTTP/1.1\r\nHost: a\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na,b\r\n0\r\nX: y\r\n\r\n',
];

const row = `{"id":12, "mail":"${CANARY}","x":[null,true,-1.5e3,"text \\u00e4"]}`;
const bodies: readonly (readonly [string | undefined, string])[] = [
  ['application/json', row],
  ['application/json', `[${row},\n ${row}, 1.0]`],
  ['application/problem+json; charset=utf-8', `{"errors":[{"message":"for ${CANARY} "}],"data":{"a":{}}}`],
  ['application/x-ndjson', `${row}\n${row}\r\n`],
  ['text/plain', `Dear ${CANARY} ,\r\nhow are you?\n`],
  ['text/html; charset=utf-8', `<p>write to ${CANARY} <br>or not</p>`],
  ['text/plain', row],
  ['text/plain', `)]}',\n${row}`],
  [undefined, row],
  ['text/csv', `id,mail,note\r\n1, ${CANARY} ,"a ""b"", c"\r\n`],
  ['text/event-stream', `: hi\nevent: a\ndata: ${row}\n\ndata: see ${CANARY} \r\n\r\n`],
  ['application/json', '{"a":1}'],
];

const codings: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['gzip', (bytes) => zlib.gzipSync(bytes)],
  ['deflate', (bytes) => zlib.deflateRawSync(bytes)],
  ['br', (bytes) => zlib.brotliCompressSync(bytes)],
  ['gzip, deflate', (bytes) => zlib.deflateSync(zlib.gzipSync(bytes))],
];

/** What a generated exchange is like. */
export interface ExchangeOptions {
  /** Damages the body before it is coded. */
  readonly damagesBody: boolean;
  /** All of a body in one chunk. */
  readonly hasWholeChunks: boolean;
}

/** Some request and its response, well-formed but for the body. */
export function someExchange(below: Below, { damagesBody, hasWholeChunks }: ExchangeOptions): Exchange {
  const request = Buffer.from(requests[below(requests.length)]!);
  const [type, text] = bodies[below(bodies.length)]!;
  const whole = Buffer.from(text);
  const body = damagesBody ? damageBeside(whole, below) : whole;
  const [coding, encode] = codings[below(codings.length * 2)] ?? ['', (bytes: Buffer) => bytes];
  const fields = [
    'Server: x',
    `X-Mail: to ${CANARY} `,
    'ETag: "a"',
    ...(coding ? [`Content-Encoding: ${coding}`] : []),
  ];
  const head =
    below(6) === 0 ? ['HTTP/1.1 404 Not Found', ...ok(type, ...fields).slice(1)] : ok(type, ...fields);
  const bytes = encode(Buffer.from(body));
  const endsByClosing = below(8) === 0;
  const response = endsByClosing
    ? withHead(head, bytes)
    : below(2) === 0
      ? sized(head, bytes)
      : chunked(head, bytes, {
          size: hasWholeChunks ? 1 << 20 : 1 + below(90),
          trailers: below(2) === 0 ? [] : [`X-End: ${CANARY} `],
        });
  const early = below(6) === 0 ? 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n' : '';
  return { request, response: Buffer.concat([Buffer.from(early), response]), endsByClosing };
}

const pieces = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  ':',
  ',',
  '"',
  '{',
  '}',
  '[',
  ']',
  '0',
  'f',
  '\\',
  '0\r\n\r\n',
  ';',
  '-',
  '9',
];

/** Damages bytes, but none of a planted value, nor those right beside it. */
export function damageBeside(bytes: Buffer, below: Below): Buffer {
  let damaged = bytes;
  for (let edits = 1 + below(3); edits > 0; edits--) {
    // Of a damaged head most often nothing is left but an error.
    const from = below(3) === 0 ? 0 : damaged.indexOf('\r\n\r\n') + 3;
    const at = from + below(damaged.length + 1 - from);
    const drop = below(3) === 0 ? below(12) : below(2);
    if (isPlanted(damaged, at, at + drop)) continue;
    const put = Buffer.from(below(3) === 0 ? '' : pieces[below(pieces.length)]!);
    damaged = Buffer.concat([damaged.subarray(0, at), put, damaged.subarray(at + drop)]);
  }
  return damaged;
}

function isPlanted(bytes: Buffer, start: number, end: number): boolean {
  for (let at = bytes.indexOf(CANARY); at >= 0; at = bytes.indexOf(CANARY, at + 1)) {
    if (end >= at - 1 && start <= at + CANARY.length + 1) return true;
  }
  return false;
}
