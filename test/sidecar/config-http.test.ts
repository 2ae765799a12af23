import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCommandLine } from '../../sidecar/command-line.ts';
import { createDependencies } from '../../sidecar/commands/dependencies.ts';
import { loadConfigText } from '../../sidecar/config/load-config.ts';
import type { HttpListenerConfig, HttpUpstream } from '../../sidecar/sidecar-types.ts';
import { fakeDependencies, fakeProcess } from './cli-support.ts';
import { directory, LISTENER, problemsOf, removeDirectoryAfterwards, tls } from './config-support.ts';

removeDirectoryAfterwards();

const file = join(directory, 'w.yaml');
const DETECT = 'masking: { detect: { mask: redact } }\n';

/** A configuration with one HTTP listener; its upstream stands in line 5, column 15. */
const withUpstream = (upstream: string, more = ''): string =>
  `listeners:
  - name: crm
    protocol: http
    listen: 127.0.0.1:8089
    upstream: ${upstream}
${more}`;

const HTTP = withUpstream('{ url: "http://127.0.0.1:8080" }');

/** Problems of a configuration whose first field rule begins at line 8, column 7. */
const problemsOfFields = (rules: string): Promise<string[]> =>
  problemsOf(`${HTTP}masking:\n  fields:\n    - ${rules}\n`, { K: 'a key of twenty bytes' });

async function upstreamOf(upstream: string): Promise<HttpUpstream> {
  const loaded = await loadConfigText(withUpstream(upstream, DETECT), file, { env: {} });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return (loaded.config.listeners[0] as HttpListenerConfig).routes[0]!.upstream;
}

