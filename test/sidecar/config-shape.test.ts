import { describe, expect, test } from 'vitest';
import {
  LISTENER,
  MASKING,
  problemsOf,
  problemsOfColumns,
  removeDirectoryAfterwards,
} from './config-support.ts';

removeDirectoryAfterwards();

describe('shape of the file', () => {
  test('an unknown key is pointed at and the near one is named', async () => {
    expect(await problemsOf(`${LISTENER}  # comment\n${MASKING}limit: {}\n`)).toEqual([
      '9:1: limit: unknown key "limit": did you mean "limits"?',
    ]);
  });

  test('an unknown key that is near nothing lists what is known', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}log: { colour: red }\n`)).toEqual([
      '8:8: log.colour: unknown key "colour": write one of: level, format',
    ]);
  });

  test('an unknown value names the near one', async () => {
    expect(await problemsOfColumns('{ column: a.b.c, mask: redcat }')).toEqual([
      '8:30: masking.columns[0].mask: unknown value "redcat": did you mean "redact"?',
    ]);
  });

  test('a missing key is reported at the block that misses it, with an example', async () => {
    expect(
      await problemsOf(
        `listeners:\n  - name: appdb\n    protocol: postgres\n    listen: 127.0.0.1:1\n${MASKING}`,
      ),
    ).toEqual(['2:5: listeners[0]: "upstream" is missing: write upstream: { host: 127.0.0.1, port: 5432 }']);
  });

  test('an empty key is reported at the key', async () => {
    expect(await problemsOf(`listeners:\n${MASKING}`)).toEqual([
      '1:1: listeners: is empty: write listeners: [{ name: appdb, protocol: postgres }]',
    ]);
  });

  test('a wrong type says what must stand there', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}budget: { latencyMs: fast }\n`)).toEqual([
      '8:22: budget.latencyMs: is text, must be a number: write for example 250',
    ]);
  });

  test('a size with a unit is converted', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}limits: { messageSizeMax: 64MiB }\n`)).toEqual([
      '8:27: limits.messageSizeMax: is text, must be a number of bytes: write 67108864',
    ]);
  });

  test('a number out of range names its bound', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}limits:\n  connectionsMax: 0\n`)).toEqual([
      '9:19: limits.connectionsMax: is 0, must be at least 1',
    ]);
  });

  test('an element of the wrong type inside a list of texts is pointed at itself', async () => {
    expect(await problemsOfColumns('{ column: a.b.c, mask: redact, path: [$.ssn, 5] }')).toEqual([
      '8:52: masking.columns[0].path[1]: is a number, must be text or a list of texts',
    ]);
  });

  test('a key that is called like a built-in property is unknown, not believed', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}__proto__: { listeners: [] }\nconstructor: 1\n`)).toEqual([
      expect.stringMatching(/^8:1: __proto__: unknown key/),
      expect.stringMatching(/^9:1: constructor: unknown key/),
    ]);
  });

  test('protocols and modes that other tools have are answered in their own words', async () => {
    const listener = LISTENER.replace('postgres', 'mysql');
    const text = listener.replace('127.0.0.1 }', '127.0.0.1, tls: { mode: require } }') + MASKING;
    expect(await problemsOf(text)).toEqual([
      '3:15: listeners[0].protocol: protocol "mysql" is not supported by this version: ' +
        'write one of: postgres, http',
      `5:47: listeners[0].upstream.tls.mode: mode "require" does not verify the upstream's certificate: ` +
        'write one of: verify-full, verify-ca, dangerously-no-verify',
    ]);
  });

  test('every problem is reported at once, in the order of the file', async () => {
    const problems = await problemsOf(`listeners:
  - name: 7
    protocol: postgres
    listen: nowhere
    upstream: { host: 127.0.0.1, port: 70000 }
    tls: { cert: none.pem, key: none.key }
masking:
  columns:
    - { column: ssn, mask: partial }
  detect: { pack: [pii] }
log: { level: loud }
`);
    expect(problems.map((problem) => problem.split(' ', 2).join(' '))).toEqual([
      '2:11: listeners[0].name:',
      '4:13: listeners[0].listen:',
      '5:40: listeners[0].upstream.port:',
      '6:18: listeners[0].tls.cert:',
      '6:33: listeners[0].tls.key:',
      '9:17: masking.columns[0].column:',
      '9:28: masking.columns[0].mask:',
      '10:13: masking.detect.pack:',
      '11:15: log.level:',
    ]);
  });
});

