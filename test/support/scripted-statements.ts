import { emptyCatalogDraft } from '../../src/session/postgres/catalog/catalog-queries.ts';
import type { CatalogSnapshot } from '../../src/session/postgres/catalog/catalog-snapshot.ts';
import { answer, type Script, type ScriptCell, type ScriptColumn, type Scripts } from './scripted-values.ts';

/** OIDs of the relations that scripted statements read. */
export const oids = { u: 20_001, view: 20_002, city: 20_003, stranger: 20_999 } as const;

/** Values of protected columns. Each holds a word that stands nowhere else. */
export const secrets = {
  ssn: 'ssn-kanarie-078-05-1120',
  email: 'mail.canarinho@example.org',
  salary: 1_234_567_891,
  json: '{"ssn": "json-kanarek-1", "city": "Lodz"}',
  tag: 'tag-kanarinka',
} as const;

/** What must not be found in any output, as latin1 text: the words above, and the number in both formats. */
export const needles: readonly string[] = [
  'kanarie',
  'canarinho',
  '1234567891',
  Buffer.from([0x49, 0x96, 0x02, 0xd3]).toString('latin1'),
  'kanarek',
  'kanarinka',
];

const uColumns = ['id', 'ssn', 'email', 'sal', 'j', 'tags'] as const;
const uTypes = { id: 'int4', ssn: 'text', email: 'text', sal: 'int4', j: 'jsonb', tags: 'text[]' } as const;

/** Columns of table u by name, with their origin. */
export function columnsOfU(...names: readonly (keyof typeof uTypes)[]): ScriptColumn[] {
  return names.map((name) => ({
    name,
    type: uTypes[name],
    tableOid: oids.u,
    attribute: uColumns.indexOf(name) + 1,
  }));
}

const cityColumns: readonly ScriptColumn[] = [
  { name: 'id', type: 'int4', tableOid: oids.city, attribute: 1 },
  { name: 'name', type: 'text', tableOid: oids.city, attribute: 2 },
];

/** A column without an origin. */
export const computed = (name: string, type: ScriptColumn['type'] = 'text'): ScriptColumn => ({ name, type });

const fullRow: readonly ScriptCell[] = [
  1,
  secrets.ssn,
  secrets.email,
  secrets.salary,
  secrets.json,
  [secrets.tag, secrets.tag],
];
const cityRows: readonly ScriptCell[][] = [
  [1, 'Oslo'],
  [2, 'Łódź'],
  [3, null],
];
const idAndSsn = (count: number): ScriptCell[][] =>
  Array.from({ length: count }, (_, index) => [index, secrets.ssn]);

const select = (columns: readonly ScriptColumn[], rows: readonly (readonly ScriptCell[])[]): Script => ({
  columns,
  rows,
  tag: 'SELECT',
});
const ssnRows = select(columnsOfU('id', 'ssn'), idAndSsn(5));
const cities = select(cityColumns, cityRows);
const one = select([computed('one', 'int4')], [[1]]);
const copied = (data: readonly (string | Buffer)[], format: 0 | 1, columnCount: number): Script => ({
  tag: 'COPY 2',
  copyOut: { format, columnCount, data },
});
const ones = select([computed('one', 'int4'), computed('two', 'int4')], [[1, 2]]);
const declare = (text: string): Script => ({ tag: 'DECLARE CURSOR', declares: { portal: 'c', text } });
const prepare = (text: string): Script => ({ tag: 'PREPARE', prepares: { name: 'p', text } });
const fullUpdate: Script = { ...select(columnsOfU('ssn'), [[secrets.ssn]]), tag: 'UPDATE 1' };
const binaryStart = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

function binaryTuple(id: number, ssn: string): Buffer {
  const head = Buffer.from([0, 2, 0, 0, 0, 4, 0, 0, 0, id, 0, 0, 0, ssn.length]);
  return Buffer.concat([head, Buffer.from(ssn)]);
}

