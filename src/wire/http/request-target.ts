import { WireError } from '../../errors.ts';

// No user information, path or list; a comma, which RFC 3986 allows, is where some readers cut a list.
const HOST = /^(?:\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z\-._~%!$&'()*+;=]*)(?::[0-9]*)?$/;
// absolute-path and query. Some readers take a backslash in a path for a slash. A fragment is never sent.
const ORIGIN_FORM = /^\/[^?#\\]*(?:\?[^#]*)?$/;
const ABSOLUTE_FORM = /^([A-Za-z][0-9A-Za-z+\-.]*):\/\/([^/?#\\]+)(?:\/[^?#\\]*)?(?:\?[^#]*)?$/;
const AUTHORITY_FORM = /^[^:/?#]+:[0-9]{1,5}$|^\[[^\]]+\]:[0-9]{1,5}$/;

const DEFAULT_PORTS: Readonly<Partial<Record<string, string>>> = { http: ':80', https: ':443' };

/**
 * Checks that the target has the form its method asks for (RFC 9112 section 3.2), and that no reader can take
 * another host from it than from the Host field.
 *
 * @param hosts - Values of all Host fields.
 * @throws {WireError} WIREMASK_ERR_HTTP_HEAD, also for a missing, malformed or second Host field.
 */
export function checkRequestTarget(
  request: { readonly method: string; readonly target: string; readonly minorVersion: 0 | 1 },
  hosts: readonly string[],
): void {
  const { method, target, minorVersion } = request;
  const [host] = hosts;
  if (hosts.length > 1) throw malformed(`${hosts.length} Host fields`);
  if (host === undefined && minorVersion === 1) throw malformed('no Host field');
  if (host !== undefined && !HOST.test(host)) throw malformed('malformed Host field');
  if (method === 'CONNECT') {
    if (!AUTHORITY_FORM.test(target) || !HOST.test(target)) throw malformed('CONNECT without host and port');
  } else if (!ORIGIN_FORM.test(target) && !(target === '*' && method === 'OPTIONS')) {
    checkAbsoluteForm(target, host);
  }
}

// A proxy goes by the target, others by the Host field: they have to agree.
function checkAbsoluteForm(target: string, host: string | undefined): void {
  const [, scheme, authority] = ABSOLUTE_FORM.exec(target) ?? [];
  if (scheme === undefined || authority === undefined || !HOST.test(authority) || authority.startsWith(':'))
    throw malformed('malformed request target');
  if (host !== undefined && comparable(scheme, authority) !== comparable(scheme, host))
    throw malformed('another host in the target than in the Host field');
}

function comparable(scheme: string, authority: string): string {
  const lower = authority.toLowerCase();
  const port = DEFAULT_PORTS[scheme.toLowerCase()];
  return port !== undefined && lower.endsWith(port) ? lower.slice(0, -port.length) : lower;
}

function malformed(problem: string): WireError {
  return new WireError('WIREMASK_ERR_HTTP_HEAD', problem);
}
