import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { runPsql } from '../support/psql.ts';
import { startTestSidecar, type TestSidecar } from '../support/sidecar.ts';

// All made up; checksums hold where a rule asks for them.
const planted = {
  card: '4111 1111 1111 1111',
  email: 'ada.lovelace@example.com',
  ssn: '536-90-4399',
  iban: 'DE89 3704 0044 0532 0130 00',
  ip: '203.0.113.77',
  phone: '+44 20 7946 0958',
  awsKey: 'AKIAQYLPMN5HHHFPZAM2',
  password: 'vK9-tz!Rm4q',
  jwt: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  url: 'fT7Qp2xW9s',
} as const;

const ordinary = ['id', 'code', 'made', 'price', 'tracking', 'digest', 'label', 'ratio'] as const;

const CREATE = `CREATE TABLE tickets (
  id bigint, code uuid, made timestamptz, price numeric(10,2), tracking text, digest text, label text,
  ratio float8, note text, doc jsonb, tags text[])`;

const INSERT = `INSERT INTO tickets
  SELECT n, md5(n::text)::uuid, timestamptz '2024-03-01 08:15:00+00' + n * interval '1 hour', n * 1.25,
    '1Z' || upper(substr(md5(n::text), 1, 16)), encode(sha256(n::text::bytea), 'hex'), 'label ' || n, n / 7.0,
    $1, $2::jsonb, $3::text[]
  FROM generate_series(1, 50) n`;

const note = `Customer ${planted.email} paid with ${planted.card}; call ${planted.phone} from ${planted.ip}.
SSN ${planted.ssn}, IBAN ${planted.iban}. See https://ada:${planted.url}@db.example.com/x`;
const doc = {
  kind: 'signup',
  count: 12,
  user: { contact: planted.email, password: planted.password },
  settings: [{ name: 'aws', value: planted.awsKey }],
  session: planted.jwt,
};
const tags = ['new', `mail ${planted.email}`, planted.card];

describe('detectors in front of a real PostgreSQL', () => {
  let server: PostgresServer;
  let sidecar: TestSidecar;
  let direct: pg.Client;
  let masked: pg.Client;

  beforeAll(async () => {
    server = await startPostgres();
    direct = new pg.Client({ connectionString: server.connectionString() });
    await direct.connect();
    await direct.query(CREATE);
    await direct.query(INSERT, [note, JSON.stringify(doc), tags]);
    sidecar = await startTestSidecar({ upstreamPort: server.port, masking: { detect: { mask: 'redact' } } });
    masked = new pg.Client({ host: '127.0.0.1', port: sidecar.port, user: 'postgres', database: 'postgres' });
    await masked.connect();
  });

  afterAll(async () => {
    await direct?.end();
    await masked?.end();
    await sidecar?.close();
    await server?.stop();
  });

  const leaked = (text: string): string[] =>
    Object.entries(planted)
      .filter(([, value]) => text.includes(value))
      .map(([name]) => name);

  it.each(['text', 'binary'] as const)('every planted value is masked, in %s format', async (format) => {
    const query = { text: 'SELECT note, doc, tags FROM tickets', binary: format === 'binary' };
    const { rows } = await masked.query({ ...query, types: { getTypeParser: () => String } });
    expect(rows).toHaveLength(50);
    expect(leaked(JSON.stringify(rows))).toEqual([]);
    const { rows: open } = await direct.query({ text: query.text });
    expect(leaked(JSON.stringify(open)).toSorted()).toEqual(Object.keys(planted).toSorted());
  });

  it('documents and arrays keep their shape, and what is not sensitive', async () => {
    const { rows } = await masked.query('SELECT doc, tags FROM tickets LIMIT 1');
    const { user, settings, session, ...rest } = rows[0].doc;
    expect(rest).toEqual({ kind: 'signup', count: 12 });
    expect(Object.keys(user)).toEqual(['contact', 'password']);
    expect(settings).toHaveLength(1);
    expect(session).toMatch(/^\[masked/);
    expect(rows[0].tags).toHaveLength(3);
    expect(rows[0].tags[0]).toBe('new');
  });

  it('ordinary columns arrive byte by byte', async () => {
    const text = `SELECT ${ordinary.join(', ')} FROM tickets ORDER BY id`;
    const raw = { text, types: { getTypeParser: () => (value: string) => value } };
    expect((await masked.query(raw)).rows).toEqual((await direct.query(raw)).rows);
  });

  it.each(['text', 'csv'])('COPY in %s format masks the same and passes the same', async (format) => {
    const copy = (port: number, columns: string): Promise<string> =>
      runPsql({
        port,
        args: ['-c', `COPY (SELECT ${columns} FROM tickets ORDER BY id) TO STDOUT (FORMAT ${format})`],
      }).then(({ stdout }) => stdout);
    const columns = ordinary.join(', ');
    expect(await copy(sidecar.port, columns)).toBe(await copy(server.port, columns));
    const through = await copy(sidecar.port, 'note, doc, tags');
    expect(through.split('\n').length).toBeGreaterThan(50);
    expect(leaked(through)).toEqual([]);
  });
});
