import type { Address } from '../sidecar-types.ts';
import { collides, isLoopback, upstreamAddress } from './address.ts';
import { isBlock } from './check-masking.ts';
import { parseHttpUpstream } from './http-upstream.ts';
import type { ConfigPath, Report } from './problem.ts';

type Block = Readonly<Record<string, unknown>>;

/**
 * Checks an upstream block, whose keys depend on the protocol. Tolerates any data.
 *
 * @param own - Where the listener listens.
 */
export function checkUpstream(
  protocol: unknown,
  upstream: unknown,
  at: ConfigPath,
  own: Address | undefined,
  report: Report,
): void {
  if (!isBlock(upstream)) return;
  if (protocol === 'http') checkHttp(upstream, at, own, report);
  else if (protocol === 'postgres') checkPostgres(upstream, at, own, report);
  const tls = upstream['tls'];
  if (!isBlock(tls) || tls['mode'] !== 'dangerously-no-verify' || tls['ca'] === undefined) return;
  const message = 'dangerously-no-verify ignores ca: write mode: verify-full, or remove ca';
  report({ at: [...at, 'tls', 'ca'], on: 'key', message });
}

function checkPostgres(upstream: Block, at: ConfigPath, own: Address | undefined, report: Report): void {
  const { host, port = 5432, url } = upstream;
  if (url !== undefined) {
    const message = 'url belongs to protocol: http: write host: and port:';
    report({ at: [...at, 'url'], on: 'key', message });
  } else if (host === undefined) {
    report({ at, message: '"host" is missing: write host: 127.0.0.1' });
  }
  if (typeof host === 'string' && typeof port === 'number') {
    checkIsAnother(upstreamAddress(host, port), own, at, "write the database's", report);
  }
}

function checkHttp(upstream: Block, at: ConfigPath, own: Address | undefined, report: Report): void {
  const { url, tls } = upstream;
  for (const key of ['host', 'port'].filter((name) => upstream[name] !== undefined)) {
    const fix = url === undefined ? 'write url: http://...' : 'remove it, url says it';
    report({ at: [...at, key], on: 'key', message: `${key} belongs to protocol: postgres: ${fix}` });
  }
  if (isBlock(tls) && tls['direct'] !== undefined) {
    const message = 'direct belongs to protocol: postgres: remove it, https:// is always direct';
    report({ at: [...at, 'tls', 'direct'], on: 'key', message });
  }
  if (url === undefined && upstream['host'] === undefined)
    report({ at, message: '"url" is missing: write url: http://127.0.0.1:8080' });
  if (typeof url !== 'string' || url === '' || url.includes('${')) return;
  const result = parseHttpUpstream(url);
  if (!result.ok) {
    report({ at: [...at, 'url'], message: result.message });
    return;
  }
  if (tls !== undefined && !result.isSecure) {
    const message = 'tls does nothing for an http:// upstream: write url: https://..., or remove tls';
    report({ at: [...at, 'tls'], on: 'key', message });
  }
  checkIsAnother(result.upstream.address, own, at, "write the server's", report);
}

function checkIsAnother(
  address: Address,
  own: Address | undefined,
  at: ConfigPath,
  fix: string,
  report: Report,
): void {
  if (own === undefined || !collides(own, address) || !isLoopback(address)) return;
  report({ at, message: `is the listener's own address: ${fix}` });
}
