import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, loadConfigText } from '../../sidecar/config/load-config.ts';
import {
  directory,
  LISTENER,
  MASKING,
  problemsOf,
  problemsOfColumns,
  removeDirectoryAfterwards,
  tls,
} from './config-support.ts';

removeDirectoryAfterwards();

describe('masking rules', () => {
  test('a listener without any masking block is refused', async () => {
    expect(await problemsOf(LISTENER)).toEqual([
      '2:5: listeners[0]: has no masking: add a masking: block here, or one at the top for every listener',
    ]);
  });

  test('a masking block without rules is refused', async () => {
    expect(await problemsOf(`${LISTENER}masking: { unattributed: scan }\n`)).toEqual([
      '6:1: masking: masks nothing: write columns:, detect:, or both',
    ]);
    expect(await problemsOf(`${LISTENER}masking: { columns: [] }\n`)).toEqual([
      '6:21: masking.columns: is an empty list: write at least 1 entry, or remove the key',
    ]);
  });

  test.each([
    ['partial', 'partial needs to know what to keep: add keepLast: 4, keepFirst: 2, or both'],
    ['keyed-hash', 'keyed-hash needs a key: add key: { env: NAME } or key: { file: path }'],
    ['replace', 'replace needs its stand-in: add value: "..."'],
    ['partial, keepLast: 0', 'partial that keeps no characters: write mask: redact'],
  ])('mask: %s alone is refused', async (mask, message) => {
    expect(await problemsOfColumns(`{ column: a.b.c, mask: ${mask} }`)).toEqual([
      `8:30: masking.columns[0].mask: ${message}`,
    ]);
  });

  test.each([
    ['keepLast: 4', 'keepLast belongs to mask: partial: remove keepLast, or write mask: partial'],
    ['value: x', 'value belongs to mask: replace: remove value, or write mask: replace'],
    ['key: { env: K }', 'key belongs to mask: keyed-hash: remove key, or write mask: keyed-hash'],
    ['label: x', 'label belongs to mask: redact: remove label, or write mask: redact'],
  ])('%s with mask: nullify is refused', async (setting, message) => {
    const name = setting.split(':', 1)[0];
    const env = { K: 'a key of twenty bytes' };
    const text = `${LISTENER}masking:\n  columns:\n    - { column: a.b.c, mask: nullify, ${setting} }\n`;
    expect(await problemsOf(text, env)).toEqual([`8:39: masking.columns[0].${name}: ${message}`]);
  });

  test('detect masks by redact unless it says otherwise', async () => {
    expect(await problemsOf(`${LISTENER}masking:\n  detect: { keepLast: 4 }\n`)).toEqual([
      '7:13: masking.detect.keepLast: keepLast belongs to mask: partial: ' +
        'remove keepLast, or write mask: partial',
    ]);
    expect(await problemsOf(`${LISTENER}masking:\n  detect: { mask: partial, keepLast: 4 }\n`)).toEqual([]);
  });

  test.each([
    ['ssn', '1 part instead of 3'],
    ['customers.ssn', '2 parts instead of 3'],
    ['db.public.customers.ssn', '4 parts instead of 3'],
    ['public..ssn', 'part 2 is empty'],
    ['public.customers.', 'part 3 is empty'],
    ["'public.\"customers.ssn'", 'a double quote is not closed'],
    ['\'public."customers"x.ssn\'', 'text after a closing double quote'],
  ])('%s is no column pattern', async (column, message) => {
    expect(await problemsOfColumns(`{ column: ${column}, mask: redact }`)).toEqual([
      expect.stringContaining(`8:17: masking.columns[0].column: ${message}: write schema.table.column`),
    ]);
  });

  test.each(['public.customers.ssn', '"*.*.salary"', '\'public."Weird.Table".*_token\'', '\'"a""b".c.d\''])(
    '%s is a column pattern',
    async (column) => {
      expect(await problemsOfColumns(`{ column: ${column}, mask: redact }`)).toEqual([]);
    },
  );

  test('a second rule for the same column and path could never apply', async () => {
    const rule = '{ column: a.b.c, mask: redact';
    expect(
      await problemsOfColumns(`${rule} }\n    - ${rule}, path: $.x }\n    - ${rule}, label: L }`),
    ).toEqual([
      '10:17: masking.columns[2].column: same column as masking.columns[0]: keep one of the two rules',
    ]);
  });

  test('a JSON path begins with $', async () => {
    expect(await problemsOfColumns('{ column: a.b.c, mask: redact, path: ssn }')).toEqual([
      '8:44: masking.columns[0].path: a JSON path begins with $: write for example $.ssn or $..token',
    ]);
  });

  test('limits that others make unreachable are refused', async () => {
    expect(
      await problemsOf(`${LISTENER}${MASKING}limits: { messageSizeMax: 10, valueSizeMax: 20 }\n`),
    ).toEqual([
      '8:45: limits.valueSizeMax: 20 can never be reached, since messageSizeMax is 10: ' +
        'lower valueSizeMax or raise messageSizeMax',
    ]);
  });

  test('problems of the library are given their place in the file, once', async () => {
    const text = `listeners:
  - { name: a, protocol: postgres, listen: "127.0.0.1:1", upstream: { host: db } }
  - { name: b, protocol: postgres, listen: "127.0.0.1:2", upstream: { host: db } }
  - name: c
    protocol: postgres
    listen: 127.0.0.1:3
    upstream: { host: db }
    masking: { columns: [{ column: a.b.c, mask: redact }] }
masking:
  columns:
    - { column: a.b.c, mask: redact }
`;
    const compileMasking = async () => [{ path: 'columns[0].mask', message: 'cannot be' }];
    const loaded = await loadConfigText(text, 'w.yaml', { env: {}, compileMasking });
    expect(loaded.ok ? [] : loaded.problems).toEqual([
      {
        path: 'listeners[2].masking.columns[0].mask',
        message: 'cannot be',
        file: 'w.yaml',
        line: 8,
        column: 49,
      },
      { path: 'masking.columns[0].mask', message: 'cannot be', file: 'w.yaml', line: 11, column: 30 },
    ]);
  });
});

