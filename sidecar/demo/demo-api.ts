import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEMO_CUSTOMERS } from './demo-data.ts';

/** A JSON API made for the demonstration. */
export interface DemoApi {
  /** On 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/** Starts an API on a free port: `GET /customers` and `GET /customers/1`. */
export async function startDemoApi(): Promise<DemoApi> {
  const server = createServer((request, response) => {
    const id = /^\/customers(?:\/(\d+))?$/.exec(request.url ?? '');
    const found = id?.[1] === undefined ? DEMO_CUSTOMERS : DEMO_CUSTOMERS[Number(id[1]) - 1];
    const isFound = id !== null && found !== undefined;
    request.resume();
    response.writeHead(isFound ? 200 : 404, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(isFound ? found : { error: 'no such customer' }, null, 2)}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
