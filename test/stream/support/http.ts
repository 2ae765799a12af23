import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createMasker, type Masker, type WiremaskError } from 'wiremask';
import { createMaskingMiddleware } from 'wiremask/stream';

/** Values no client may see. */
export const canaries = ['ada.canary@example.com', '219-09-9999', 'canary-token-1'] as const;

/** A JSON text with canaries in it. */
export const secretJson = '{ "id": 7, "note": "write to ada.canary@example.com", "ssn": "219-09-9999" }\n';
/** The same, masked. */
export const maskedJson = '{ "id": 7, "note": "write to [masked:EMAIL_ADDRESS]", "ssn": "[masked]" }\n';
/** A JSON text without anything to mask. */
export const plainJson = '{ "id" :7,"text": "caf\\u00e9 \\/ x", "number":1.50e+01 }';

/** Masks `$..ssn`, the header x-token, and e-mail addresses. */
export async function httpMasker(): Promise<Masker> {
  return await createMasker({
    masking: {
      fields: [
        { path: '$..ssn', mask: 'redact' },
        { header: 'x-token', mask: 'redact' },
      ],
      detect: { packs: ['pii'], mask: 'redact' },
    },
  });
}

/** A server on a port of its own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly server: Server;
}

/** Listens until it is disposed of. */
export async function serve(handler: RequestListener): Promise<TestServer> {
  return await listening(createServer(handler));
}

/** Lets a server listen until it is disposed of. */
export async function listening(server: Server): Promise<TestServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    server,
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A response as node:http reads it. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly trailers: NodeJS.Dict<string>;
  readonly bytes: Buffer;
  readonly text: string;
  /** Whether the end of the body has come. */
  readonly isComplete: boolean;
}

/** Asks with node:http, on a connection of its own. */
export async function ask(
  url: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const outgoing = request(url, {
    agent: false,
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
  });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => response.destroy());
  await new Promise((resolve) => response.once('close', resolve));
  const bytes = Buffer.concat(chunks);
  return {
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    trailers: response.trailers,
    bytes,
    text: bytes.toString(),
    isComplete: response.complete,
  };
}

/** Which canaries are anywhere in this. */
export function canariesIn(value: unknown): readonly string[] {
  const text = JSON.stringify(value);
  return canaries.filter((canary) => text.includes(canary));
}

/** Writes a response. */
export type Write = (response: ServerResponse) => unknown;

export const json = { 'content-type': 'application/json' };

/** Says what the body is. */
export const setType = (response: ServerResponse, value = 'application/json'): ServerResponse =>
  response.setHeader('content-type', value);

/** A server whose handler is masked. @param refused - Receives what could not be. */
export async function serveMasked(
  masker: Masker,
  handler: RequestListener,
  refused: WiremaskError[],
): Promise<TestServer> {
  const mask = createMaskingMiddleware(masker, { onRefused: (failure) => refused.push(failure) });
  return await serve((request, response) => mask(request, response, () => handler(request, response)));
}