describe('files and environment', () => {
  const keyed = (key: string): string => `{ column: a.b.c, mask: keyed-hash, key: ${key} }`;

  test('a variable that is not set is named', async () => {
    expect(await problemsOfColumns(keyed('{ env: HASH_KEY }'))).toEqual([
      '8:54: masking.columns[0].key.env: environment variable HASH_KEY is not set: ' +
        'set it before wiremask starts',
    ]);
  });

  test('a key file that does not exist is named with its full path', async () => {
    expect(await problemsOfColumns(keyed('{ file: none.key }'))).toEqual([
      `8:55: masking.columns[0].key.file: file ${directory}/none.key does not exist: ` +
        'paths start from the directory of the configuration file',
    ]);
  });

  test('a key that is too short is refused without being shown', async () => {
    const text = `${LISTENER}masking:\n  columns:\n    - ${keyed('{ env: HASH_KEY }')}\n`;
    const problems = await problemsOf(text, { HASH_KEY: 'hunter2' });
    expect(problems).toEqual([
      '8:54: masking.columns[0].key.env: holds 7 bytes, a key needs at least 16: put the secret there',
    ]);
  });

  test('both, or neither, of env and file are refused', async () => {
    const message = 'needs exactly one of env and file: write { env: NAME } or { file: path }';
    expect(await problemsOfColumns(keyed('{ env: A, file: b }'))).toEqual([
      `8:47: masking.columns[0].key: ${message}`,
    ]);
    expect(await problemsOfColumns(keyed('{}'))).toEqual([`8:47: masking.columns[0].key: ${message}`]);
  });

  test('a secret written into the file is refused and not repeated', async () => {
    const message = 'a secret does not belong into this file: write { env: NAME } or { file: path }';
    expect(await problemsOfColumns(keyed('hunter2hunter2hunter2'))).toEqual([
      `8:47: masking.columns[0].key: ${message}`,
    ]);
    const catalog = `${LISTENER}    catalog: { user: u, password: hunter2 }\n${MASKING}`;
    expect(await problemsOf(catalog)).toEqual([`6:35: listeners[0].catalog.password: ${message}`]);
  });

  test('an empty password variable is refused', async () => {
    const catalog = `${LISTENER}    catalog: { user: u, password: { env: PW } }\n${MASKING}`;
    expect(await problemsOf(catalog, { PW: '' })).toEqual([
      '6:42: listeners[0].catalog.password.env: is empty: put the secret there',
    ]);
  });

  test('a certificate, key or authority that is none is refused', async () => {
    await writeFile(join(directory, 'text.pem'), 'not a certificate');
    const listener = LISTENER.replace('127.0.0.1 }', '127.0.0.1, tls: { ca: text.pem } }');
    const text = `${listener}    tls: { cert: text.pem, key: text.pem }\n${MASKING}`;
    const message = 'not a PEM certificate: the file begins with -----BEGIN CERTIFICATE-----';
    expect(await problemsOf(text)).toEqual([
      `5:45: listeners[0].upstream.tls.ca: ${message}`,
      `6:18: listeners[0].tls.cert: ${message}`,
    ]);
  });

  test('a key that belongs to another certificate is refused', async () => {
    const text = `${LISTENER}    tls: { cert: ${tls}/ca.crt, key: ${tls}/server.key }\n${MASKING}`;
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/^6:\d+: listeners\[0\].tls.key: not the unencrypted PEM private key of cert/),
    ]);
  });

  test('a directory is no file', async () => {
    expect(await problemsOfColumns(keyed('{ file: . }'))).toEqual([
      `8:55: masking.columns[0].key.file: ${directory} is not a file: name another`,
    ]);
  });

  test('a configuration file that does not exist, or is not UTF-8, is a problem of its own', async () => {
    const missing = join(directory, 'missing.yaml');
    expect(await loadConfig(missing)).toEqual({
      ok: false,
      problems: [{ path: '', file: missing, line: 1, column: 1, message: 'no such file: name one with -c' }],
    });
    const binary = join(directory, 'binary.yaml');
    await writeFile(binary, Buffer.from([0xff, 0xfe, 0x41]));
    expect(await loadConfig(binary)).toMatchObject({
      ok: false,
      problems: [{ message: expect.stringContaining('UTF-8') }],
    });
  });
});
