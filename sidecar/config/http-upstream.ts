import type { Address, HttpUpstream } from '../sidecar-types.ts';

/** An HTTP upstream without its TLS settings, or why the text is none and what to write instead. */
export type HttpUpstreamResult =
  | {
      readonly ok: true;
      readonly upstream: Omit<HttpUpstream, 'tls'>;
      readonly isSecure: boolean;
      /** Host name or address, without brackets. */
      readonly host: string;
    }
  | { readonly ok: false; readonly message: string };

const EXAMPLE = 'write for example http://127.0.0.1:8080 or https://crm.internal/api';

/** Reads `http://host:port/prefix` or `https://...`. */
export function parseHttpUpstream(text: string): HttpUpstreamResult {
  const wrong = (message: string): HttpUpstreamResult => ({ ok: false, message });
  if (!/^https?:\/\//i.test(text)) return wrong(`not an http:// or https:// URL: ${EXAMPLE}`);
  if (!URL.canParse(text)) return wrong(`not a URL: ${EXAMPLE}`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return wrong('a user or password does not belong into the URL: remove it, clients send their own');
  if (/[?#]/.test(text))
    return wrong('a query or fragment cannot stand before the path of a request: remove it');
  if (url.port === '0') return wrong('port 0 is nobody: write a port from 1 to 65535');
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const address: Address = { kind: 'tcp', host, port };
  const pathPrefix = url.pathname.replace(/\/+$/, '');
  return { ok: true, upstream: { address, authority: url.host, pathPrefix }, isSecure, host };
}
