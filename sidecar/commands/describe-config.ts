import type { FieldRuleOptions, MaskerSettings, MaskingOptions } from 'wiremask';
import { formatAddress } from '../config/address.ts';
import { keysOfOther } from '../config/check-protocols.ts';
import type {
  HttpListenerConfig,
  ListenerConfig,
  PostgresListenerConfig,
  SidecarConfig,
  Upstream,
  UpstreamTls,
} from '../sidecar-types.ts';

/** Where requests go. */
export interface UpstreamDescription {
  /** Of a listener with routes: which requests go there. */
  readonly route?: string;
  readonly upstream: string;
  readonly tls: string;
}

/** What a listener resolved to, in words. Holds sizes of keys, never keys. */
export interface ListenerDescription {
  readonly name: string;
  readonly protocol: string;
  readonly listen: string;
  readonly clientTls: string;
  readonly upstreams: readonly UpstreamDescription[];
  /** PostgreSQL only. */
  readonly catalog?: string;
  /** PostgreSQL only. */
  readonly columns?: readonly {
    readonly column: string;
    readonly path: readonly string[];
    readonly mask: string;
  }[];
  readonly detect:
    | {
        readonly packs: readonly string[];
        readonly countries: readonly string[];
        readonly rules: readonly string[];
        readonly mask: string;
        readonly threshold: number;
        /** What differs from having every rule on, in words. */
        readonly exceptions: readonly string[];
      }
    | undefined;
  /** HTTP only. */
  readonly fields?: readonly { readonly field: string; readonly mask: string }[];
  /** HTTP only. */
  readonly requestBodies?: string;
  /** PostgreSQL only. */
  readonly unattributed?: string;
  readonly unmaskable: string;
  /** Names of options that weaken masking and are on. */
  readonly dangerous: readonly string[];
}

/** Defaults of the library, repeated for people. */
const DEFAULT_PACKS = ['pii', 'secrets'];
const DEFAULT_THRESHOLD = 0.5;

/** One listener in words. */
export function describeListener(listener: ListenerConfig): ListenerDescription {
  const { masking, tls } = listener;
  return {
    name: listener.name,
    protocol: listener.protocol,
    listen: formatAddress(listener.address),
    clientTls: tls === undefined ? 'off' : tls.required ? 'required' : 'offered',
    upstreams: describeUpstreams(listener),
    ...(listener.protocol === 'http' ? describeHttpRules(listener) : describePostgresRules(listener)),
    detect:
      masking.detect === undefined
        ? undefined
        : {
            packs: masking.detect.packs ?? DEFAULT_PACKS,
            countries: masking.detect.countries ?? [],
            rules: (masking.detect.rules ?? []).map(({ file }) => file),
            exceptions: describeExceptions(masking.detect),
            mask: describeMasker(masking.detect),
            threshold: masking.detect.threshold ?? DEFAULT_THRESHOLD,
          },
    unmaskable: masking.unmaskable ?? 'refuse',
    dangerous: dangerousOptions(listener),
  };
}

type ProtocolRules = Pick<
  ListenerDescription,
  'catalog' | 'columns' | 'unattributed' | 'fields' | 'requestBodies'
>;

function describePostgresRules({ masking, catalog }: PostgresListenerConfig): ProtocolRules {
  return {
    catalog: catalog === undefined ? "read on the client's connection" : `read as user ${catalog.user}`,
    columns: (masking.columns ?? []).map((rule) => ({
      column: rule.column,
      path: [rule.path ?? []].flat(),
      mask: describeMasker(rule),
    })),
    unattributed: masking.unattributed ?? 'mask',
  };
}

function describeHttpRules({ masking }: HttpListenerConfig): ProtocolRules {
  return {
    fields: (masking.fields ?? []).map((rule) => ({ field: fieldOf(rule), mask: describeMasker(rule) })),
    requestBodies: masking.requestBodies ?? 'forward',
  };
}

function fieldOf({ path, name, header }: FieldRuleOptions): string {
  if (path !== undefined) return [path].flat().join(' ');
  return name === undefined ? `header ${header}` : `name ${name}`;
}

function describeUpstreams(listener: ListenerConfig): readonly UpstreamDescription[] {
  if (listener.protocol === 'postgres') {
    const { address, tls } = listener.upstream;
    return [{ upstream: formatAddress(address), tls: describeUpstreamTls(tls, true) }];
  }
  const { routes } = listener;
  return routes.map(({ host, path, upstream: { tls, authority, pathPrefix } }) => {
    const isOnly = routes.length === 1 && host === undefined && path === '';
    return {
      ...(isOnly ? {} : { route: `${host ?? 'any host'}${path === '' ? '' : ` ${path}`}` }),
      upstream: `${tls === undefined ? 'http' : 'https'}://${authority}${pathPrefix}`,
      tls: describeUpstreamTls(tls, false),
    };
  });
}

function describeUpstreamTls(tls: UpstreamTls | undefined, maybeDirect: boolean): string {
  if (tls === undefined) return 'off';
  const authorities = tls.ca === undefined ? "Node's authorities" : 'own ca';
  const direct = tls.direct && maybeDirect ? ', direct' : '';
  return `${tls.mode}, server name ${tls.serverName}, ${authorities}${direct}`;
}

function upstreamsOf(listener: ListenerConfig): readonly Upstream[] {
  return listener.protocol === 'http' ? listener.routes.map(({ upstream }) => upstream) : [listener.upstream];
}