/** Statements by a short name; `scripts` says what the server answers to them. */
export const statements = {
  all: 'select id, ssn, email, sal, j, tags from public.u',
  ssn: 'select id, ssn from public.u',
  ssnOfOne: 'select id, ssn from public.u where id = $1',
  cities: 'select id, name from public.city',
  view: 'select id, ssn from public.v_u',
  stranger: 'select x from public.stranger',
  computed: 'select upper(ssn) as x, 1 as one from public.u',
  wholeRow: 'select u from public.u',
  two: 'select 1 as one; select id, ssn from public.u; select id, name from public.city',
  begin: 'begin',
  commit: 'commit',
  rollback: 'rollback',
  failing: 'select ssn::int4 from public.u',
  failingLate: 'select id, ssn from public.u where 1/0 = 1',
  unique: `insert into public.u (id) values (1)`,
  cityError: 'select nothing from public.city',
  noticed: 'select id from public.u where ssn <> $$x$$',
  cityNotice: 'select id, name from public.city where notice()',
  update: 'update public.u set id = 2 returning ssn',
  setName: `set application_name = 'mine'`,
  report: 'select report_secret()',
  copyText: 'copy public.u (id, ssn) to stdout',
  copyCsv: 'copy public.u (id, ssn) to stdout (format csv, header)',
  copyBinary: 'copy public.u (id, ssn) to stdout (format binary)',
  copyQuery: 'copy (select id, ssn from public.u) to stdout',
  copyCities: 'copy public.city to stdout',
  copyIn: 'copy public.city (id, name) from stdin',
  declare: 'declare c cursor for select id, ssn from public.u',
  fetch: 'fetch 2 from c',
  prepare: 'prepare p as select id, ssn from public.u',
  execute: 'execute p',
  listen: 'listen news',
  ones: 'select 1 as one, 2 as two',
  declareCities: 'declare c cursor for select id, name from public.city',
  declareOnes: 'declare c cursor for select 1 as one, 2 as two',
  declareComputed: 'declare c cursor for select upper(ssn) as x, 1 as one from public.u',
  onesAndDeclare:
    'select 1 as one, 2 as two; declare c cursor for select upper(ssn) as x, 1 as one from public.u',
  close: 'close c',
  prepareOnes: 'prepare p as select 1 as one, 2 as two',
  prepareComputed: 'prepare p as select upper(ssn) as x, 1 as one from public.u',
  onesAndPrepare: 'select 1 as one, 2 as two; prepare p as select upper(ssn) as x, 1 as one from public.u',
  deallocate: 'deallocate p',
} as const;

const copyDescription = 'select "id", "ssn" from "public"."u"';

