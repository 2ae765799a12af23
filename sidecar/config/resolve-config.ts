import assert from 'node:assert/strict';
import {
  type ColumnRuleOptions,
  type DetectOptions,
  defaultHttpLimits,
  defaultSessionBudget,
  defaultSessionLimits,
  type FieldRuleOptions,
  type MaskerSettings,
  type MaskingOptions,
} from 'wiremask';
import type {
  Address,
  Budget,
  HttpRoute,
  HttpUpstream,
  Limits,
  ListenerBase,
  ListenerConfig,
  SidecarConfig,
  UpstreamTls,
} from '../sidecar-types.ts';
import { parseListenAddress, upstreamAddress } from './address.ts';
import type {
  ConfigFile,
  DetectFile,
  ListenerFile,
  MaskerSettingsFile,
  MaskingFile,
  UpstreamFile,
} from './config-file.ts';
import { parseHttpUpstream } from './http-upstream.ts';
import { type ConfigPath, formatPath } from './problem.ts';
import type { References } from './read-references.ts';

// Requests of a client go one at a time.
const { pendingRequestsMax: _, ...listenerHttpLimits } = defaultHttpLimits;

/** Defaults of `limits`: those of the library, and those of a listener. */
export const DEFAULT_LIMITS: Limits = {
  ...defaultSessionLimits,
  ...listenerHttpLimits,
  connectionsMax: 200,
  startupTimeoutMs: 15_000,
  responseTimeoutMs: 300_000,
  holdTimeoutMs: 500,
  idleTimeoutMs: 0,
};

/** Defaults of `budget`: those of the library. */
export const DEFAULT_BUDGET: Budget = { ...defaultSessionBudget, onExceeded: 'mask' };

/** Fills in defaults and contents. Only for data in which no problem was found. */
export function resolveConfig(
  file: ConfigFile,
  references: References,
  baseDirectory: string,
): SidecarConfig {
  return {
    listeners: file.listeners.map((listener, index) =>
      resolveListener(file, listener, index, references, baseDirectory),
    ),
    budget: resolveBudget(file.budget ?? {}),
    limits: resolveLimits(file.limits ?? {}),
    admin: file.admin === undefined ? undefined : { address: addressOf(file.admin.listen, baseDirectory) },
    log: { level: file.log?.level ?? 'info', format: file.log?.format ?? 'text' },
  };
}

/** A value is part of a message: its default follows a limit for messages that was set lower. */
function resolveLimits(file: NonNullable<ConfigFile['limits']>): Limits {
  const set = defined(file);
  const valueSizeMax = Math.min(
    DEFAULT_LIMITS.valueSizeMax,
    set.messageSizeMax ?? DEFAULT_LIMITS.messageSizeMax,
  );
  return { ...DEFAULT_LIMITS, valueSizeMax, ...set };
}

/** The same for work: a value's share follows a budget for messages that was set lower. */
function resolveBudget(file: NonNullable<ConfigFile['budget']>): Budget {
  const set = defined(file);
  const perMessage = set.workPerMessageMax ?? DEFAULT_BUDGET.workPerMessageMax;
  return { ...DEFAULT_BUDGET, workPerValueMax: Math.min(DEFAULT_BUDGET.workPerValueMax, perMessage), ...set };
}

function resolveListener(
  file: ConfigFile,
  listener: ListenerFile,
  index: number,
  references: References,
  baseDirectory: string,
): ListenerConfig {
  const at = ['listeners', index];
  const { name, protocol, tls, catalog, upstream = {} } = listener;
  const base: ListenerBase = {
    name,
    address: addressOf(listener.listen, baseDirectory),
    tls:
      tls === undefined
        ? undefined
        : {
            cert: contentOf(references, [...at, 'tls', 'cert']),
            key: contentOf(references, [...at, 'tls', 'key']),
            required: tls.required ?? true,
          },
    masking:
      listener.masking === undefined
        ? resolveMasking(file.masking ?? {}, ['masking'], references)
        : resolveMasking(listener.masking, [...at, 'masking'], references),
  };
  if (protocol === 'http') return { ...base, protocol, routes: resolveRoutes(listener, at, references) };
  const { host = '', port = 5432 } = upstream;
  const ca = references.get(formatPath([...at, 'upstream', 'tls', 'ca']));
  return {
    ...base,
    protocol,
    upstream: {
      address: upstreamAddress(host, port),
      tls: upstream.tls && resolveUpstreamTls(upstream.tls, host, ca),
    },
    catalog:
      catalog === undefined
        ? undefined
        : {
            user: catalog.user,
            password: references.get(formatPath([...at, 'catalog', 'password']))?.toString('utf8'),
            database: catalog.database,
          },
  };
}

