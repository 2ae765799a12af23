import type { HttpRoute } from './sidecar-types.ts';

/** What of a request decides where it goes. */
export interface RoutedRequest {
  /** As in its Host field; `undefined`: it has none. */
  readonly host: string | undefined;
  /** In origin-form, or `*`. */
  readonly target: string;
}

/** @returns The first route that takes the request. */
export function findRoute(routes: readonly HttpRoute[], request: RoutedRequest): HttpRoute | undefined {
  return routes.find(({ host, path }) => isOfHost(request.host, host) && isBelow(request.target, path));
}

/**
 * @param asked - Host of a request, with or without a port.
 * @param wanted - Host of a route: with a port, only that one fits.
 */
function isOfHost(asked: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (asked === undefined) return false;
  const name = asked.toLowerCase();
  const compared = hasPort(wanted) ? name : withoutPort(name);
  return wanted.startsWith('*.') ? compared.endsWith(wanted.slice(1)) : compared === wanted;
}

function hasPort(host: string): boolean {
  return /:[0-9]+$/.test(host);
}

function withoutPort(host: string): string {
  return host.replace(/:[0-9]*$/, '');
}

/** Whether a target begins with the segments of a path. Compared as written: `/%63rm` is not below `/crm`. */
export function isBelow(target: string, path: string): boolean {
  if (!target.startsWith(path)) return false;
  const next = target[path.length];
  return path === '' || next === undefined || next === '/' || next === '?' || next === '#';
}

/** Whether every request that fits the second route fits the first one, too. */
export function covers(
  first: Pick<HttpRoute, 'host' | 'path'>,
  second: Pick<HttpRoute, 'host' | 'path'>,
): boolean {
  return coversHost(first.host, second.host) && isBelow(second.path, first.path);
}

function coversHost(first: string | undefined, second: string | undefined): boolean {
  if (first === undefined || first === second) return true;
  if (second === undefined) return false;
  return second.startsWith('*.')
    ? first.startsWith('*.') && second.endsWith(first.slice(1))
    : isOfHost(second, first);
}
