import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Canary } from '../../support/canary.ts';

/** Protected by a rule for its name. */
export const FIELD: Canary = { name: 'field', text: 'CNRY-4d9f2a-Tz6Kp1', middle: '4d9f2a-Tz6Kp1' };
/** Found by a detector. */
export const MAIL: Canary = { name: 'mail', text: 'wq7.walnut-kx@example.org', middle: 'wq7.walnut-kx' };
/** A number under a protected name. */
export const NUMBER: Canary = { name: 'number', text: '498271536', middle: '498271536' };
/** Under a protected header. */
export const COOKIE: Canary = { name: 'cookie', text: 'sid=hJ8vTq2Lm5', middle: 'hJ8vTq2Lm5' };

/** Every byte an upstream sends in answer to one request. */
export interface Evasion {
  readonly name: string;
  readonly bytes: Buffer;
  /** Sent in segments of this many bytes; left out: at once. */
  readonly segmentSize?: number;
  /** A part of the body that has to arrive, where the message is legal. */
  readonly keeps?: string;
}

const body = `{"id":1.0,"ssn":"${FIELD.text}","note":"to ${MAIL.text}","keep":"me"}`;
const kept = '"keep":"me"';
const json = 'Content-Type: application/json';

const raw = (head: readonly string[], text: string | Buffer = ''): Buffer =>
  Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(text as string)]);

const sized = (fields: readonly string[], text: string | Buffer, status = '200 OK'): Buffer =>
  raw([`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${Buffer.byteLength(text)}`], text);

const chunkedHead = (...fields: string[]): readonly string[] => [
  'HTTP/1.1 200 OK',
  json,
  'Transfer-Encoding: chunked',
  ...fields,
];

const chunks = (size: number, extension = ''): string => {
  const parts: string[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.slice(at, at + size);
    parts.push(`${part.length.toString(16)}${extension}\r\n${part}\r\n`);
  }
  return parts.join('');
};

const escaped = (text: string): string =>
  [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

const framing: readonly Evasion[] = [
  { name: 'one byte at a time', bytes: sized([json], body), segmentSize: 1, keeps: kept },
  { name: 'chunks of one byte', bytes: raw(chunkedHead(), `${chunks(1)}0\r\n\r\n`), keeps: kept },
  {
    name: 'chunks of one byte, one byte at a time',
    bytes: raw(chunkedHead(), `${chunks(1)}0\r\n\r\n`),
    segmentSize: 1,
    keeps: kept,
  },
  {
    name: 'a value in chunk extensions',
    bytes: raw(chunkedHead(), `${chunks(9, `;a="${MAIL.text}"`)}0;b=${FIELD.text}\r\n\r\n`),
  },
  {
    name: 'a value in trailers',
    bytes: raw(
      chunkedHead('Trailer: X-Who'),
      `${chunks(50)}0\r\nX-Who: ${MAIL.text}\r\nSet-Cookie: ${COOKIE.text}\r\n\r\n`,
    ),
  },
  { name: 'the end of the connection', bytes: raw(['HTTP/1.1 200 OK', json], body), keeps: kept },
  { name: 'HTTP/1.0', bytes: raw(['HTTP/1.0 200 OK', json], body), keeps: kept },
  { name: 'a length too short', bytes: raw(['HTTP/1.1 200 OK', json, 'Content-Length: 10'], body) },
  { name: 'a length too long', bytes: raw(['HTTP/1.1 200 OK', json, 'Content-Length: 9999'], body) },
  {
    name: 'two lengths',
    bytes: raw(['HTTP/1.1 200 OK', json, 'Content-Length: 2', `Content-Length: ${body.length}`], body),
  },
  {
    name: 'a list of lengths',
    bytes: raw(['HTTP/1.1 200 OK', json, `Content-Length: ${body.length}, 3`], body),
  },
  { name: 'length and chunks', bytes: raw([...chunkedHead(), 'Content-Length: 3'], `${chunks(9)}0\r\n\r\n`) },
  { name: 'a folded line', bytes: sized([json, `X-Who: a\r\n ${MAIL.text}`], body) },
  {
    name: 'bare line feeds',
    bytes: Buffer.from(`HTTP/1.1 200 OK\n${json}\nContent-Length: ${body.length}\n\n${body}`),
  },
  {
    name: 'a second response nobody asked for',
    bytes: Buffer.concat([sized([json], '{}'), sized([json], body)]),
  },
  {
    name: '103 before 200',
    bytes: Buffer.concat([
      raw(['HTTP/1.1 103 Early Hints', `Link: </x?u=${MAIL.text}>`, `Set-Cookie: ${COOKIE.text}`]),
      sized([json], body),
    ]),
    keeps: kept,
  },
  { name: '204 with a body', bytes: sized([json], body, '204 No Content') },
  { name: '304 with a body', bytes: raw(['HTTP/1.1 304 Not Modified'], body) },
  {
    name: '206',
    bytes: sized([json, 'Content-Range: bytes 20-90/900'], body.slice(20), '206 Partial Content'),
  },
  {
    name: 'multipart/byteranges',
    bytes: sized(
      ['Content-Type: multipart/byteranges; boundary=x'],
      `--x\r\n\r\n${body}\r\n--x--`,
      '206 Partial Content',
    ),
  },
  {
    name: 'another protocol',
    bytes: raw(['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: upgrade'], body),
  },
  {
    name: 'HTTP/2 frames',
    bytes: Buffer.concat([Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]), Buffer.from(body)]),
  },
];

