import type { HttpLimits, MaskingOptions, ReportListener, SessionBudget, SessionLimits } from 'wiremask';
import type { Log } from './log.ts';

export type { MaskingOptions } from 'wiremask';

/** What one message may cost. */
export interface Budget extends SessionBudget {
  /** What the budget does not reach is masked whole: there is no other choice. */
  readonly onExceeded: 'mask';
}

/** Every limit of a connection, with its unit in its name or comment. */
export interface Limits extends SessionLimits, Omit<HttpLimits, 'pendingRequestsMax'> {
  /** Connections open at once, per listener. */
  readonly connectionsMax: number;
  /** Milliseconds until log-in, or the head of an HTTP request, must be complete. */
  readonly startupTimeoutMs: number;
  /** Milliseconds from the end of an HTTP request to the head of its response; 0 = no limit. */
  readonly responseTimeoutMs: number;
  /** Milliseconds the end of an event of an HTTP stream is kept back until the next event. */
  readonly holdTimeoutMs: number;
  /** Milliseconds without a byte in either direction, over HTTP without a request; 0 = no limit. */
  readonly idleTimeoutMs: number;
}

/** Where to listen or to connect. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** How the upstream's certificate is verified. */
export type UpstreamTlsMode = 'verify-full' | 'verify-ca' | 'dangerously-no-verify';

/** TLS towards the upstream. */
export interface UpstreamTls {
  readonly mode: UpstreamTlsMode;
  /** PEM; `undefined` = the authorities Node trusts. */
  readonly ca: Buffer | undefined;
  /** Name for SNI and, under `verify-full`, the name the certificate must carry. */
  readonly serverName: string;
  /** `true`: TLS from the first byte (HTTP; PostgreSQL 17), `false`: SSLRequest first. */
  readonly direct: boolean;
}

/** TLS towards clients. */
export interface ListenerTls {
  /** PEM. */
  readonly cert: Buffer;
  /** PEM. */
  readonly key: Buffer;
  /** `true`: a client that does not ask for TLS is refused. */
  readonly required: boolean;
}

/** A log-in of its own for reading the catalog. */
export interface CatalogLogin {
  readonly user: string;
  readonly password: string | undefined;
  /** `undefined` = the database the client chose. */
  readonly database: string | undefined;
}

/** Where a listener connects to. */
export interface Upstream {
  readonly address: Address;
  /** `undefined` = plaintext. */
  readonly tls: UpstreamTls | undefined;
}

/** Where an HTTP listener connects to. */
export interface HttpUpstream extends Upstream {
  /** What the upstream is called in Host fields: `crm.internal`, `127.0.0.1:8080`. */
  readonly authority: string;
  /** Takes the place of the path of the route: `/api`, without a slash at its end; or empty. */
  readonly pathPrefix: string;
}

/** Which requests of an HTTP listener go where. */
export interface HttpRoute {
  /** Host the client asks for, in lower case, `*.` in front for all below it; `undefined`: any. */
  readonly host: string | undefined;
  /** What the path of the request begins with, a whole segment at its end: `/crm`; '' = any. */
  readonly path: string;
  readonly upstream: HttpUpstream;
}

/** What listeners of every protocol have. */
export interface ListenerBase {
  readonly name: string;
  readonly address: Address;
  readonly tls: ListenerTls | undefined;
  readonly masking: MaskingOptions;
}

/** A PostgreSQL listener, resolved: files are read, defaults are filled in. */
export interface PostgresListenerConfig extends ListenerBase {
  readonly protocol: 'postgres';
  readonly upstream: Upstream;
  /** `undefined` = the catalog is read on the client's own connection. */
  readonly catalog: CatalogLogin | undefined;
}

/** An HTTP listener, resolved. */
export interface HttpListenerConfig extends ListenerBase {
  readonly protocol: 'http';
  /** The first that fits takes a request. */
  readonly routes: readonly HttpRoute[];
}

/** One listener, resolved. */
export type ListenerConfig = PostgresListenerConfig | HttpListenerConfig;

/** The whole configuration, resolved. Holds keys and passwords: never print it whole. */
export interface SidecarConfig {
  readonly listeners: readonly ListenerConfig[];
  readonly budget: Budget;
  readonly limits: Limits;
  readonly admin: { readonly address: Address } | undefined;
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly format: 'json' | 'text' };
}

/**
 * What one listener counts. Cheap enough for the data path: numbers only, no value. Cells masked by rule id,
 * refused statements by code and values that failed closed by reason come from the session (`reportTo`).
 */
export interface ListenerMetrics extends ReportListener {
  connectionOpened(): void;
  connectionClosed(): void;
  /** Messages relayed in one direction, by who sent them. */
  messages(direction: 'fromUpstream' | 'fromDownstream', count: number): void;
  rows(count: number): void;
  /** An error that ended a connection, by code. */
  error(code: string): void;
  /** Seconds from the last byte of a message in to its first byte out. */
  latency(seconds: number): void;
  /** Outcome of the last attempt to connect to the upstream. */
  upstreamReachable(isReachable: boolean): void;
}

/** Where every listener counts. */
export interface Metrics {
  /** The same recorder for the same name. */
  listener(name: string): ListenerMetrics;
}

/** Everything a running sidecar is made from. */
export interface StartSidecarOptions {
  readonly config: SidecarConfig;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A running sidecar. */
export interface Sidecar {
  /** Bound addresses; `127.0.0.1:6432` or the path of a unix socket. */
  readonly listeners: readonly { readonly name: string; readonly address: string }[];
  /** Engine that runs the patterns of rule files: `re2` (native) or `re2js`. */
  readonly patternEngine?: string;
  /**
   * Stops accepting, lets connections finish for `drainTimeoutMs` (default 0), then closes them.
   * Idempotent.
   */
  close(options?: { readonly drainTimeoutMs?: number }): Promise<void>;
}

/** Starts every listener, or throws after closing those already bound. */
export type StartSidecar = (options: StartSidecarOptions) => Promise<Sidecar>;
