import type { MaskingOptions } from '../../sidecar/sidecar-types.ts';
import type { Canary } from './canary.ts';
import type { LoginOptions, RawClient } from './raw-client.ts';

/** A real client that runs a case. `pg binary` asks for results in binary format. */
export type DriverName = 'pg text' | 'pg binary' | 'postgres.js' | 'psql';

/** Every driver, in the order cases run. */
export const DRIVER_NAMES: readonly DriverName[] = ['pg text', 'pg binary', 'postgres.js', 'psql'];

/**
 * What becomes of a case: `masked` = it works as it does without wiremask, and no value is in it; `refused`
 * = at
 * least one statement gets an ErrorResponse it would not get otherwise; `either` = one of the two.
 */
export type Verdict = 'masked' | 'refused' | 'either';

interface CaseBase {
  /** What is tried, in words. */
  readonly name: string;
  readonly expects: Verdict;
  /** SQL run beforehand, by the owner and not through wiremask. */
  readonly setup?: readonly string[];
  /** Oldest major version that knows the syntax. */
  readonly since?: number;
  /** The case alters what other cases rely on: it gets a database of its own. */
  readonly ownDatabase?: true;
  /** Values computed from a protected one that give it away as well. */
  readonly derived?: readonly string[];
  /** Why even an unprotected connection shows no value: the server itself refuses. */
  readonly neverExposes?: string;
}

/** SQL statements, run in order on one connection. */
export interface StatementCase extends CaseBase {
  readonly kind?: undefined;
  /** `{port}` and `{database}` stand for the server's own; a line that starts with `@owner ` runs beside. */
  readonly statements: readonly string[];
  /** Default: all. */
  readonly drivers?: readonly DriverName[];
}

/** A conversation at the level of messages. */
export interface ProtocolCase extends CaseBase {
  readonly kind: 'protocol';
  readonly login?: LoginOptions;
  /** Default `true`: the script gets a client that is logged in already. */
  readonly isLoggedIn?: boolean;
  /** @throws When the conversation is not what the protocol promises, or hangs. */
  run(client: RawClient, context: ProtocolContext): Promise<void>;
}

/** What a protocol script can reach besides its client. */
export interface ProtocolContext {
  /** Where clients connect. */
  readonly port: number;
  readonly database: string;
  /** Runs SQL by the owner and not through wiremask. */
  owner(sql: string): Promise<void>;
}

/** One way to get a value out. */
export type LeakCase = StatementCase | ProtocolCase;

/** Rows 1 and 2 hold every canary; row 3 is NULL wherever it can be. */
export const canaries: readonly Canary[] = [
  { name: 'u.ssn of row 1', text: 'CNRY-7f3a9c-Zq8Lw2-5839206174', middle: '7f3a9c-Zq8Lw2' },
  { name: 'u.ssn of row 2', text: 'CNRY-b81d4e-Xk5Vn7-2746190835', middle: 'b81d4e-Xk5Vn7' },
  { name: 'u.sal of row 1', text: '918273645', middle: '918273645' },
  { name: 'u.sal of row 2', text: '827364519', middle: '827364519' },
  { name: 'u.j ssn of row 1', text: 'CNRJ-d27e6b-Hy4Tp9', middle: 'd27e6b-Hy4Tp9' },
  { name: 'u.j ssn of row 2', text: 'CNRJ-c58a3f-Wn2Qd6', middle: 'c58a3f-Wn2Qd6' },
  { name: 'u.tags[1] of row 1', text: 'CNRT-e94c1a-Gm6Rs3', middle: 'e94c1a-Gm6Rs3' },
  { name: 'u.tags[2] of row 1', text: 'CNRT-a56f8d-Bw1Jc4', middle: 'a56f8d-Bw1Jc4' },
  { name: 'pt.ssn', text: 'CNRP-f3b7e2-Fd9Uk5', middle: 'f3b7e2-Fd9Uk5' },
];

const texts: readonly string[] = canaries.map(({ text }) => text);
const [ssn1, ssn2, sal1, sal2, json1, json2, tag1, tag2, partition] = texts;

/** Tables of the test database. */
export const SCHEMA_SQL: string = `
CREATE TABLE u (
  id int PRIMARY KEY CHECK (id < 1000), ssn text UNIQUE, email text UNIQUE, sal int, j jsonb, tags text[]);
CREATE TABLE pt (id int, ssn text) PARTITION BY LIST (id);
CREATE TABLE pt_1 PARTITION OF pt FOR VALUES IN (1);
CREATE TABLE orders (id int PRIMARY KEY, u_id int, amount numeric, note text);
`;

/** Rows of the test database; run anew after every case. */
export const DATA_SQL: string = `
TRUNCATE u, pt, orders;
INSERT INTO u VALUES
  (1, '${ssn1}', 'ann@example.test', ${sal1}, '{"ssn": "${json1}", "note": "first"}', '{${tag1},${tag2}}'),
  (2, '${ssn2}', 'bob@example.test', ${sal2}, '{"ssn": "${json2}", "note": "second"}', '{}'),
  (3, NULL, NULL, NULL, NULL, NULL);
INSERT INTO pt VALUES (1, '${partition}');
INSERT INTO orders SELECT n, 1 + n % 2, n * 1.5, 'order ' || n FROM generate_series(1, 5) n;
`;

/** Drops whatever a case has made. */
export const CLEAN_SQL: string = `
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT c.oid::regclass AS name, c.relkind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r','v','m','f','S','p')
      AND c.relname NOT IN ('u','pt','pt_1','orders') AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e','a','i') AND c.relkind = 'S')
  LOOP
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = r.name::oid) THEN CONTINUE; END IF;
    EXECUTE format('DROP %s IF EXISTS %s CASCADE', CASE r.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN
      'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, r.name);
  END LOOP;
  FOR r IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP
    IF NOT EXISTS (SELECT FROM pg_proc WHERE oid = r.name::oid) THEN CONTINUE; END IF;
    EXECUTE format('DROP ROUTINE %s CASCADE', r.name);
  END LOOP;
  FOR r IN SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'
  LOOP EXECUTE format('DROP EXTENSION %I CASCADE', r.extname); END LOOP;
  PERFORM lo_unlink(oid) FROM pg_largeobject_metadata;
END $$;
`;

/** The rules every case runs under, in the words of the configuration. */
export const LEAK_MASKING: MaskingOptions = {
  columns: [
    { column: 'public.u.ssn', mask: 'redact' },
    { column: 'public.u.sal', mask: 'redact' },
    { column: 'public.u.tags', mask: 'redact' },
    { column: 'public.u.j', mask: 'redact', path: ['$.ssn'] },
    { column: 'public.pt.ssn', mask: 'redact' },
  ],
  detect: { mask: 'redact', packs: [] },
  unattributed: 'mask',
};