/** What the server answers to each of `statements`, and to what a session asks it for their sake. */
export const scripts: Scripts = new Map<string, readonly Script[]>([
  [statements.all, [select(columnsOfU(...uColumns), [fullRow, [2, null, '', null, null, null]])]],
  [statements.ssn, [ssnRows]],
  [statements.ssnOfOne, [select(columnsOfU('id', 'ssn'), idAndSsn(1))]],
  [statements.cities, [cities]],
  [
    statements.view,
    [
      select(
        columnsOfU('id', 'ssn').map((column) => ({ ...column, tableOid: oids.view })),
        idAndSsn(1),
      ),
    ],
  ],
  [
    statements.stranger,
    [select([{ name: 'x', type: 'text', tableOid: oids.stranger, attribute: 1 }], [[secrets.ssn]])],
  ],
  [statements.computed, [select([computed('x'), computed('one', 'int4')], [[secrets.ssn, 1]])]],
  [
    statements.wholeRow,
    [select([{ name: 'u', type: 'u', tableOid: oids.u, attribute: 0 }], [[`(1,${secrets.ssn})`]])],
  ],
  [statements.two, [one, ssnRows, cities]],
  [statements.begin, [{ tag: 'BEGIN', transaction: 'begin' }]],
  [statements.commit, [{ tag: 'COMMIT', transaction: 'end' }]],
  [statements.rollback, [{ tag: 'ROLLBACK', transaction: 'end' }]],
  [
    statements.failing,
    [
      {
        ...select([computed('ssn', 'int4')], []),
        error: answer.error('22P02', `invalid input syntax for type integer: "${secrets.ssn}"`, {
          W: `reading "${secrets.ssn}"`,
          F: 'numutils.c',
          L: '323',
          R: 'pg_strtoint32_safe',
        }),
      },
    ],
  ],
  [statements.failingLate, [{ ...ssnRows, error: answer.error('22012', 'division by zero') }]],
  [
    statements.unique,
    [
      {
        tag: 'INSERT 0 1',
        error: answer.error('23505', 'duplicate key value violates unique constraint "u_pkey"', {
          D: `Key (ssn)=(${secrets.ssn}) already exists.`,
          s: 'public',
          t: 'u',
          n: 'u_pkey',
        }),
      },
    ],
  ],
  [
    statements.cityError,
    [
      {
        tag: 'SELECT',
        error: answer.error('42703', 'column "nothing" does not exist', { P: '8', H: 'Perhaps "name".' }),
      },
    ],
  ],
  [
    statements.noticed,
    [
      {
        ...select(columnsOfU('id'), [[1]]),
        notices: [answer.notice('00000', `saw ${secrets.ssn}`, { D: secrets.email })],
      },
    ],
  ],
  [statements.cityNotice, [cities]],
  [statements.update, [fullUpdate]],
  [statements.setName, [{ tag: 'SET', atReady: [answer.parameterStatus('application_name', 'mine')] }]],
  [
    statements.report,
    [
      {
        ...select([computed('report_secret')], [[secrets.ssn]]),
        atReady: [answer.parameterStatus('application_name', secrets.ssn)],
      },
    ],
  ],
  [statements.copyText, [copied([`1\t${secrets.ssn}\n`, '2\t\\N\n'], 0, 2)]],
  [statements.copyCsv, [copied(['id,ssn\n', `1,"${secrets.ssn}"\n`, '2,\n'], 0, 2)]],
  [
    statements.copyBinary,
    [
      copied(
        [Buffer.concat([binaryStart, binaryTuple(1, secrets.ssn)]), binaryTuple(2, ''), Buffer.of(255, 255)],
        1,
        2,
      ),
    ],
  ],
  [statements.copyQuery, [copied([`1\t${secrets.ssn}\n`], 0, 2)]],
  [statements.copyCities, [copied(['1\tOslo\n', '2\tŁódź\n'], 0, 2)]],
  [statements.copyIn, [{ tag: 'COPY 1', copyIn: { columnCount: 2 } }]],
  [statements.declare, [declare(statements.ssn)]],
  [statements.ones, [ones]],
  [statements.declareCities, [declare(statements.cities)]],
  [statements.declareOnes, [declare(statements.ones)]],
  [statements.declareComputed, [declare(statements.computed)]],
  [statements.onesAndDeclare, [ones, declare(statements.computed)]],
  [statements.close, [{ tag: 'CLOSE CURSOR', closes: 'c' }]],
  [statements.fetch, [{ tag: 'FETCH', fetches: { portal: 'c', rowsMax: 2 } }]],
  [statements.prepare, [prepare(statements.ssn)]],
  [statements.prepareOnes, [prepare(statements.ones)]],
  [statements.prepareComputed, [prepare(statements.computed)]],
  [statements.onesAndPrepare, [ones, prepare(statements.computed)]],
  [statements.deallocate, [{ tag: 'DEALLOCATE', deallocates: 'p' }]],
  [statements.execute, [{ tag: 'SELECT', executes: 'p' }]],
  [statements.listen, [{ tag: 'LISTEN', atReady: [answer.notification(99, 'news', secrets.email)] }]],
  [copyDescription, [ssnRows]],
  ['select * from "public"."city"', [cities]],
]);

/** The catalog of the scripted database: u, a view over it, and a table without secrets. */
export const sampleSnapshot: CatalogSnapshot = {
  ...emptyCatalogDraft(),
  relations: new Map([
    [oids.u, relation(oids.u, 'u', 'r', uColumns)],
    [oids.view, relation(oids.view, 'v_u', 'v', ['id', 'ssn'])],
    [oids.city, relation(oids.city, 'city', 'r', ['id', 'name'])],
  ]),
  systemRelations: new Set(['pg_catalog.pg_class']),
  ruleDependencies: [[oids.view, oids.u]],
  viewOrigins: new Map([
    [
      oids.view,
      [
        { tableOid: oids.u, columnAttribute: 1 },
        { tableOid: oids.u, columnAttribute: 2 },
      ],
    ],
  ]),
  userFunctions: new Set(['report_secret', 'notice']),
  identifiers: new Set(['public', 'u', 'v_u', 'city', 'u_pkey', ...uColumns, 'name']),
};

function relation(
  oid: number,
  name: string,
  kind: string,
  columns: readonly string[],
): { oid: number; schema: string; name: string; kind: string; columns: Map<number, string> } {
  const numbered = columns.map((column, index) => [index + 1, column] as const);
  return { oid, schema: 'public', name, kind, columns: new Map(numbered) };
}
