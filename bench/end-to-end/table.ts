import { RawClient } from './raw-client.ts';

/** The statement whose rows are measured. */
export const SELECT_ROWS = 'select * from bench_rows';

// About 170 bytes a row on the wire, in eight columns; nothing in it that a detector should find.
const CREATE = (rows: number): string => `
  create unlogged table bench_rows as select
    n::int4 as id,
    (array['Ada', 'Grace', 'Marie', 'Bo', 'Ingrid', 'Tomasz', 'Chidi', 'Yuki'])[1 + n % 8] as first_name,
    (array['Lovelace', 'Hopper', 'Andersson', 'Okonkwo', 'Tanaka', 'Kowalska', 'Curie'])[1 + n % 7]
      as family_name,
    (array['London', 'Reykjavik', 'Frankfurt am Main', 'Ouagadougou', 'Valparaiso'])[1 + n % 5] as city,
    (array['active', 'pending', 'closed', 'on-hold'])[1 + n % 4] as status,
    'article ' || n % 977 || ' in small stock' as article,
    timestamp '2024-03-01 08:15:00' + n % 500000 * interval '1 minute' as changed,
    'Called back on the second day, will order again in spring' as note
  from generate_series(1, ${rows}) as n`;

/** Makes the table, and reads it once so that it is in memory. */
export async function createTable(port: number, rows: number): Promise<void> {
  const client = await RawClient.connect(port);
  await client.query(CREATE(rows));
  await client.query('vacuum analyze bench_rows');
  await client.query(SELECT_ROWS);
  client.close();
}
