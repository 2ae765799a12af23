import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { findPostgres } from '../support/postgres-binaries.ts';
import { startPostgres } from '../support/postgres-server.ts';

describe.each(findPostgres())('startPostgres with PostgreSQL $version', (binaries) => {
  it.each(['trust', 'password', 'md5', 'scram-sha-256'] as const)('accepts a client by %s', async (auth) => {
    const server = await startPostgres({ binaries, auth });
    const client = new pg.Client({ connectionString: server.connectionString() });
    await client.connect();
    const { rows } = await client.query('show server_version_num');
    expect(Math.floor(Number(rows[0].server_version_num) / 10000)).toBe(binaries.major);
    await client.end();
    await server.stop();
  });

  it('refuses plaintext when TLS is required', async () => {
    const server = await startPostgres({ binaries, tls: 'required' });
    const client = new pg.Client({ connectionString: server.connectionString() });
    await expect(client.connect()).rejects.toMatchObject({ code: '28000' });
    await server.stop();
  });
});
