import { WireError } from 'wiremask';
import type { HeaderField, RequestHead } from 'wiremask/http';
import type { HttpRoute } from '../sidecar-types.ts';
import { isAboutMessage } from './connection-options.ts';

/** Who sent a request, and how. */
export interface RequestOrigin {
  /** Address of the client; `undefined` on a unix socket. */
  readonly address: string | undefined;
  readonly isEncrypted: boolean;
}

// Between the client and us (RFC 9110 section 7.6.1), beside those that Connection names.
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te']);

// Ours to say, however it is spelt: readers behind CGI take an underscore for a hyphen. The client's own For
// is taken up before.
const FORWARDED = /^x[-_]forwarded[-_](?:for|host|proto)$/;

/**
 * @param options - Of its Connection fields.
 * @returns A request of this proxy: for the upstream's host and below its path, without what is between the
 *   client and us, with X-Forwarded-For, -Host and -Proto.
 * @throws {WireError} WIREMASK_ERR_HTTP_HEAD for an option or target that would make another request of it.
 */
export function forwardRequest(
  head: RequestHead,
  options: ReadonlySet<string>,
  route: HttpRoute,
  origin: RequestOrigin,
): RequestHead {
  for (const option of options) {
    if (isAboutMessage(option)) throw new WireError('WIREMASK_ERR_HTTP_HEAD', `Connection names ${option}`);
  }
  const fields: HeaderField[] = [{ name: 'Host', value: route.upstream.authority }];
  const forwardedFor: string[] = [];
  let host: string | undefined;
  for (const field of head.fields) {
    const name = field.name.toLowerCase();
    if (name === 'host') host = field.value;
    else if (name === 'x-forwarded-for') forwardedFor.push(field.value);
    // The length of a chunked body is told by its coding, hop by hop: here it stays what it was.
    else if (name === 'transfer-encoding' || !(HOP_BY_HOP.has(name) || options.has(name))) {
      if (name === 'forwarded')
        fields.push({ name: field.name, value: `${field.value}, ${forwardedBy(origin)}` });
      else if (!FORWARDED.test(name)) fields.push(field);
    }
  }
  // An upstream that answers HTTP/1.0 may know no other end of a body.
  if (head.minorVersion === 0) fields.push({ name: 'Connection', value: 'close' });
  fields.push({ name: 'X-Forwarded-For', value: [...forwardedFor, peerName(origin.address)].join(', ') });
  if (host !== undefined) fields.push({ name: 'X-Forwarded-Host', value: host });
  fields.push({ name: 'X-Forwarded-Proto', value: origin.isEncrypted ? 'https' : 'http' });
  return { ...head, target: targetBelow(head, route), fields };
}

/** @returns The target in origin-form, as a server that is no proxy expects it (RFC 9112 section 3.2.1). */
export function originFormOf({ target, method }: RequestHead): string {
  if (target.startsWith('/') || target === '*') return target;
  // absolute-form, whose authority was compared with Host before.
  const rest = target.replace(/^[^:]+:\/\/[^/?]*/, '');
  if (rest === '' && method === 'OPTIONS') return '*';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** What follows the path of the route, behind that of the upstream. */
function targetBelow(head: RequestHead, { path, upstream: { pathPrefix } }: HttpRoute): string {
  const target = originFormOf(head);
  if (path === '' && pathPrefix === '') return target;
  if (target === '*') return `${pathPrefix}/`;
  // Fails closed: the upstream would resolve it to a place that is not below the prefix.
  if (climbs(target)) throw new WireError('WIREMASK_ERR_HTTP_HEAD', 'target with .. under a path prefix');
  const rest = target.slice(path.length);
  return rest.startsWith('/') || pathPrefix !== '' ? pathPrefix + rest : `/${rest}`;
}

// As the most generous of servers would read it: decoded twice, with backslashes and parameters of segments.
function climbs(target: string): boolean {
  const path = (target.split('?', 1)[0] ?? '')
    .replaceAll(/%(?:25)*2e/gi, '.')
    .replaceAll(/%(?:25)*(?:2f|5c)/gi, '/')
    .replaceAll(/%(?:25)*3b/gi, ';');
  return path.split(/[/\\]/).some((segment) => segment.split(';', 1)[0] === '..');
}

/** An element of Forwarded (RFC 7239 section 4). */
function forwardedBy({ address, isEncrypted }: RequestOrigin): string {
  const name = peerName(address);
  return `for=${name.includes(':') ? `"[${name}]"` : name};proto=${isEncrypted ? 'https' : 'http'}`;
}

// On a socket for both families an IPv4 client is told as ::ffff:127.0.0.1. RFC 7239 has a word for nobody.
function peerName(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return /^::ffff:\d/i.test(address) ? address.slice(7) : address;
}