const coded = (name: string, coding: string, bytes: Buffer, keeps?: string): Evasion => ({
  name,
  bytes: sized([json, `Content-Encoding: ${coding}`], bytes),
  ...(keeps === undefined ? {} : { keeps }),
});

const codings: readonly Evasion[] = [
  coded('gzip', 'gzip', gzipSync(body), kept),
  coded('x-gzip in upper case', 'X-GZIP', gzipSync(body)),
  coded('deflate with a header', 'deflate', deflateSync(body)),
  coded('deflate without one', 'deflate', deflateRawSync(body)),
  coded('br', 'br', brotliCompressSync(body)),
  coded('gzip, twice', 'gzip, gzip', gzipSync(gzipSync(body))),
  coded('gzip that says identity', 'identity', gzipSync(body)),
  coded('plain that says gzip', 'gzip', Buffer.from(body)),
  coded('a coding nobody knows', 'x-rot13', Buffer.from(body)),
  coded('truncated gzip', 'gzip', gzipSync(body).subarray(0, -12)),
  coded('gzip with something behind it', 'gzip', Buffer.concat([gzipSync('{}'), Buffer.from(body)])),
  coded(
    'gzip of two members',
    'gzip',
    Buffer.concat([gzipSync(body.slice(0, 30)), gzipSync(body.slice(30))]),
  ),
  coded('a bomb', 'gzip', gzipSync(`[${'0,'.repeat(4_000_000)}"${MAIL.text}"]`)),
  {
    name: 'gzip, one byte at a time',
    bytes: sized([json, 'Content-Encoding: gzip'], gzipSync(body)),
    segmentSize: 1,
  },
];

const typed = (name: string, type: string | undefined, text: string | Buffer): Evasion => ({
  name: `${name} as ${type ?? 'nothing'}`,
  bytes: sized(type === undefined ? [] : [`Content-Type: ${type}`], text),
});

// A text without JSON that goes on in the next event is admitted: events would have to wait for others.
const sse = (lineEnd: string): Evasion =>
  typed(
    `events with ${JSON.stringify(lineEnd)}`,
    'text/event-stream',
    [
      `data: {"ssn":`,
      `data: "${FIELD.text}"}`,
      '',
      `: ${MAIL.text}`,
      `id: ${MAIL.text}`,
      `event: ${MAIL.text}`,
      `data: ask ${MAIL.text}`,
      '',
      '',
    ].join(lineEnd),
  );

const delta = (text: string): string =>
  `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;

const types: readonly Evasion[] = [
  ...[
    'text/plain',
    'application/octet-stream',
    undefined,
    'APPLICATION/JSON',
    'application/vnd.api+json',
    'text/html',
  ].map((type) => typed('JSON', type, body)),
  typed('JSON', 'application/json; charset="utf-8"; x=y', body),
  typed('JSON', 'application/json, text/plain', body),
  typed('JSON with a mark', 'application/json', `\uFEFF${body}`),
  typed('UTF-16', 'application/json; charset=utf-16le', Buffer.from(body, 'utf16le')),
  typed('UTF-16', undefined, Buffer.from(`\uFEFF${body}`, 'utf16le')),
  typed('UTF-7', 'text/plain; charset=utf-7', MAIL.text.replace('@', '+AEA-')),
  typed('lines', 'application/x-ndjson', `${body}\n${body}\n`),
  typed('a sequence', 'application/json-seq', `\x1e${body}\n\x1e${body}\n`),
  typed('two documents', 'application/json', body + body),
  sse('\n'),
  sse('\r'),
  sse('\r\n'),
  typed('deltas', 'text/event-stream', [...MAIL.text].map(delta).join('') + delta('. ') + 'data: [DONE]\n\n'),
  typed('a prefix', 'application/json', `)]}',\n${body}`),
  typed(
    'GraphQL',
    'application/graphql-response+json',
    `{"errors":[{"message":"no ${MAIL.text}"}],"data":{"x":{"ssn":"${FIELD.text}"}}}`,
  ),
  typed(
    'MCP',
    'application/json',
    JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: body }] } }),
  ),
  typed(
    'MCP with a heading',
    'application/json',
    JSON.stringify({ result: { content: [{ type: 'text', text: `1 row\n\`\`\`json\n${body}\n\`\`\`\n` }] } }),
  ),
  typed(
    'a form',
    'application/x-www-form-urlencoded',
    `ssn=${FIELD.text}&%73sn=${FIELD.text}&m=${encodeURIComponent(MAIL.text)}`,
  ),
  typed('CSV', 'text/csv', `id,"ssn",note\r\n1,"${FIELD.text}",${MAIL.text}\r\n`),
  typed('XML', 'application/xml', `<a m="${MAIL.text}">${MAIL.text}</a>`),
  typed('an image', 'image/png', body),
  typed('parts', 'multipart/form-data; boundary=x', `--x\r\n\r\n${body}\r\n--x--`),
];

