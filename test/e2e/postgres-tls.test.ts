import { createServer, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import pg from 'pg';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ListenerTls, UpstreamTls } from '../../sidecar/sidecar-types.ts';
import { findPostgres } from '../support/postgres-binaries.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { runPsql } from '../support/psql.ts';
import { errorFields, message, RawClient } from '../support/raw-client.ts';
import { startTestSidecar, type TestSidecar } from '../support/sidecar.ts';
import { startTap, type Tap } from '../support/tap.ts';
import { tlsFiles, tlsPem } from '../support/tls-fixtures.ts';

const LISTENER_TLS: ListenerTls = {
  cert: Buffer.from(tlsPem.certificate),
  key: Buffer.from(tlsPem.key),
  required: true,
};
const UPSTREAM_TLS: UpstreamTls = {
  mode: 'verify-full',
  ca: Buffer.from(tlsPem.ca),
  serverName: 'localhost',
  direct: false,
};
const MASKING = {
  columns: [{ column: 'public.people.ssn', mask: 'redact' as const }],
  detect: { mask: 'redact' as const, packs: [] },
};
const SECRET = 'CNRY-4d9f2a-Tz6Kp1';
const PG_TLS = { ca: tlsPem.ca, servername: 'localhost' };

/** Closed after the test that opened them. */
const open: { close(): Promise<unknown> }[] = [];

const sidecarFor = async (
  upstreamPort: number,
  tls: { up?: UpstreamTls; down?: ListenerTls },
): Promise<TestSidecar> => {
  const sidecar = await startTestSidecar({
    upstreamPort,
    masking: MASKING,
    ...(tls.up === undefined ? {} : { upstreamTls: tls.up }),
    ...(tls.down === undefined ? {} : { listenerTls: tls.down }),
  });
  open.push(sidecar);
  return sidecar;
};

const tapOf = async (port: number): Promise<Tap> => {
  const tap = await startTap({ port });
  open.push(tap);
  return tap;
};

/** Asks for TLS as clients before version 17 do, then shakes hands. */
const upgrade = async (port: number, first: readonly Buffer[] = []): Promise<TLSSocket> => {
  const plain = await RawClient.connect(port);
  for (const request of first) {
    plain.send(request);
    expect((await plain.untilBytes(1)).toString()).toBe('N');
  }
  plain.send(message.sslRequest());
  expect((await plain.untilBytes(1)).toString()).toBe('S');
  plain.socket.removeAllListeners('data');
  return await handshake({ socket: plain.socket });
};

const handshake = async (options: ConnectionOptions): Promise<TLSSocket> => {
  const socket = connectTls({ ca: tlsPem.ca, servername: 'localhost', ...options });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed during the handshake')));
  });
  return socket;
};

/** Everything a client got before the connection ended or the first ReadyForQuery. */
const login = async (client: RawClient): Promise<RawClient> => {
  await client.startup();
  return client;
};

const expectFatal = (client: RawClient): Readonly<Record<string, string>> => {
  const error = client.messages.find(({ type }) => type === 'E');
  expect(error, 'an ErrorResponse').toBeDefined();
  const fields = errorFields(error!.body);
  expect(fields['S']).toBe('FATAL');
  expect(fields['C']).toMatch(/^[0-9A-Z]{5}$/);
  return fields;
};

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

