import { execFile } from 'node:child_process';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';

/** What a client made of a response. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the connection ended before the response did. */
  readonly isCut: boolean;
}

/** What is asked for. */
export interface ClientRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one request and reads the whole answer. */
export type Client = (port: number, path: string, request?: ClientRequest) => Promise<ClientResponse>;

/** As node:http does; codings are left as they came. */
export const nodeClient: Client = (port, path, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      sent.off('error', reject).on('error', () => undefined);
      const chunks: Buffer[] = [];
      const done = (isCut: boolean): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: flat(response.headers),
          body: Buffer.concat(chunks).toString('latin1'),
          isCut,
        });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => done(false));
      response.on('error', () => done(true));
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** As fetch of Node (undici) does: codings are decoded. */
export const fetchClient: Client = async (port, path, { method = 'GET', headers = {}, body } = {}) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...headers },
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  });
  const result = { status: response.status, headers: Object.fromEntries(response.headers) };
  try {
    return { ...result, body: Buffer.from(await response.arrayBuffer()).toString('latin1'), isCut: false };
  } catch {
    return { ...result, body: '', isCut: true };
  }
};

/** As curl does, with every coding it knows. */
export const curlClient: Client = async (port, path, { method = 'GET', headers = {}, body } = {}) => {
  const { stdout, code } = await curl([
    ...['--compressed', '--path-as-is', '--include', '--suppress-connect-headers'],
    ...(method === 'HEAD' ? ['--head'] : ['--request', method]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
    ...(body === undefined ? [] : ['--data-binary', body]),
    `http://127.0.0.1:${port}${path}`,
  ]);
  const text = stdout.toString('latin1').replace(/^(?:HTTP\/1\.1 1\d\d [\s\S]*?\r\n\r\n)+/, '');
  const end = text.indexOf('\r\n\r\n');
  const [line = '', ...fields] = text.slice(0, Math.max(end, 0)).split('\r\n');
  return {
    status: Number(line.split(' ')[1]),
    headers: Object.fromEntries(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 2),
      ]),
    ),
    body: text.slice(end + 4),
    isCut: code !== 0,
  };
};

/** Every client, by name. */
export const clients: readonly (readonly [name: string, client: Client])[] = [
  ['node:http', nodeClient],
  ['fetch', fetchClient],
  ['curl', curlClient],
];

/** Runs curl, whatever comes of it. @param input - What it reads from its standard input. */
export function curl(
  args: readonly string[],
  input = '',
): Promise<{ readonly stdout: Buffer; readonly code: number }> {
  return new Promise((resolve) => {
    const options = { encoding: 'buffer', timeout: 20_000 } as const;
    const child = execFile('curl', ['--silent', '--max-time', '15', ...args], options, (error, stdout) => {
      resolve({ stdout, code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1 });
    });
    child.stdin?.on('error', () => undefined).end(input);
  });
}

/** Requests one after the other over one connection. */
export async function overOneConnection(port: number, paths: readonly string[]): Promise<readonly string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const bodies: string[] = [];
  const ports = new Set<number | undefined>();
  for (const path of paths) {
    const body = await new Promise<string>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, agent }, (response) => {
        ports.add(response.socket.localPort);
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text)).on('error', reject);
      });
      sent.on('error', reject).end();
    });
    bodies.push(body);
  }
  agent.destroy();
  if (ports.size !== 1) throw new Error(`${ports.size} connections`);
  return bodies;
}

/** How a raw conversation went. */
export interface RawAnswer {
  readonly text: string;
  /** `end`: closed in order; or the code of the error. */
  readonly end: string;
}

/** Sends bytes as they are and reads until the connection ends. */
export function rawClient(port: number, bytes: string, parts = 1): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const finish = (end: string): void => {
      resolve({ text: Buffer.concat(chunks).toString('latin1'), end });
      socket.destroy();
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => finish('end'));
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'error'));
    const size = Math.ceil(bytes.length / parts);
    const send = (at: number): void => {
      if (at >= bytes.length || socket.destroyed) return;
      socket.write(bytes.slice(at, at + size), 'latin1', () => setTimeout(() => send(at + size), 2));
    };
    send(0);
  });
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