function dangerousOptions(listener: ListenerConfig): readonly string[] {
  const { protocol, masking } = listener;
  const modes = upstreamsOf(listener).map(({ tls }) => tls?.mode);
  const names = Object.entries(masking)
    .filter(([name, value]) => name.startsWith('dangerously') && value === true)
    .filter(([name]) => !keysOfOther(protocol).includes(name))
    .map(([name]) => name);
  const skipped = (protocol === 'postgres' && masking.detect?.dangerouslySkipColumns) || [];
  return [
    ...names,
    ...(skipped.length > 0 ? [`detect.dangerouslySkipColumns: ${skipped.join(', ')}`] : []),
    ...(modes.includes('dangerously-no-verify') ? ['upstream.tls.mode: dangerously-no-verify'] : []),
  ];
}

function describeMasker(settings: MaskerSettings): string {
  switch (settings.mask) {
    case 'redact':
      return settings.label === undefined ? 'redact' : `redact as ${settings.label}`;
    case 'partial': {
      const first = settings.keepFirst ?? 0;
      const last = settings.keepLast ?? 0;
      const kept = [first > 0 ? `first ${first}` : '', last > 0 ? `last ${last}` : ''].filter(Boolean);
      return `partial, keeps the ${kept.join(' and the ')}`;
    }
    case 'keyed-hash':
      return `keyed-hash, key of ${settings.key?.length ?? 0} bytes`;
    case 'nullify':
      return 'nullify';
    case 'replace':
      return 'replace by a fixed value';
    default:
      return settings.mask satisfies never;
  }
}

/** The whole configuration as plain data, for `check --json`. */
export function describeConfig(config: SidecarConfig): object {
  return {
    listeners: config.listeners.map(describeListener),
    limits: config.limits,
    budget: config.budget,
    admin: config.admin === undefined ? null : formatAddress(config.admin.address),
    log: config.log,
  };
}

/** The whole configuration for people. */
export function renderConfig(config: SidecarConfig): string {
  const lines = config.listeners.flatMap((listener) => renderListener(describeListener(listener)));
  lines.push(...renderEntries('limits', config.limits), ...renderEntries('budget', config.budget));
  lines.push(`admin         ${config.admin === undefined ? 'off' : formatAddress(config.admin.address)}`);
  lines.push(`log           ${config.log.level}, ${config.log.format}`);
  return lines.join('\n') + '\n';
}

function renderEntries(title: string, values: object): readonly string[] {
  return Object.entries(values).map(([name, value], index) => {
    return `${(index === 0 ? title : '').padEnd(14)}${name.padEnd(22)}${value}`;
  });
}

function renderListener(listener: ListenerDescription): readonly string[] {
  const { name, protocol, catalog, columns = [], fields = [], requestBodies, unattributed } = listener;
  return [
    `listener ${name} (${protocol})`,
    `  listen        ${listener.listen}, tls ${listener.clientTls}`,
    ...listener.upstreams.map(({ route, upstream, tls }, index) => {
      const title = (index === 0 ? 'upstream' : '').padEnd(14);
      return `  ${title}${route === undefined ? '' : `${route}: `}${upstream}, tls ${tls}`;
    }),
    ...(catalog === undefined ? [] : [`  catalog       ${catalog}`]),
    ...renderRules(
      'columns',
      columns.map(({ column, path, mask }) => [[column, ...path].join(' '), mask]),
    ),
    ...renderRules(
      'fields',
      fields.map(({ field, mask }) => [field, mask]),
    ),
    `  detect        ${listener.detect === undefined ? 'off' : describeDetect(listener.detect)}`,
    ...(requestBodies === undefined ? [] : [`  requests      bodies: ${requestBodies}`]),
    ...(unattributed === undefined ? [] : [`  unattributed  ${unattributed}`]),
    `  unmaskable    ${listener.unmaskable}`,
    ...listener.dangerous.map((option) => `  DANGEROUS     ${option}`),
    '',
  ];
}

function renderRules(title: string, rules: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(0, ...rules.map(([name]) => name.length));
  return rules.map(
    ([name, mask], index) => `  ${(index === 0 ? title : '').padEnd(14)}${name.padEnd(width)}  ${mask}`,
  );
}

function describeDetect(detect: NonNullable<ListenerDescription['detect']>): string {
  const { packs, countries, rules, mask, threshold, exceptions } = detect;
  return [
    `packs ${packs.join(', ')}`,
    ...(countries.length > 0 ? [`countries ${countries.join(', ')}`] : []),
    ...(rules.length > 0 ? [`rules of ${rules.join(', ')}`] : []),
    mask,
    `threshold ${threshold}`,
    ...exceptions,
  ].join('; ');
}

// Allowed values are data: only how many there are is told.
function describeExceptions(detect: NonNullable<MaskingOptions['detect']>): readonly string[] {
  const { disable = [], entities, thresholds = {}, allow = {} } = detect;
  const { values = [], patterns = [] } = allow;
  const own = Object.entries(thresholds).map(([id, threshold]) => `${id} from ${threshold}`);
  return [
    ...(disable.length > 0 ? [`without ${disable.join(', ')}`] : []),
    ...(entities === undefined ? [] : [`only ${entities.join(', ')}`]),
    ...own,
    ...(values.length + patterns.length > 0
      ? [`${values.length} allowed values, ${patterns.length} allowed patterns`]
      : []),
  ];
}
