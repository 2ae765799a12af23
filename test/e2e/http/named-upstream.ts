import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import type { Canary } from '../../support/canary.ts';
import { type HttpBed, type HttpBedOptions, startHttpBed } from './http-bed.ts';

/** What the upstreams say under `ssn`, which a rule masks. */
export const SECRET: Canary = { name: 'ssn', text: 'CNRY-4d9f2a-Tz6Kp1', middle: '4d9f2a-Tz6Kp1' };
const MASKING = { fields: [{ path: '$..ssn', mask: 'redact' as const }] };

const open: { close(): Promise<void> }[] = [];

/** A bed that `closeBeds` closes, and searches for what may not get out. */
export async function bedWith(options: Partial<HttpBedOptions>): Promise<HttpBed> {
  const bed = await startHttpBed({ masking: MASKING, ...options });
  open.unshift({
    close: async () => {
      expect(await bed.findLeak([SECRET])).toBeUndefined();
      await bed.close();
    },
  });
  return bed;
}

/** An upstream of its own that says its name, the path and a secret. @returns Its port. */
export async function startNamed(name: string): Promise<number> {
  const server: Server = createServer(named(name));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
  return (server.address() as AddressInfo).port;
}

/** Says its name, the path it was asked for and a secret. */
export function named(name: string): RequestListener {
  return (asked, response) => {
    asked.resume();
    const body = JSON.stringify({
      name,
      url: asked.url,
      host: asked.headers['x-forwarded-host'],
      ssn: SECRET.text,
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  };
}

/** For `afterEach`. */
export async function closeBeds(): Promise<void> {
  for (const { close } of open.splice(0)) await close();
}

/** A GET request. @param more - Further field lines. */
export const ask = (path: string, more = '', host = 'shop.example'): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;
/** Ends the connection behind the answer. */
export const last = 'Connection: close\r\n';
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What an upstream said. */
export interface Said {
  readonly name: string;
  readonly url: string;
}

/** What the upstreams said, in order. */
export const saidIn = (text: string): readonly Said[] =>
  [...text.matchAll(/\{"name".*?\}/g)].map(([json]) => {
    const { name, url } = JSON.parse(json) as Said;
    return { name, url };
  });
