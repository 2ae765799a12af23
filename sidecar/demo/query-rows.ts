import pg from 'pg';
import type { TextRows } from './side-by-side.ts';

/** Every value as the text the server sent. */
const AS_SENT = { getTypeParser: () => (value: string) => value };

/** Runs queries on 127.0.0.1 over one connection, as any application would. */
export async function queryRows(port: number, queries: readonly string[]): Promise<readonly TextRows[]> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    database: 'postgres',
    password: 'postgres',
    ssl: false,
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  // Without a listener, a connection that is lost between two queries would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const results: TextRows[] = [];
    for (const text of queries) {
      const result = await client.query<(string | null)[]>({ text, rowMode: 'array', types: AS_SENT });
      results.push({ columns: result.fields.map((field) => field.name), rows: result.rows });
    }
    return results;
  } finally {
    await client.end();
  }
}
