import type { Log } from '../log.ts';
import { EXIT } from './exit-codes.ts';

const BIND_ERRORS: ReadonlySet<unknown> = new Set([
  'EADDRINUSE',
  'EACCES',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'ENOENT',
]);

/**
 * Logs why something did not start, naming the address where that is the reason.
 *
 * @returns The exit code.
 */
export function startFailed(event: string, error: unknown, log: Log): number {
  const { code, address, port, syscall } = error as Partial<
    Record<'code' | 'address' | 'syscall', string>
  > & {
    readonly port?: number;
  };
  const isBind =
    (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') && BIND_ERRORS.has(code);
  if (!isBind || code === undefined) {
    log.error(event, { error });
    return EXIT.failed;
  }
  const place = port === undefined || port < 0 ? address : `${address}:${port}`;
  log.error('cannot-listen', { code, ...(place === undefined ? {} : { address: place }) });
  return EXIT.cannotListen;
}