function resolveRoutes(
  { upstream, routes }: ListenerFile,
  at: ConfigPath,
  references: References,
): readonly HttpRoute[] {
  const upstreamAt = (file: UpstreamFile, place: ConfigPath): HttpUpstream =>
    resolveHttpUpstream(file, references.get(formatPath([...place, 'upstream', 'tls', 'ca'])));
  if (upstream !== undefined) return [{ host: undefined, path: '', upstream: upstreamAt(upstream, at) }];
  return (routes ?? []).map(({ host, path = '', upstream: own }, index) => ({
    host: host?.toLowerCase(),
    path,
    upstream: upstreamAt(own, [...at, 'routes', index]),
  }));
}

function resolveHttpUpstream({ url = '', tls = {} }: UpstreamFile, ca: Buffer | undefined): HttpUpstream {
  const result = parseHttpUpstream(url);
  assert(result.ok, 'a URL that was checked before can be read');
  const { upstream, isSecure, host } = result;
  return {
    ...upstream,
    tls: isSecure ? { ...resolveUpstreamTls(tls, host, ca), direct: true } : undefined,
  };
}

function resolveUpstreamTls(
  tls: NonNullable<UpstreamFile['tls']>,
  host: string,
  ca: Buffer | undefined,
): UpstreamTls {
  const { mode = 'verify-full', serverName = host, direct = false } = tls;
  return { mode, ca, serverName, direct };
}

function resolveMasking(masking: MaskingFile, at: ConfigPath, references: References): MaskingOptions {
  const { columns, fields, detect, ...rest } = masking;
  return {
    unattributed: 'mask',
    unmaskable: 'refuse',
    ...defined(rest),
    ...(columns === undefined
      ? {}
      : {
          columns: columns.map((rule, index): ColumnRuleOptions => {
            const { path, column, mask } = rule;
            const settings = resolveSettings(rule, [...at, 'columns', index], references);
            const paths = typeof path === 'string' ? [path] : path;
            return { column, mask, ...settings, ...(paths === undefined ? {} : { path: paths }) };
          }),
        }),
    ...(fields === undefined
      ? {}
      : {
          fields: fields.map((rule, index): FieldRuleOptions => {
            const { path, name, header, mask } = rule;
            const settings = resolveSettings(rule, [...at, 'fields', index], references);
            return { ...defined({ path, name, header }), mask, ...settings };
          }),
        }),
    ...(detect === undefined ? {} : { detect: resolveDetect(detect, [...at, 'detect'], references) }),
  };
}

function resolveDetect(detect: DetectFile, at: ConfigPath, references: References): DetectOptions {
  const { packs, countries, disable, entities, mask, threshold, thresholds, allow, rules } = detect;
  const { dangerouslySkipColumns } = detect;
  const files = rules?.map((file, index) => ({
    file,
    text: contentOf(references, [...at, 'rules', index]).toString('utf8'),
  }));
  return {
    ...defined({ packs, countries, disable, entities, threshold, thresholds, dangerouslySkipColumns }),
    ...defined({ rules: files, allow: allow === undefined ? undefined : defined(allow) }),
    mask: mask ?? 'redact',
    ...resolveSettings(detect, at, references),
  };
}

function resolveSettings(
  settings: MaskerSettingsFile,
  at: ConfigPath,
  references: References,
): Omit<MaskerSettings, 'mask'> {
  const { keepFirst, keepLast, value, label } = settings;
  const key = settings.key === undefined ? undefined : contentOf(references, [...at, 'key']);
  return defined({ keepFirst, keepLast, value, label, key });
}

function addressOf(text: string, baseDirectory: string): Address {
  const result = parseListenAddress(text, baseDirectory);
  assert(result.ok, 'an address that was checked before can be read');
  return result.address;
}

function contentOf(references: References, at: ConfigPath): Buffer {
  const content = references.get(formatPath(at));
  assert(content !== undefined, 'a reference that was checked before has content');
  return content;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The same object without its undefined entries, so that they do not hide defaults. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
