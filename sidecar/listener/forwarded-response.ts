import type { HeaderField, ResponseHead } from 'wiremask/http';
import { isBelow } from '../http-routes.ts';
import type { HttpRoute } from '../sidecar-types.ts';
import { connectionOptionsOf, isAboutMessage } from './connection-options.ts';

/** How the client of a response sees the place it asked. */
export interface ClientView {
  /** The route its request has taken. */
  readonly route: HttpRoute;
  readonly routes: readonly HttpRoute[];
  /** `http://shop.example`, as the client asked; '' where it named no host. */
  readonly origin: string;
  /** Whether the connection to the client ends behind this response. */
  readonly isLast: boolean;
}

// Between the upstream and us (RFC 9110 section 7.6.1).
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection']);

/**
 * @returns The head without what is between the upstream and us; places of the upstream become those under
 *   which the client finds them: `Location`, `Content-Location`, and path and domain of cookies.
 */
export function forwardResponse(head: ResponseHead, view: ClientView): ResponseHead {
  const options = connectionOptionsOf(head.fields);
  const fields: HeaderField[] = [];
  for (const field of head.fields) {
    const name = field.name.toLowerCase();
    if (HOP_BY_HOP.has(name) || (options.has(name) && !isKept(name))) continue;
    fields.push(forwardField(field, name, view));
  }
  if (view.isLast && head.status >= 200) fields.push({ name: 'Connection', value: 'close' });
  // The version of a message is that of who sends it (RFC 9110 section 2.5).
  return { ...head, minorVersion: 1, fields };
}

/** How the body is framed stays as it is. */
function isKept(name: string): boolean {
  return name === 'transfer-encoding' || isAboutMessage(name);
}

function forwardField(field: HeaderField, name: string, view: ClientView): HeaderField {
  switch (name) {
    case 'location':
    case 'content-location':
      return { name: field.name, value: placeFor(field.value, view) };
    case 'set-cookie':
      return { name: field.name, value: cookieFor(field.value, view.route) };
    default:
      return field;
  }
}

/** @returns The same place as the client can reach it; as it is where it is none of ours. */
function placeFor(place: string, { route, routes, origin }: ClientView): string {
  const parts = /^(?:(https?):)?\/\/([^/?#]*)(.*)$/is.exec(place);
  if (parts === null) return place.startsWith('/') ? (pathFor(place, route) ?? place) : place;
  const [, scheme, authority = '', rest = ''] = parts;
  // The route it came by, then the others: a place can belong to two of them.
  for (const candidate of [route, ...routes]) {
    const isSameScheme =
      scheme === undefined || (scheme.toLowerCase() === 'https') === (candidate.upstream.tls !== undefined);
    if (!isSameScheme || !isSameAuthority(authority, candidate.upstream.authority, scheme)) continue;
    const path = pathFor(rest.startsWith('/') ? rest : `/${rest}`, candidate);
    // Another host's route: only a client that asks by that host gets there.
    if (path !== undefined && candidate.host === route.host) return `${origin}${path}`;
  }
  return place;
}

function isSameAuthority(told: string, own: string, scheme: string | undefined): boolean {
  const port = scheme?.toLowerCase() === 'https' ? ':443' : ':80';
  const name = told.toLowerCase();
  return name === own || (name.endsWith(port) && name.slice(0, -port.length) === own);
}

/** @returns The path below the route, for one below the upstream's prefix. */
function pathFor(path: string, { path: own, upstream: { pathPrefix } }: HttpRoute): string | undefined {
  if (!isBelow(path, pathPrefix)) return undefined;
  const rest = path.slice(pathPrefix.length);
  return own === '' && !rest.startsWith('/') ? `/${rest}` : own + rest;
}

/** Without a slash at its end it fits the path itself, too (RFC 6265 section 5.1.4). */
function cookiePathFor(path: string, route: HttpRoute): string {
  const own = pathFor(path, route) ?? path;
  return own === '/' ? own : own.replace(/\/$/, '');
}

// RFC 6265 section 4.1.1.
function cookieFor(cookie: string, route: HttpRoute): string {
  const [pair = '', ...attributes] = cookie.split(';');
  if (attributes.length === 0) return cookie;
  const host = route.upstream.authority.replace(/:[0-9]+$/, '');
  const kept = attributes.flatMap((attribute) => {
    const sign = attribute.indexOf('=');
    const name = attribute.slice(0, sign < 0 ? undefined : sign).trim();
    const value = sign < 0 ? '' : attribute.slice(sign + 1).trim();
    switch (name.toLowerCase()) {
      case 'domain':
        return value.replace(/^\./, '').toLowerCase() === host ? [] : [attribute];
      case 'path':
        return [value.startsWith('/') ? ` ${name}=${cookiePathFor(value, route)}` : attribute];
      default:
        return [attribute];
    }
  });
  return [pair, ...kept].join(';');
}