describe('YAML', () => {
  test('an empty file, a file of comments and an empty document are empty configurations', async () => {
    const expected = ['1:1: the configuration is empty: write listeners: and masking:'];
    expect(await problemsOf('')).toEqual(expected);
    expect(await problemsOf('# nothing yet\n')).toEqual(expected);
    expect(await problemsOf('~\n')).toEqual(expected);
  });

  test('a list at the top is not a configuration', async () => {
    expect(await problemsOf('- listeners\n')).toEqual(['1:1: is a list, must be a block of keys']);
  });

  test('a duplicate key is reported beside all other problems', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}log: { level: loud }\n${MASKING}`)).toEqual([
      '8:15: log.level: unknown value "loud": write one of: debug, info, warn, error',
      '9:1: duplicate key "masking": keep one of them',
    ]);
  });

  test('a column pattern that begins with a star without quotes is explained', async () => {
    expect(await problemsOfColumns('{ column: *.*.salary, mask: nullify }')).toEqual([
      '8:17: a value that begins with * must be in quotes: write "*.*.salary"',
    ]);
  });

  test('broken YAML is reported at its place', async () => {
    expect(await problemsOf(`${LISTENER}masking: { detect: {\n`)).toEqual([
      expect.stringMatching(/^7:1: not valid YAML: /),
    ]);
    expect(await problemsOf('log:\n\tlevel: info\n')).toEqual([
      '2:1: a tab is used as indentation: use spaces',
    ]);
  });

  test('a second document and a tag are refused', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}---\na: 1\n`)).toEqual([
      '8:1: a second YAML document begins here: a configuration is one document, remove the ---',
    ]);
    expect(await problemsOf(`${LISTENER}${MASKING}log: { level: !env LEVEL }\n`)).toEqual([
      '8:15: YAML tags are not supported: remove the !tag',
      '8:20: log.level: unknown value "LEVEL": write one of: debug, info, warn, error',
    ]);
  });

  test('aliases that multiply without end are refused', async () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const inner = level === 0 ? '1' : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(9).fill(inner).join(', ')}]`;
    });
    expect(await problemsOf(levels.join('\n'))).toEqual([
      '1:1: aliases expand to too much data: write the values out',
    ]);
  });

  test('an alias points at the place it repeats', async () => {
    const text = `${LISTENER}masking:
  columns:
    - &rule { column: a.b.c, mask: partial }
    - *rule
`;
    const message = 'partial needs to know what to keep: add keepLast: 4, keepFirst: 2, or both';
    expect(await problemsOf(text)).toEqual([
      '8:23: masking.columns[1].column: same column as masking.columns[0]: keep one of the two rules',
      `8:36: masking.columns[0].mask: ${message}`,
      `8:36: masking.columns[1].mask: ${message}`,
    ]);
  });

  test('environment placeholders are not replaced, quoted or not', async () => {
    const message = `\${...} is not replaced: write the value, or { env: NAME } for a secret`;
    expect(await problemsOf(`${LISTENER}${MASKING}log: { level: "\${LEVEL}" }\n`)).toEqual([
      `8:15: log.level: ${message}`,
    ]);
    expect(await problemsOf(`${LISTENER}${MASKING}log: { level: \${LEVEL} }\n`)).toEqual([
      `8:16: ${message}`,
    ]);
    expect(
      await problemsOf(LISTENER.replace('host: 127.0.0.1', `host: "\${DB_HOST:-db}"`) + MASKING),
    ).toEqual([`5:23: listeners[0].upstream.host: ${message}`]);
  });

  test('a stand-in may look like a placeholder', async () => {
    expect(await problemsOfColumns(`{ column: a.b.c, mask: replace, value: "\${removed}" }`)).toEqual([]);
  });
});
