import * as zlib from 'node:zlib';

/** A response as a client reads it. */
export interface HttpMessage {
  /** The status line. */
  readonly line: string;
  /** `name: value`, without those that frame the message. */
  readonly fields: readonly string[];
  /** Without transfer and content codings, as UTF-8 (bytes that are none as Latin-1). */
  readonly body: string;
  readonly trailers: readonly string[];
  /** `false`: cut off. A body that ends with the connection is complete. */
  readonly isComplete: boolean;
  /** Whether the connection ends it. */
  readonly endsByClosing: boolean;
}

const FRAMES_BODY = /^(?:content-length|transfer-encoding):/i;
const FRAMING = /^(?:content-length|transfer-encoding|connection):/i;

/** @returns The responses in `bytes`. Reads what sessions write, nothing more. */
export function readHttpMessages(bytes: Buffer, methods: readonly string[] = []): readonly HttpMessage[] {
  const messages: HttpMessage[] = [];
  let at = 0;
  let answered = 0;
  while (at < bytes.length) {
    const headEnd = bytes.indexOf('\r\n\r\n', at);
    if (headEnd < 0) throw new Error('a head without an end');
    const [line = '', ...fields] = bytes.subarray(at, headEnd).toString('latin1').split('\r\n');
    const status = Number(line.slice(9, 12));
    const hasBody = status >= 200 && status !== 204 && status !== 304 && methods[answered] !== 'HEAD';
    const body = hasBody ? readBody(bytes, headEnd + 4, fields) : { ...NO_BODY, end: headEnd + 4 };
    const codings = (fieldValue(fields, 'content-encoding') ?? '')
      .split(/ *, */)
      .filter((name) => name !== '');
    messages.push({
      line,
      fields: fields.filter((field) => !FRAMING.test(field)),
      body: textOf(body.isComplete && hasBody ? decoded(body.bytes, codings) : body.bytes),
      trailers: body.trailers,
      isComplete: body.isComplete,
      endsByClosing: hasBody && !fields.some((field) => FRAMES_BODY.test(field)),
    });
    at = body.end;
    if (status >= 200) answered++;
  }
  return messages;
}

interface ReadBody {
  readonly bytes: Buffer;
  readonly trailers: readonly string[];
  readonly end: number;
  readonly isComplete: boolean;
}

const NO_BODY = { bytes: Buffer.alloc(0), trailers: [], isComplete: true };

function readBody(bytes: Buffer, start: number, fields: readonly string[]): ReadBody {
  const length = fieldValue(fields, 'content-length');
  if (/chunked/i.test(fieldValue(fields, 'transfer-encoding') ?? '')) {
    if (length !== undefined) throw new Error('Content-Length beside chunked');
    return readChunks(bytes, start);
  }
  const end = length === undefined ? bytes.length : Math.min(bytes.length, start + Number(length));
  const isComplete = length === undefined || end === start + Number(length);
  return { bytes: bytes.subarray(start, end), trailers: [], end, isComplete };
}

function readChunks(bytes: Buffer, start: number): ReadBody {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const isCut = lineEnd < 0 || (size > 0 && lineEnd + 4 + size > bytes.length);
    if (isCut) {
      return { bytes: Buffer.concat(parts), trailers: [], end: bytes.length, isComplete: false };
    }
    at = lineEnd + 2;
    if (size === 0) break;
    parts.push(bytes.subarray(at, at + size));
    at += size + 2;
  }
  const end = bytes.indexOf('\r\n', at) === at ? at + 2 : bytes.indexOf('\r\n\r\n', at) + 4;
  const trailers = bytes.subarray(at, end).toString('latin1').split('\r\n');
  return {
    bytes: Buffer.concat(parts),
    trailers: trailers.filter((line) => line !== ''),
    end,
    isComplete: true,
  };
}

function fieldValue(fields: readonly string[], name: string): string | undefined {
  const found = fields.find((field) => field.toLowerCase().startsWith(`${name}:`));
  return found?.slice(name.length + 1).trim();
}

function decoded(bytes: Buffer, codings: readonly string[]): Buffer {
  // Without a byte there is nothing to undo.
  if (bytes.length === 0) return bytes;
  return codings.toReversed().reduce((body, coding) => {
    switch (coding.toLowerCase()) {
      case 'gzip':
      case 'x-gzip':
        return zlib.gunzipSync(body);
      case 'deflate':
        return zlib.inflateSync(body);
      case 'br':
        return zlib.brotliDecompressSync(body);
      case 'identity':
        return body;
      default:
        throw new Error(`content coding ${coding}`);
    }
  }, bytes);
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