describe('upstream of an HTTP listener', () => {
  test.each([
    ['http://127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080', ''],
    ['http://Crm.Internal/', { host: 'crm.internal', port: 80 }, 'crm.internal', ''],
    ['https://crm.internal/api/v1/', { host: 'crm.internal', port: 443 }, 'crm.internal', '/api/v1'],
    ['https://[::1]:8443/x', { host: '::1', port: 8443 }, '[::1]:8443', '/x'],
  ])('%s is read', async (url, address, authority, pathPrefix) => {
    expect(await upstreamOf(`{ url: "${url}" }`)).toEqual({
      address: { kind: 'tcp', ...address },
      authority,
      pathPrefix,
      tls: url.startsWith('https')
        ? { mode: 'verify-full', ca: undefined, serverName: address.host, direct: true }
        : undefined,
    });
  });

  test('TLS settings apply to https://', async () => {
    const settings = `{ ca: ${tls}/ca.crt, mode: verify-ca, serverName: other }`;
    const { tls: resolved } = await upstreamOf(`{ url: "https://crm.internal", tls: ${settings} }`);
    expect(resolved).toMatchObject({ mode: 'verify-ca', serverName: 'other', direct: true });
    expect(resolved?.ca?.toString()).toContain('BEGIN CERTIFICATE');
  });

  test.each([
    [
      '{ url: "crm:80" }',
      '5:22: listeners[0].upstream.url: not an http:// or https:// URL: write for example',
    ],
    ['{ url: "ftp://crm" }', '5:22: listeners[0].upstream.url: not an http:// or https:// URL'],
    ['{ url: "http://a b" }', '5:22: listeners[0].upstream.url: not a URL'],
    ['{ url: "http://u:p@crm" }', '5:22: listeners[0].upstream.url: a user or password does not belong'],
    [
      '{ url: "http://crm/?a=b" }',
      '5:22: listeners[0].upstream.url: a query or fragment cannot stand before',
    ],
    ['{ url: "http://crm:0" }', '5:22: listeners[0].upstream.url: port 0 is nobody'],
    ['{ tls: {} }', '5:15: listeners[0].upstream: "url" is missing: write url: http://127.0.0.1:8080'],
    [
      '{ host: crm }',
      '5:17: listeners[0].upstream.host: host belongs to protocol: postgres: write url: http://...',
    ],
    [
      '{ url: "http://crm", port: 80 }',
      '5:36: listeners[0].upstream.port: port belongs to protocol: postgres: remove it, url says it',
    ],
    [
      '{ url: "http://crm", tls: { mode: verify-ca } }',
      '5:36: listeners[0].upstream.tls: tls does nothing for an http:// upstream: write url: https://...',
    ],
    [
      '{ url: "https://crm", tls: { direct: true } }',
      '5:44: listeners[0].upstream.tls.direct: direct belongs to protocol: postgres: remove it',
    ],
    [
      '{ url: "http://localhost:8089/x" }',
      "5:15: listeners[0].upstream: is the listener's own address: write the server's",
    ],
  ])('%s is refused, once', async (upstream, problem) => {
    expect(await problemsOf(withUpstream(upstream, DETECT))).toEqual([expect.stringContaining(problem)]);
  });

  const withRoutes = (routes: string, more = ''): string =>
    withUpstream('{}', `${more}${DETECT}`).replace('upstream: {}', `routes: [${routes}]`);
  const TO = 'upstream: { url: "http://crm" }';

  test('routes are read in their order', async () => {
    const routes = `{ host: "*.Crm.test", path: /a/b, ${TO} }, { upstream: { url: "https://[::1]/x", tls: { ca: ${tls}/ca.crt } } }`;
    const loaded = await loadConfigText(withRoutes(routes), file, { env: {} });
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    expect((loaded.config.listeners[0] as HttpListenerConfig).routes).toMatchObject([
      { host: '*.crm.test', path: '/a/b', upstream: { authority: 'crm', pathPrefix: '', tls: undefined } },
      { host: undefined, path: '', upstream: { pathPrefix: '/x', tls: { ca: expect.any(Buffer) } } },
    ]);
  });

  test.each([
    [
      `{ ${TO} }, { path: /a, ${TO} }`,
      '5:51: listeners[0].routes[1]: is never reached: routes[0] takes all of it',
    ],
    [`{ path: /a, ${TO} }, { path: /a/b, ${TO} }`, 'routes[1]: is never reached'],
    [`{ host: "*.a.test", ${TO} }, { host: B.a.test, ${TO} }`, 'routes[1]: is never reached'],
    [`{ host: a.test, ${TO} }, { host: "a.test:80", ${TO} }`, 'routes[1]: is never reached'],
    [`{ host: "*.a.test", ${TO} }, { host: "*.b.a.test", ${TO} }`, 'routes[1]: is never reached'],
    [`{ path: crm, ${TO} }`, 'listeners[0].routes[0].path: '],
    [`{ path: /crm/, ${TO} }`, 'listeners[0].routes[0].path: '],
    [`{ host: "a b", ${TO} }`, 'listeners[0].routes[0].host: not a host'],
    [
      `{ upstream: { url: "ftp://crm" } }`,
      'listeners[0].routes[0].upstream.url: not an http:// or https:// URL',
    ],
    [`{ upstream: {} }`, 'listeners[0].routes[0].upstream: "url" is missing'],
    [
      `{ path: /a }`,
      'routes[0].upstream: "upstream" is missing: write upstream: { url: https://crm.internal }',
    ],
    ['', 'listeners[0].routes: '],
  ])('routes %s are refused, once', async (routes, problem) => {
    expect(await problemsOf(withRoutes(routes))).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    `{ path: /a, ${TO} }, { path: /ab, ${TO} }, { host: a, ${TO} }, { ${TO} }`,
    `{ host: "a:80", ${TO} }, { host: a, ${TO} }, { host: "*.a", ${TO} }`,
    `{ host: a, path: /x, ${TO} }, { path: /x/y, ${TO} }`,
  ])('routes %s can all be reached', async (routes) => {
    expect(await problemsOf(withRoutes(routes))).toEqual([]);
  });

  test('either an upstream or routes', async () => {
    expect(await problemsOf(withRoutes(`{ ${TO} }`, '    upstream: { url: "http://crm" }\n'))).toEqual([
      expect.stringContaining('listeners[0].upstream: upstream and routes exclude each other'),
    ]);
    const neither = withUpstream('{}', DETECT).replace('    upstream: {}\n', '');
    expect(await problemsOf(neither)).toEqual([
      expect.stringContaining('listeners[0]: "upstream" is missing: write upstream: { url: http'),
    ]);
    expect(
      await problemsOf(LISTENER.replace('upstream: { host: 127.0.0.1 }', `routes: [{ ${TO} }]`) + DETECT),
    ).toEqual([expect.stringContaining('routes belong to protocol: http')]);
  });

  test('keys of the other protocol are refused', async () => {
    const catalog = '    catalog: { user: reader }\n';
    expect(await problemsOf(withUpstream('{ url: "http://crm" }', catalog + DETECT))).toEqual([
      '6:5: listeners[0].catalog: catalog belongs to protocol: postgres: remove it',
    ]);
    const postgres = LISTENER.replace('{ host: 127.0.0.1 }', '{ url: "http://crm" }');
    expect(await problemsOf(postgres + DETECT)).toEqual([
      '5:17: listeners[0].upstream.url: url belongs to protocol: http: write host: and port:',
    ]);
    expect(await problemsOf(LISTENER.replace('host: 127.0.0.1', 'port: 5432') + DETECT)).toEqual([
      '5:15: listeners[0].upstream: "host" is missing: write host: 127.0.0.1',
    ]);
  });
});

