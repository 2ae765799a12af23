import type { Address } from '../sidecar-types.ts';
import { collides, formatAddress, isLoopback, parseListenAddress } from './address.ts';
import { isBlock } from './check-masking.ts';
import { checkRoutes } from './check-routes.ts';
import { checkUpstream } from './check-upstream.ts';
import { type ConfigPath, formatPath, type Report } from './problem.ts';

interface Bound {
  readonly at: ConfigPath;
  readonly address: Address;
}

/**
 * Checks what listeners and the admin endpoint demand of each other. Tolerates any data, so that
 * these findings appear together with those about the shape.
 */
export function checkListeners(data: unknown, baseDirectory: string, report: Report): void {
  if (!isBlock(data)) return;
  const listeners: readonly unknown[] = Array.isArray(data['listeners']) ? data['listeners'] : [];
  const names = new Map<string, number>();
  const bound: Bound[] = [];
  for (const [index, listener] of listeners.entries()) {
    if (!isBlock(listener)) continue;
    const at = ['listeners', index];
    checkName(listener['name'], index, names, report);
    if (listener['masking'] === undefined && data['masking'] === undefined) {
      report({
        at,
        message: 'has no masking: add a masking: block here, or one at the top for every listener',
      });
    }
    const address = checkAddress(listener['listen'], [...at, 'listen'], baseDirectory, bound, report);
    const { protocol, upstream } = listener;
    checkUpstream(protocol, upstream, [...at, 'upstream'], address, report);
    checkRoutes(listener, at, address, report);
    if (protocol === 'http' && listener['catalog'] !== undefined) {
      const message = 'catalog belongs to protocol: postgres: remove it';
      report({ at: [...at, 'catalog'], on: 'key', message });
    }
    if (address !== undefined) checkPlaintext(listener, at, address, report);
  }
  checkAdmin(data['admin'], baseDirectory, bound, report);
}

function checkName(name: unknown, index: number, names: Map<string, number>, report: Report): void {
  if (typeof name !== 'string') return;
  const first = names.get(name);
  if (first === undefined) names.set(name, index);
  else {
    const message = `duplicate listener name "${name}", as in listeners[${first}]: give each its own`;
    report({ at: ['listeners', index, 'name'], message });
  }
}

function checkAddress(
  text: unknown,
  at: ConfigPath,
  baseDirectory: string,
  bound: Bound[],
  report: Report,
): Address | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const result = parseListenAddress(text, baseDirectory);
  if (!result.ok) {
    report({ at, message: result.message });
    return undefined;
  }
  const other = bound.find((entry) => collides(entry.address, result.address));
  if (other !== undefined) {
    const taken = formatAddress(result.address);
    const message = `${taken} is already taken by ${formatPath(other.at)}: choose another`;
    report({ at, message });
  }
  bound.push({ at, address: result.address });
  return result.address;
}

function checkPlaintext(
  listener: Readonly<Record<string, unknown>>,
  at: ConfigPath,
  address: Address,
  report: Report,
): void {
  if (isLoopback(address) || listener['dangerouslyAllowPlaintext'] === true) return;
  const tls = listener['tls'];
  const accept = 'dangerouslyAllowPlaintext: true';
  if (tls === undefined) {
    const message = `other machines can connect here in plaintext: add tls: { cert, key }, or ${accept}`;
    report({ at: [...at, 'listen'], message });
  } else if (isBlock(tls) && tls['required'] === false) {
    const message = `other machines can connect here in plaintext: remove required: false, or add ${accept}`;
    report({ at: [...at, 'tls', 'required'], message });
  }
}

function checkAdmin(admin: unknown, baseDirectory: string, bound: Bound[], report: Report): void {
  if (!isBlock(admin)) return;
  const at = ['admin', 'listen'];
  const address = checkAddress(admin['listen'], at, baseDirectory, bound, report);
  if (address === undefined || isLoopback(address) || admin['dangerouslyAllowNonLoopback'] === true) return;
  const message =
    'health and metrics are unprotected: listen on 127.0.0.1, or add dangerouslyAllowNonLoopback: true';
  report({ at, message });
}
