import { createHash } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type Canary, findCanary } from '../support/canary.ts';
import { findPostgres } from '../support/postgres-binaries.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { afterLogin, fingerprint } from '../support/postgres-streams.ts';
import { runPgbench, runPsql } from '../support/psql.ts';
import { message, RawClient } from '../support/raw-client.ts';
import { startTap } from '../support/tap.ts';

describe.each(findPostgres())('startPostgres, PostgreSQL $version', (binaries) => {
  it.each(['trust', 'password', 'md5', 'scram-sha-256'] as const)('accepts a client by %s', async (auth) => {
    const server = await startPostgres({ binaries, auth });
    const client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    const { rows } = await client.query('show server_version_num');
    expect(Math.floor(Number(rows[0].server_version_num) / 10000)).toBe(binaries.major);
    await client.end();
    const { host, port, user } = server;
    const wrong = new pg.Client({ host, port, user, database: 'postgres', password: 'no' });
    if (auth !== 'trust') await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  it('refuses plaintext when TLS is required', async () => {
    const server = await startPostgres({ binaries, tls: 'required' });
    const client = new pg.Client({ connectionString: server.connectionString() });
    await expect(client.connect()).rejects.toMatchObject({ code: '28000' });
    await server.stop();
  });

  it('runs psql and pgbench', async () => {
    const { port, stop } = await startPostgres({ binaries });
    const psql = await runPsql({ port, args: ['-At'], input: 'SELECT 6 * 7;\nSELECT 1/0;\n' });
    expect(psql).toMatchObject({ stdout: '42\n', stderr: expect.stringContaining('ERROR:  22012:') });
    const bench = await runPgbench({ port, args: ['-i', '-s', '1', '-I', 'dt'] });
    expect(bench.code).toBe(0);
    await stop();
  });
});

describe('findCanary', () => {
  const text: Canary = { name: 'text', text: 'CNRY-7f3a9c-Zq8Lw2-5839206174', middle: '7f3a9c-Zq8Lw2' };
  const number: Canary = { name: 'number', text: '918273645', middle: '918273645' };
  const value = text.text;
  const utf16 = Buffer.from(value, 'utf16le');
  const cells = (parts: readonly string[]): Buffer =>
    Buffer.concat(parts.flatMap((part) => [Buffer.of(0, 0, 0, part.length), Buffer.from(part)]));
  const bytesOf = (size: number, write: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.alloc(size);
    write(bytes);
    return bytes;
  };

  it.each<[string, Canary, Buffer | string]>([
    ['as it is', text, value],
    ['in upper case', text, value.toUpperCase()],
    ['in lower case', text, value.toLowerCase()],
    ['reversed', text, [...value].reverse().join('')],
    ['as hex', text, Buffer.from(value).toString('hex')],
    ['as upper-case hex', text, Buffer.from(value).toString('hex').toUpperCase()],
    ['as base64', text, Buffer.from(value).toString('base64')],
    ['as base64 after one byte', text, Buffer.from(`x${value}yz`).toString('base64')],
    ['as base64 after two bytes', text, Buffer.from(`xy${value}z`).toString('base64')],
    ['as UTF-16LE', text, utf16],
    ['as UTF-16BE', text, Buffer.from(utf16).swap16()],
    ['as MD5', text, createHash('md5').update(value).digest('hex')],
    ['as the bytes of an MD5', text, createHash('md5').update(value).digest()],
    ['as digits only', text, value.replace(/\D/g, '')],
    ['as five characters of its middle', text, '...c-Zq8...'],
    ['as one character per cell', text, cells([...value])],
    ['as text of a number', number, 'is 918273645.'],
    ['as int4', number, bytesOf(4, (bytes) => bytes.writeInt32BE(918273645))],
    ['as int8', number, bytesOf(8, (bytes) => bytes.writeBigInt64BE(918273645n))],
    ['as float8', number, bytesOf(8, (bytes) => bytes.writeDoubleBE(918273645))],
    ['as numeric', number, Buffer.from('0003000200000000000907230e3d', 'hex')],
    ['as hex number', number, (918273645).toString(16)],
    ['with thousands separators', number, '$918,273,645.00'],
  ])('finds a value %s', (_, canary, shape) => {
    const bytes = Buffer.concat([
      Buffer.from('before '),
      Buffer.from(shape as string),
      Buffer.from(' after'),
    ]);
    expect(findCanary(bytes, [canary])).toMatchObject({ canary: canary.name });
  });

  it('finds nothing in bytes that have nothing to do with it', () => {
    const others = ['CNRY', '[masked]', '58392', '9182', 'Zq8L', createHash('md5').update('x').digest('hex')];
    expect(findCanary(Buffer.from(others.join(' ')), [text, number])).toBeUndefined();
  });
});

describe('startTap and afterLogin', () => {
  it('record both directions, and tell connections that differ in one byte', async () => {
    const server = await startPostgres();
    const tap = await startTap({ port: server.port });
    for (const statement of ["SELECT 'one'", "SELECT 'one'", "SELECT 'onf'"]) {
      const client = await RawClient.login(tap.port);
      client.send(message.query(statement));
      await client.untilReady();
      await client.end();
    }
    await tap.untilQuiet();
    const prints = tap.connections.map((connection) => fingerprint(afterLogin(connection)!));
    expect(prints[0]).toBe(prints[1]);
    expect(prints[0]).not.toBe(prints[2]);
    expect(tap.connections[2]?.toClient.includes('onf')).toBe(true);
    await tap.close();
    await server.stop();
  });
});
