import { describe, expect, test } from 'vitest';
import { loadConfigText } from '../../sidecar/config/load-config.ts';
import { LISTENER, MASKING, problemsOf, removeDirectoryAfterwards, tls } from './config-support.ts';

removeDirectoryAfterwards();

describe('listeners', () => {
  const listener = (name: string, listen: string, more = ''): string =>
    `  - { name: ${name}, protocol: postgres, listen: "${listen}", upstream: { host: 10.0.0.5 }${more} }\n`;

  test('two listeners with one name are refused', async () => {
    const text = `listeners:\n${listener('a', '127.0.0.1:1')}${listener('a', '127.0.0.1:2')}${MASKING}`;
    expect(await problemsOf(text)).toEqual([
      '3:13: listeners[1].name: duplicate listener name "a", as in listeners[0]: give each its own',
    ]);
  });

  test.each([
    ['127.0.0.1:6432', '127.0.0.1:6432'],
    ['localhost:6432', '127.0.0.1:6432'],
    ['[::1]:6432', '[::1]:6432'],
    ['./a.sock', './b/../a.sock'],
  ])('%s and %s cannot both be bound', async (first, second) => {
    const text = `listeners:\n${listener('a', first)}${listener('b', second)}${MASKING}`;
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(
        /^3:44: listeners\[1\].listen: .* is already taken by listeners\[0\].listen: choose another$/,
      ),
    ]);
  });

  test('a wildcard address collides with every address of its port', async () => {
    const plain = ', dangerouslyAllowPlaintext: true';
    const both = listener('a', '0.0.0.0:6432', plain) + listener('b', '127.0.0.1:6432');
    const text = `listeners:\n${both}${MASKING}`;
    expect(await problemsOf(text)).toEqual([
      expect.stringContaining('3:44: listeners[1].listen: 127.0.0.1:6432 is already'),
    ]);
  });

  test('free ports and different ports do not collide', async () => {
    const all = listener('a', '127.0.0.1:0') + listener('b', '127.0.0.1:0') + listener('c', '[::1]:9');
    const text = `listeners:\n${all}${MASKING}`;
    expect(await problemsOf(text)).toEqual([]);
  });

  test.each([
    [
      '6432',
      'not an address: write host:port, such as 127.0.0.1:6432, ' +
        'or the path of a unix socket, such as /run/wiremask.sock',
    ],
    ['127.0.0.1', expect.stringContaining('not an address: write host:port')],
    ['::1', expect.stringContaining('write "[::1]:6432"')],
    ['127.0.0.1:70000', 'port 70000 is out of range: write a port from 0 to 65535'],
    ['*:6432', '* is not a host: write 0.0.0.0 or [::] to listen on every address'],
    ['[localhost]:6432', 'brackets are for IPv6 addresses: write host:port without them'],
    [`/${'x'.repeat(200)}`, 'socket path of 201 bytes: a unix socket path holds at most 103'],
  ])('%s is no listening address', async (address, message) => {
    const loaded = await loadConfigText(`listeners:\n${listener('a', address)}${MASKING}`, 'w.yaml', {
      env: {},
    });
    expect(loaded.ok ? [] : loaded.problems).toEqual([
      { path: 'listeners[0].listen', file: 'w.yaml', line: 2, column: 44, message },
    ]);
  });

  test.each(['0.0.0.0:6432', '[::]:6432', '192.168.1.7:6432', 'db.internal:6432', '[::ffff:10.0.0.1]:1'])(
    'plaintext on %s is refused unless asked for',
    async (address) => {
      expect(await problemsOf(`listeners:\n${listener('a', address)}${MASKING}`)).toEqual([
        '2:44: listeners[0].listen: other machines can connect here in plaintext: ' +
          'add tls: { cert, key }, or dangerouslyAllowPlaintext: true',
      ]);
      const asked = listener('a', address, ', dangerouslyAllowPlaintext: true');
      expect(await problemsOf(`listeners:\n${asked}${MASKING}`)).toEqual([]);
    },
  );

  test('TLS that is only offered to other machines is plaintext too', async () => {
    const offered = `, tls: { cert: ${tls}/server.crt, key: ${tls}/server.key, required: false }`;
    expect(await problemsOf(`listeners:\n${listener('a', '0.0.0.0:1', offered)}${MASKING}`)).toEqual([
      expect.stringMatching(
        /^2:\d+: listeners\[0\].tls.required: other machines can connect here in plaintext/,
      ),
    ]);
    expect(await problemsOf(`listeners:\n${listener('a', '127.0.0.1:1', offered)}${MASKING}`)).toEqual([]);
  });

  test('a listener that is its own upstream is refused', async () => {
    expect(await problemsOf(LISTENER.replace('6432', '5432') + MASKING)).toEqual([
      "5:15: listeners[0].upstream: is the listener's own address: write the database's",
    ]);
  });

  test('an authority that would not be asked is refused', async () => {
    const text = LISTENER.replace(
      '127.0.0.1 }',
      `127.0.0.1, tls: { mode: dangerously-no-verify, ca: ${tls}/ca.crt } }`,
    );
    expect(await problemsOf(text + MASKING)).toEqual([
      '5:70: listeners[0].upstream.tls.ca: dangerously-no-verify ignores ca: ' +
        'write mode: verify-full, or remove ca',
    ]);
  });

  test('the admin endpoint stays on loopback and off the listeners', async () => {
    expect(await problemsOf(`${LISTENER}${MASKING}admin: { listen: "0.0.0.0:9464" }\n`)).toEqual([
      '8:18: admin.listen: health and metrics are unprotected: listen on 127.0.0.1, ' +
        'or add dangerouslyAllowNonLoopback: true',
    ]);
    expect(await problemsOf(`${LISTENER}${MASKING}admin: { listen: "127.0.0.1:6432" }\n`)).toEqual([
      '8:18: admin.listen: 127.0.0.1:6432 is already taken by listeners[0].listen: choose another',
    ]);
  });
});
