import { covers } from '../http-routes.ts';
import type { Address } from '../sidecar-types.ts';
import { isBlock } from './check-masking.ts';
import { checkUpstream } from './check-upstream.ts';
import type { ConfigPath, Report } from './problem.ts';

type Block = Readonly<Record<string, unknown>>;

/**
 * Checks where the requests of a listener go: to one upstream, or by routes of which each can be reached.
 * Tolerates any data.
 *
 * @param own - Where the listener listens.
 */
export function checkRoutes(
  { protocol, upstream, routes }: Block,
  at: ConfigPath,
  own: Address | undefined,
  report: Report,
): void {
  if (routes === undefined) {
    const block = protocol === 'http' ? '{ url: http://127.0.0.1:8080 }' : '{ host: 127.0.0.1, port: 5432 }';
    if (upstream === undefined) report({ at, message: `"upstream" is missing: write upstream: ${block}` });
    return;
  }
  if (protocol === 'postgres') {
    const message = 'routes belong to protocol: http: write upstream: { host: ... }';
    report({ at: [...at, 'routes'], on: 'key', message });
    return;
  }
  if (upstream !== undefined) {
    const message = 'upstream and routes exclude each other: make it the last route, without host: and path:';
    report({ at: [...at, 'upstream'], on: 'key', message });
  }
  if (!Array.isArray(routes)) return;
  const list: readonly unknown[] = routes;
  for (const [index, route] of list.entries()) {
    if (!isBlock(route)) continue;
    const place = [...at, 'routes', index];
    checkUpstream(protocol, route['upstream'], [...place, 'upstream'], own, report);
    checkHost(route['host'], [...place, 'host'], report);
    const first = list
      .slice(0, index)
      .findIndex((other) => isBlock(other) && covers(partsOf(other), partsOf(route)));
    if (first < 0) continue;
    report({ at: place, message: `is never reached: routes[${first}] takes all of it; put this one before` });
  }
}

function partsOf({ host, path }: Block): { readonly host: string | undefined; readonly path: string } {
  return {
    host: typeof host === 'string' ? host.toLowerCase() : undefined,
    path: typeof path === 'string' ? path : '',
  };
}

function checkHost(host: unknown, at: ConfigPath, report: Report): void {
  if (typeof host !== 'string' || host === '') return;
  if (/^(?:\*\.)?(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.test(host)) return;
  report({
    at,
    message: 'not a host: write a name or address, with a port or without, *. in front for all below',
  });
}