describe.each(findPostgres())('TLS and authentication, PostgreSQL $version', (binaries) => {
  let server: PostgresServer;
  let plainServer: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({ binaries, tls: 'required', auth: 'scram-sha-256' });
    plainServer = await startPostgres({ binaries, auth: 'scram-sha-256' });
    for (const { port, password } of [server, plainServer]) {
      const owner = new pg.Client({
        host: '127.0.0.1',
        port,
        user: 'postgres',
        password,
        database: 'postgres',
        ...(port === server.port ? { ssl: PG_TLS } : {}),
      });
      await owner.connect();
      await owner.query('CREATE TABLE people (id int, ssn text)');
      await owner.query('INSERT INTO people VALUES (1, $1)', [SECRET]);
      await owner.end();
    }
  });

  afterAll(async () => {
    await server?.stop();
    await plainServer?.stop();
  });

  const pgConfig = (port: number, ssl: pg.ClientConfig['ssl'] = false): pg.ClientConfig => ({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password: server.password,
    database: 'postgres',
    ssl,
  });

  const readByPg = async (config: pg.ClientConfig): Promise<{ id: number; ssn: string }> => {
    const client = new pg.Client(config);
    try {
      await client.connect();
      return (await client.query('SELECT id, ssn FROM people')).rows[0];
    } finally {
      await client.end();
    }
  };

  const psqlEnv = (settings: Readonly<Record<string, string>>): Record<string, string> => ({
    PGPASSWORD: server.password,
    PGSSLMODE: 'verify-full',
    PGSSLROOTCERT: tlsFiles.ca,
    PGHOST: 'localhost',
    PGHOSTADDR: '127.0.0.1',
    ...settings,
  });

  it('both legs are encrypted, the value is masked', async () => {
    const up = await tapOf(server.port);
    const { port } = await sidecarFor(up.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const down = await tapOf(port);
    const row = await readByPg(pgConfig(down.port, PG_TLS));
    expect(row.id).toBe(1);
    expect(row.ssn).not.toContain('CNRY');
    for (const tap of [up, down]) {
      for (const { toServer, toClient } of tap.connections) {
        for (const word of ['people', SECRET, 'postgres']) {
          expect(toServer.includes(word)).toBe(false);
          expect(toClient.includes(word)).toBe(false);
        }
      }
    }
  });

  it.each([
    ['TLS on both legs', UPSTREAM_TLS, LISTENER_TLS],
    ['TLS upstream only', UPSTREAM_TLS, undefined],
    ['TLS downstream only', undefined, LISTENER_TLS],
    ['no TLS', undefined, undefined],
  ])('SCRAM works for psql, pg and postgres.js: %s', async (_, up, down) => {
    const { port } = await sidecarFor(up === undefined ? plainServer.port : server.port, {
      ...(up === undefined ? {} : { up }),
      ...(down === undefined ? {} : { down }),
    });
    const env = psqlEnv(down === undefined ? { PGSSLMODE: 'disable' } : { PGCHANNELBINDING: 'disable' });
    const psql = await runPsql({ port, args: ['-At'], input: 'SELECT id, ssn FROM people;\n', env });
    expect(psql.stderr).toBe('');
    expect(psql.stdout).toMatch(/^1\|/);
    expect(psql.stdout).not.toContain('CNRY');
    const row = await readByPg(pgConfig(port, down === undefined ? false : PG_TLS));
    expect(row.ssn).not.toContain('CNRY');
    const sql = postgres({
      ...{
        host: '127.0.0.1',
        port,
        user: 'postgres',
        password: server.password,
        database: 'postgres',
        max: 1,
      },
      ssl: down === undefined ? false : PG_TLS,
    });
    const [first] = await sql`SELECT id, ssn FROM people`;
    expect(first?.['id']).toBe(1);
    await sql.end();
  });

  it('SCRAM-SHA-256-PLUS is not offered over a terminated link', async () => {
    const { port } = await sidecarFor(server.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const client = RawClient.over(await upgrade(port));
    client.expectMessages();
    client.send(message.startup({ user: 'postgres', database: 'postgres' }));
    await client.untilType('R');
    const { body } = client.messages[0]!;
    expect(body.readInt32BE(0), 'AuthenticationSASL').toBe(10);
    const mechanisms = body
      .subarray(4)
      .toString()
      .split('\0')
      .filter((name) => name !== '');
    expect(mechanisms).toEqual(['SCRAM-SHA-256']);
    client.socket.destroy();
  });

  // A client that could bind says so in its first message, which the server takes for a downgrade attack
  // when it can bind as well: through two TLS legs that cannot work, and must not fail without a word.
  it.each(['prefer', 'require'])('a client with channel_binding=%s is told, not tricked', async (binding) => {
    const { port } = await sidecarFor(server.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const { stderr, code } = await runPsql({
      port,
      input: 'SELECT 1;\n',
      env: psqlEnv({ PGCHANNELBINDING: binding }),
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/channel[ _]binding/);
  });

  it('a wrong password gets the error of the server', async () => {
    const { port } = await sidecarFor(server.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const config = { ...pgConfig(port, PG_TLS), password: 'wrong' };
    await expect(readByPg(config)).rejects.toMatchObject({ code: '28P01' });
  });

  it('a client that does not ask for TLS is refused where it is required', async () => {
    const up = await tapOf(server.port);
    const { port } = await sidecarFor(up.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    expectFatal(await login(await RawClient.connect(port)));
    expect(up.connections.every(({ toServer }) => !toServer.includes('postgres'))).toBe(true);
  });

  it('a client may stay in plaintext where TLS is not required', async () => {
    const { port } = await sidecarFor(server.port, {
      up: UPSTREAM_TLS,
      down: { ...LISTENER_TLS, required: false },
    });
    expect((await readByPg(pgConfig(port))).id).toBe(1);
    expect((await readByPg(pgConfig(port, PG_TLS))).id).toBe(1);
  });

  it('GSSENCRequest first, then TLS', async () => {
    const { port } = await sidecarFor(server.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const socket = await upgrade(port, [message.gssEncRequest()]);
    expect(socket.encrypted).toBe(true);
    socket.destroy();
  });

  it('direct TLS needs the ALPN name of the protocol', async () => {
    const { port } = await sidecarFor(server.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const socket = await handshake({ host: '127.0.0.1', port, ALPNProtocols: ['postgresql'] });
    expect(socket.alpnProtocol).toBe('postgresql');
    const client = RawClient.over(socket);
    client.expectMessages();
    client.send(message.startup({ user: 'postgres', database: 'postgres' }));
    await client.untilType('R');
    expect(client.messages[0]?.body.readInt32BE(0)).toBe(10);
    socket.destroy();
    const others = [{}, { ALPNProtocols: ['http/1.1'] }];
    for (const options of others) {
      const refused = handshake({ host: '127.0.0.1', port, ...options }).then(async (accepted) => {
        // TLS 1.3 may report the alert only after the client believes it is done.
        const late = RawClient.over(accepted);
        late.expectMessages();
        late.send(message.startup({ user: 'postgres' }));
        await late.untilClosed(5_000);
        expect(late.messages.filter(({ type }) => type === 'R')).toEqual([]);
        throw new Error('closed after the handshake');
      });
      await expect(refused).rejects.toThrow();
    }
  });

  it('direct TLS towards the server, as far as its version knows it', async () => {
    const { port } = await sidecarFor(server.port, {
      up: { ...UPSTREAM_TLS, direct: true },
      down: LISTENER_TLS,
    });
    const reading = readByPg(pgConfig(port, PG_TLS));
    if (binaries.major >= 17) expect((await reading).id).toBe(1);
    else await expect(reading).rejects.toThrow();
  });

  it('bytes behind SSLRequest that came before the handshake are not taken as encrypted', async () => {
    const up = await tapOf(server.port);
    const { port } = await sidecarFor(up.port, { up: UPSTREAM_TLS, down: LISTENER_TLS });
    const client = await RawClient.connect(port);
    client.send(
      message.sslRequest(),
      message.startup({ user: 'early', database: 'postgres' }),
      message.query('SELECT 1'),
    );
    await client.untilClosed();
    const answer = client.pending.toString('latin1');
    // An S may have been on its way; messages in plaintext may not, except the refusal.
    expect(answer).not.toMatch(/^S?R/);
    expect(Buffer.concat(up.connections.map(({ toServer }) => toServer)).includes('early')).toBe(false);
  });

  it('a cancel request over TLS', async () => {
    const { port } = await sidecarFor(plainServer.port, { down: LISTENER_TLS });
    const client = new pg.Client(pgConfig(port, PG_TLS));
    await client.connect();
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const sleeping = client.query('SELECT pg_sleep(20)');
    const cancelled = expect(sleeping).rejects.toMatchObject({ code: '57014' });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const key = Buffer.alloc(4);
    key.writeInt32BE(secretKey);
    const canceller = await upgrade(port);
    canceller.write(message.cancelRequest(processID, key));
    canceller.on('error', () => undefined);
    await cancelled;
    canceller.destroy();
    await client.end();
  });

  describe('a server that cannot be trusted is an error, and gets to know nothing', () => {
    const refusedBy = async (upstreamPort: number, up: UpstreamTls): Promise<void> => {
      const tap = await tapOf(upstreamPort);
      const { port, logs } = await sidecarFor(tap.port, { up });
      expectFatal(await login(await RawClient.connect(port)));
      await expect(readByPg(pgConfig(port))).rejects.toThrow();
      const sent = Buffer.concat(tap.connections.map(({ toServer }) => toServer));
      expect(sent.includes('postgres\0')).toBe(false);
      expect(logs.length).toBeGreaterThan(0);
    };

    it('one that refuses TLS', async () => {
      await refusedBy(plainServer.port, UPSTREAM_TLS);
    });

    it('one signed by another authority', async () => {
      await refusedBy(server.port, { ...UPSTREAM_TLS, ca: Buffer.from(tlsPem.otherCa) });
    });

    it('one with another name, under verify-full', async () => {
      await refusedBy(server.port, { ...UPSTREAM_TLS, serverName: 'db.example.com' });
    });

    it.each([
      ['S with plaintext behind it', Buffer.from('SR\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1')],
      ['an ErrorResponse', Buffer.concat([Buffer.from('E\0\0\0\x10SFATAL\0'), Buffer.from('M!\0\0')])],
      ['something else', Buffer.from('H')],
      ['nothing, and closes', Buffer.alloc(0)],
    ])('one that answers SSLRequest with %s', async (_, answer) => {
      const sockets = new Set<Socket>();
      const fake = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('data', () => (answer.length === 0 ? socket.end() : socket.write(answer)));
      });
      await new Promise<void>((resolve) => fake.listen(0, '127.0.0.1', resolve));
      try {
        await refusedBy((fake.address() as { port: number }).port, UPSTREAM_TLS);
      } finally {
        for (const socket of sockets) socket.destroy();
        fake.close();
      }
    });
  });

  it('another name is accepted under verify-ca, another authority only dangerously', async () => {
    const lenient = await sidecarFor(server.port, {
      up: { ...UPSTREAM_TLS, mode: 'verify-ca', serverName: 'db.example.com' },
    });
    expect((await readByPg(pgConfig(lenient.port))).id).toBe(1);
    const unsafe = await sidecarFor(server.port, {
      up: { ...UPSTREAM_TLS, mode: 'dangerously-no-verify', ca: Buffer.from(tlsPem.otherCa) },
    });
    expect((await readByPg(pgConfig(unsafe.port))).id).toBe(1);
    const otherAuthority = await sidecarFor(server.port, {
      up: { ...UPSTREAM_TLS, mode: 'verify-ca', ca: Buffer.from(tlsPem.otherCa) },
    });
    await expect(readByPg(pgConfig(otherAuthority.port))).rejects.toThrow();
  });
});
