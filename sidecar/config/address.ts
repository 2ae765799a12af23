import { BlockList, isIP } from 'node:net';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { Address } from '../sidecar-types.ts';

/** An address, or why the text is none and what to write instead. */
export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly message: string };

/** Room in sockaddr_un for a path and its final zero, on the smallest supported platform (macOS). */
const SOCKET_PATH_MAX = 103;

const EXAMPLE =
  'write host:port, such as 127.0.0.1:6432, or the path of a unix socket, such as /run/wiremask.sock';

/** Reads `host:port`, `[ipv6]:port`, or a path (absolute, or relative to `baseDirectory` with `./`). */
export function parseListenAddress(text: string, baseDirectory: string): AddressResult {
  if (isAbsolute(text) || text.startsWith('./') || text.startsWith('../')) {
    const path = resolve(baseDirectory, text);
    const size = Buffer.byteLength(path);
    if (size > SOCKET_PATH_MAX) {
      return {
        ok: false,
        message: `socket path of ${size} bytes: a unix socket path holds at most ${SOCKET_PATH_MAX}`,
      };
    }
    return { ok: true, address: { kind: 'unix', path } };
  }
  const match = /^(?:\[([^\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  if (match === null)
    return { ok: false, message: `not an address: ${isIP(text) === 6 ? bracketed(text) : EXAMPLE}` };
  const host = match[1] ?? match[2] ?? '';
  const port = Number(match[3]);
  if (match[1] !== undefined && isIP(host) !== 6) {
    return { ok: false, message: 'brackets are for IPv6 addresses: write host:port without them' };
  }
  if (host === '*')
    return { ok: false, message: '* is not a host: write 0.0.0.0 or [::] to listen on every address' };
  if (port > 65_535)
    return { ok: false, message: `port ${port} is out of range: write a port from 0 to 65535` };
  return { ok: true, address: { kind: 'tcp', host, port } };
}

function bracketed(host: string): string {
  return `the port is missing, and an IPv6 address stands in brackets: write "[${host}]:6432"`;
}

/** A database's address; a host that is a path is the directory of its unix socket, as in libpq. */
export function upstreamAddress(host: string, port: number): Address {
  return isAbsolute(host) ? { kind: 'unix', path: `${host}/.s.PGSQL.${port}` } : { kind: 'tcp', host, port };
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** `true` when only this machine can connect: loopback addresses, `localhost`, unix sockets. */
export function isLoopback(address: Address): boolean {
  if (address.kind === 'unix') return true;
  const family = isIP(address.host);
  if (family === 0) return address.host.toLowerCase() === 'localhost';
  return loopback.check(address.host, family === 6 ? 'ipv6' : 'ipv4');
}

/** `127.0.0.1:6432`, `[::1]:6432`, or the path of a unix socket. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return address.path;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** `true` when both cannot be bound at once. Port 0 never collides: the system chooses. */
export function collides(left: Address, right: Address): boolean {
  if (left.kind === 'unix' || right.kind === 'unix') {
    return left.kind === 'unix' && right.kind === 'unix' && left.path === right.path;
  }
  if (left.port !== right.port || left.port === 0) return false;
  const [first, second] = [canonicalHost(left.host), canonicalHost(right.host)];
  return first === second || isWildcard(first) || isWildcard(second);
}

function canonicalHost(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase();
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || /^[0:]+$/.test(host);
}

/** The directory that relative paths of a configuration file start from. */
export function baseDirectoryOf(file: string): string {
  return dirname(resolve(file));
}