describe('field rules', () => {
  test('paths, names and headers arrive, with what their masker needs', async () => {
    const rules = `masking:
  requestBodies: mask
  dangerouslyForwardUnmaskableBodies: true
  fields:
    - { path: ["$..ssn", "$.a[*].b"], mask: partial, keepLast: 4 }
    - { name: "*token*", mask: keyed-hash, key: { env: K } }
    - { header: Set-Cookie, mask: redact, label: gone }
`;
    const env = { K: 'a key of twenty bytes' };
    const { compileMasking } = createDependencies();
    const loaded = await loadConfigText(HTTP + rules, file, { env, compileMasking });
    expect(loaded.ok && loaded.config.listeners[0]?.masking).toEqual({
      unattributed: 'mask',
      unmaskable: 'refuse',
      requestBodies: 'mask',
      dangerouslyForwardUnmaskableBodies: true,
      fields: [
        { path: ['$..ssn', '$.a[*].b'], mask: 'partial', keepLast: 4 },
        { name: '*token*', mask: 'keyed-hash', key: Buffer.from(env.K) },
        { header: 'Set-Cookie', mask: 'redact', label: 'gone' },
      ],
    });
  });

  test.each([
    ['{ mask: redact }', '8:7: masking.fields[0]: names no field: write one of path, name and header'],
    ['{ path: $.a, name: b, mask: redact }', '8:7: masking.fields[0]: has path and name: write one of path'],
    ['{ path: ssn, mask: redact }', '8:15: masking.fields[0].path: a JSON path begins with $'],
    ['{ name: ssn }', '8:7: masking.fields[0].mask: "mask" is missing'],
    ['{ name: ssn, mask: partial }', '8:26: masking.fields[0].mask: partial needs to know what to keep'],
    [
      '{ name: ssn, mask: redact, keepLast: 4 }',
      '8:34: masking.fields[0].keepLast: keepLast belongs to mask',
    ],
    ['{ header: "a b", mask: redact }', '8:17: masking.fields[0].header: not the name of a header'],
    [
      '{ header: Content-Length, mask: redact }',
      '8:17: masking.fields[0].header: content-length frames the message',
    ],
    ['{ column: a.b.c, mask: redact }', '8:9: masking.fields[0].column: unknown key "column"'],
    ['{ path: "$.a[", mask: redact }', '8:15: masking.fields[0].path: '],
  ])('%s is refused', async (rule, problem) => {
    const { compileMasking } = createDependencies();
    const text = `${HTTP}masking:\n  fields:\n    - ${rule}\n`;
    const loaded = await loadConfigText(text, file, { env: {}, compileMasking });
    const problems = loaded.ok ? [] : loaded.problems;
    const shown = problems.map(({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`);
    expect(shown.join('\n')).toContain(problem);
  });

  test('two rules for one field are refused', async () => {
    expect(
      await problemsOfFields(
        '{ header: Set-Cookie, mask: redact }\n    - { header: set-cookie, mask: nullify }',
      ),
    ).toEqual(['9:17: masking.fields[1].header: same field as masking.fields[0]: keep one of the two rules']);
    expect(await problemsOfFields('{ name: a, mask: redact }\n    - { header: a, mask: redact }')).toEqual(
      [],
    );
  });
});

describe('rules and protocols', () => {
  const COLUMNS = 'columns: [{ column: a.b.c, mask: redact }]';
  const FIELDS = 'fields: [{ name: ssn, mask: redact }]';
  const both = (masking: string): string =>
    `${LISTENER}  - { name: crm, protocol: http, listen: "127.0.0.1:1", upstream: { url: "http://crm" } }
masking: { ${masking} }
`;

  test('rules that could never apply are refused', async () => {
    expect(await problemsOf(`${HTTP}masking: { ${COLUMNS}, unattributed: scan }\n`)).toEqual([
      '6:12: masking.columns: never applies to protocol: http: write fields: instead',
      '6:56: masking.unattributed: never applies to protocol: http: remove it',
    ]);
    expect(await problemsOf(`${LISTENER}masking: { ${FIELDS}, requestBodies: mask }\n`)).toEqual([
      '6:12: masking.fields: never applies to protocol: postgres: write columns: instead',
      '6:51: masking.requestBodies: never applies to protocol: postgres: remove it',
    ]);
    const skipped = 'detect: { dangerouslySkipColumns: [a.b.c] }';
    expect(await problemsOf(`${HTTP}masking: { ${skipped} }\n`)).toEqual([
      '6:22: masking.detect.dangerouslySkipColumns: never applies to protocol: http: remove it',
    ]);
  });

  test('the same in the block of a listener', async () => {
    const own = withUpstream('{ url: "http://crm" }', `    masking: { ${COLUMNS} }\n`);
    expect(await problemsOf(own)).toEqual([
      '6:16: listeners[0].masking.columns: never applies to protocol: http: write fields: instead',
    ]);
  });

  test('a block that listeners of both protocols share may have rules of both', async () => {
    expect(await problemsOf(both(`${COLUMNS}, ${FIELDS}`))).toEqual([]);
    expect(await problemsOf(both(`${COLUMNS}, detect: {}`))).toEqual([]);
  });

  test('a listener for which nothing of it would apply is pointed at', async () => {
    expect(await problemsOf(both(COLUMNS))).toEqual([
      '6:5: listeners[1]: masks nothing, since columns: never apply to protocol: http: ' +
        'add fields: or detect: at masking, or a masking: block here',
    ]);
  });

  test('a block without rules says what may stand there', async () => {
    expect(await problemsOf(`${HTTP}masking: { requestBodies: mask }\n`)).toEqual([
      '6:1: masking: masks nothing: write fields:, detect:, or both',
    ]);
  });
});

describe('wiremask check', () => {
  test('shows what an HTTP listener resolved to', async () => {
    const more = `    tls: { cert: ${tls}/server.crt, key: ${tls}/server.key }
masking:
  requestBodies: mask
  dangerouslyForwardUnmaskableBodies: true
  fields:
    - { path: [$.users.ssn, $..pin], mask: partial, keepLast: 4 }
    - { name: "*token*", mask: nullify }
    - { header: set-cookie, mask: redact }
`;
    await writeFile(file, withUpstream('{ url: "https://crm.internal/api" }', more));
    const { io, output } = fakeProcess();
    expect(await runCommandLine(['check', '-c', file], io, fakeDependencies())).toBe(0);
    expect(output.stdout.slice(0, output.stdout.indexOf('\nlimits'))).toBe(`listener crm (http)
  listen        127.0.0.1:8089, tls required
  upstream      https://crm.internal/api, tls verify-full, server name crm.internal, Node's authorities
  fields        $.users.ssn $..pin  partial, keeps the last 4
                name *token*        nullify
                header set-cookie   redact
  detect        off
  requests      bodies: mask
  unmaskable    refuse
  DANGEROUS     dangerouslyForwardUnmaskableBodies
`);
  });
});
