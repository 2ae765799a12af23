import type { MaskerName } from 'wiremask';
import type { UpstreamTlsMode } from '../sidecar-types.ts';

/** A secret by reference: exactly one of the two. */
export interface SecretReference {
  readonly env?: string | undefined;
  readonly file?: string | undefined;
}

/** What a masker is told, as written. */
export interface MaskerSettingsFile {
  readonly keepFirst?: number | undefined;
  readonly keepLast?: number | undefined;
  readonly key?: SecretReference | undefined;
  readonly value?: string | undefined;
  readonly label?: string | undefined;
}

/** `masking.columns[n]`, as written. */
export interface ColumnRuleFile extends MaskerSettingsFile {
  readonly column: string;
  readonly mask: MaskerName;
  readonly path?: string | string[] | undefined;
}

/** `masking.fields[n]`, as written. */
export interface FieldRuleFile extends MaskerSettingsFile {
  readonly path?: string | string[] | undefined;
  readonly name?: string | undefined;
  readonly header?: string | undefined;
  readonly mask: MaskerName;
}

/** `masking.detect`, as written. */
export interface DetectFile extends MaskerSettingsFile {
  readonly packs?: string[] | undefined;
  readonly mask?: MaskerName | undefined;
  readonly threshold?: number | undefined;
  readonly countries?: string[] | undefined;
  /** Paths of rule files. */
  readonly rules?: string[] | undefined;
  readonly disable?: string[] | undefined;
  readonly entities?: string[] | undefined;
  readonly thresholds?: Record<string, number> | undefined;
  readonly allow?:
    | { readonly values?: string[] | undefined; readonly patterns?: string[] | undefined }
    | undefined;
  readonly dangerouslySkipColumns?: string[] | undefined;
}

/** A masking block, as written. */
export interface MaskingFile {
  readonly columns?: ColumnRuleFile[] | undefined;
  readonly fields?: FieldRuleFile[] | undefined;
  readonly detect?: DetectFile | undefined;
  readonly unattributed?: 'mask' | 'scan' | undefined;
  readonly unmaskable?: 'refuse' | undefined;
  readonly requestBodies?: 'forward' | 'mask' | undefined;
  readonly dangerouslyForwardUnmaskableBodies?: boolean | undefined;
  readonly dangerouslyAllowOpaqueStatements?: boolean | undefined;
  readonly dangerouslyAllowCopiesOfProtectedColumns?: boolean | undefined;
  readonly dangerouslyForwardUnreadableStatements?: boolean | undefined;
  readonly dangerouslyAllowMaskedValuesWrittenBack?: boolean | undefined;
}

/** `listeners[n].upstream`, as written: `host` for PostgreSQL, `url` for HTTP. */
export interface UpstreamFile {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly url?: string | undefined;
  readonly tls?:
    | {
        readonly mode?: UpstreamTlsMode | undefined;
        readonly ca?: string | undefined;
        readonly serverName?: string | undefined;
        readonly direct?: boolean | undefined;
      }
    | undefined;
}

/** `listeners[n].routes[n]`, as written. */
export interface RouteFile {
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly upstream: UpstreamFile;
}

/** `listeners[n]`, as written: `upstream`, or over HTTP `routes`. */
export interface ListenerFile {
  readonly name: string;
  readonly protocol: 'postgres' | 'http';
  readonly listen: string;
  readonly dangerouslyAllowPlaintext?: boolean | undefined;
  readonly upstream?: UpstreamFile | undefined;
  readonly routes?: RouteFile[] | undefined;
  readonly tls?:
    | { readonly cert: string; readonly key: string; readonly required?: boolean | undefined }
    | undefined;
  readonly catalog?:
    | {
        readonly user: string;
        readonly password?: SecretReference | undefined;
        readonly database?: string | undefined;
      }
    | undefined;
  readonly masking?: MaskingFile | undefined;
}

/** The configuration file after its shape was checked: nothing resolved, no defaults filled in. */
export interface ConfigFile {
  readonly listeners: ListenerFile[];
  readonly masking?: MaskingFile | undefined;
  readonly budget?:
    | {
        readonly latencyMs?: number | undefined;
        readonly onExceeded?: 'mask' | undefined;
        readonly workPerValueMax?: number | undefined;
        readonly workPerMessageMax?: number | undefined;
      }
    | undefined;
  readonly limits?:
    | {
        readonly messageSizeMax?: number | undefined;
        readonly valueSizeMax?: number | undefined;
        readonly statementSizeMax?: number | undefined;
        readonly pendingStatementsMax?: number | undefined;
        readonly connectionsMax?: number | undefined;
        readonly startupTimeoutMs?: number | undefined;
        readonly responseTimeoutMs?: number | undefined;
        readonly holdTimeoutMs?: number | undefined;
        readonly idleTimeoutMs?: number | undefined;
        readonly heldBytesMax?: number | undefined;
        readonly headerSizeMax?: number | undefined;
        readonly depthMax?: number | undefined;
        readonly recordSizeMax?: number | undefined;
        readonly holdSizeMax?: number | undefined;
        readonly decodedSizeMax?: number | undefined;
        readonly decodedRatioMax?: number | undefined;
      }
    | undefined;
  readonly admin?:
    | { readonly listen: string; readonly dangerouslyAllowNonLoopback?: boolean | undefined }
    | undefined;
  readonly log?:
    | {
        readonly level?: 'debug' | 'info' | 'warn' | 'error' | undefined;
        readonly format?: 'json' | 'text' | undefined;
      }
    | undefined;
}