const lexical: readonly Evasion[] = [
  typed('base64 of JSON', 'application/json', JSON.stringify({ a: Buffer.from(body).toString('base64') })),
  typed(
    'base64 of text, for URLs',
    'application/json',
    JSON.stringify({ a: Buffer.from(`ask ${MAIL.text} >>?`).toString('base64url') }),
  ),
  typed(
    'base64 in lines',
    'application/json',
    JSON.stringify({ a: Buffer.from(`${body} `.repeat(5)).toString('base64').replace(/.{60}/g, '$&\n') }),
  ),
  typed('an escaped key', 'application/json', `{"\\u0073\\u0073\\u006e":"${FIELD.text}"}`),
  typed('escaped values', 'application/json', `{"ssn":"${escaped(FIELD.text)}","m":"${escaped(MAIL.text)}"}`),
  typed(
    'escapes beside a value',
    'application/json',
    `{"m":"\\ud83d\\ude00 ${MAIL.text}\\/ \\ud800","n":"\\udc00${MAIL.text}"}`,
  ),
  typed('a key twice', 'application/json', `{"ssn":"${FIELD.text}","ssn":"${FIELD.text}"}`),
  typed('a key in another case', 'application/json', `{"SSN":"${FIELD.text}"}`),
  typed('numbers', 'application/json', `{"ssn":${NUMBER.text},"a":[{"ssn":-${NUMBER.text}.5e3}]}`),
  typed('containers', 'application/json', `{"ssn":{"a":["${FIELD.text}",${NUMBER.text}]}}`),
  typed('a value as key', 'application/json', `{"users":{"${MAIL.text}":{"ok":true}}}`),
  typed('JSON in a string', 'application/json', JSON.stringify({ a: body })),
  typed('JSON in a string, twice', 'application/json', JSON.stringify({ a: JSON.stringify({ b: body }) })),
  typed(
    'a name beside its value',
    'application/json',
    `[{"name":"ssn","value":"${FIELD.text}"},{"value":"${FIELD.text}","name":"ssn"}]`,
  ),
  typed('columns and rows', 'application/json', `{"columns":["id","ssn"],"rows":[[1,"${FIELD.text}"]]}`),
  typed('10,000 levels', 'application/json', `${'['.repeat(10_000)}"${MAIL.text}"${']'.repeat(10_000)}`),
  typed('a long string', 'application/json', `{"a":"${'x '.repeat(200_000)}${MAIL.text}"}`),
  typed('something behind the document', 'application/json', `{} ${MAIL.text}`),
  typed('a comment', 'application/json', `{/* ${MAIL.text} */"a":1}`),
  typed('NaN', 'application/json', `{"a":NaN,"ssn":"${FIELD.text}"}`),
  typed(
    'no UTF-8',
    'application/json',
    Buffer.from(`{"a":"\xff${MAIL.text}\xfe","ssn":"\xc3(${FIELD.text}"}`, 'latin1'),
  ),
  typed('a single quote', 'application/json', `{'ssn':'${FIELD.text}'}`),
];

const heads: readonly Evasion[] = [
  {
    name: 'cookies and locations',
    bytes: sized(
      [json, `SET-cookie: ${COOKIE.text}`, `Location: /?u=${MAIL.text}`, `X-Who: "${MAIL.text}"`],
      '{}',
      '302 Found',
    ),
  },
  { name: 'the reason', bytes: sized([json], '{}', `404 ${MAIL.text}`) },
  { name: 'an error page', bytes: sized(['Content-Type: text/html'], `<h1>${MAIL.text}</h1>`, '500 Oops') },
  {
    name: 'a digest of the body',
    bytes: sized([json, `ETag: "${MAIL.text}"`, `Content-MD5: ${FIELD.text}`], body),
    keeps: kept,
  },
  { name: 'the name of a header', bytes: sized([json, `X-${FIELD.text}`], '{}') },
  { name: 'a head without an end', bytes: Buffer.from(`HTTP/1.1 200 OK\r\nX-Who: ${MAIL.text}\r\n`) },
  { name: 'a head that is too large', bytes: sized([json, `X-Who: ${MAIL.text.repeat(5_000)}`], '{}') },
];

/** What an upstream may send to get a value past, from `evasions.md`. */
export const EVASIONS: readonly Evasion[] = [...framing, ...codings, ...types, ...lexical, ...heads];
