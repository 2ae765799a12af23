import assert from 'node:assert/strict';
import { canaries, type DriverName, type LeakCase, type StatementCase } from '../../support/leak-case.ts';
import { message } from '../../support/raw-client.ts';
import { exchange, exchanging, ROWS, script } from './e-script.ts';
import {
  CLEAN_TEXT,
  cellTexts,
  inTurn,
  PROTECTED_TEXT,
  REPLACE_BY_PROTECTED,
  WITH_CLEAN_VIEW,
} from './h-script.ts';

const { parse, bind, describe, execute, sync, flush, close, query } = message;

/** The server keeps this many bytes of a name. */
const LONG = 'x'.repeat(63);
const TEXT_DRIVERS: readonly DriverName[] = ['pg text', 'postgres.js', 'psql'];
const BITS = 88;
const SYNTAX_ERROR_AT = "repeat(' ', sal / 1000) || 'select)'";
/** The error is at the parenthesis, as many characters behind the spaces as `select)` has. */
const SYNTAX_ERROR_POSITION = String(Math.floor(Number(canaries[2]?.text) / 1000) + 'select)'.length);

const bitPattern = (text: string): string => {
  const bytes = Buffer.from(text);
  const bits = Array.from({ length: BITS }, (_, bit) => ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1);
  return `{${bits.map((bit) => (bit === 1 ? '1' : 'NULL')).join(',')}}`;
};

const masked = (name: string, ...statements: readonly string[]): StatementCase => ({
  name,
  statements,
  expects: 'masked',
});

/** The value is not in an element, but in what surrounds the elements. */
const arrayShapes: readonly LeakCase[] = [
  masked(
    'the bounds of an array of texts',
    "SELECT array_fill('x'::text, ARRAY[1], ARRAY[sal]) FROM u WHERE id = 1",
  ),
  masked(
    'the bounds of an array of numbers',
    'SELECT array_fill(0, ARRAY[1], ARRAY[sal]) FROM u WHERE id = 1',
  ),
  masked(
    'the bounds of an array of several dimensions',
    'SELECT array_fill(now(), ARRAY[1, 1], ARRAY[sal, 1]) FROM u WHERE id = 1',
  ),
  masked(
    'the bounds of an array by assignment of a slice',
    "SELECT ('[' || sal || ':' || sal || ']={x}')::text[] FROM u WHERE id = 1",
  ),
  {
    ...masked(
      'which elements of an array are NULL',
      `SELECT ARRAY(SELECT CASE WHEN get_bit(ssn::bytea, g) = 1 THEN 1 END
       FROM generate_series(0, ${BITS - 1}) g ORDER BY g) FROM u WHERE id = 1`,
    ),
    drivers: TEXT_DRIVERS,
    derived: [bitPattern(canaries[0]?.text ?? '')],
  },
  {
    ...masked(
      'which elements of an array of texts are NULL',
      `SELECT ARRAY(SELECT CASE WHEN get_bit(ssn::bytea, g) = 1 THEN '1' END
       FROM generate_series(0, ${BITS - 1}) g ORDER BY g) FROM u WHERE id = 1`,
    ),
    drivers: TEXT_DRIVERS,
    derived: [bitPattern(canaries[0]?.text ?? '')],
  },
];

/** A statement is judged when it is parsed, and does its work when it is executed. */
const laterRuns: readonly LeakCase[] = [
  script(
    'a view replaced by a statement that was parsed before the catalog was read',
    async (client) => {
      await inTurn(
        client,
        [parse('s1', REPLACE_BY_PROTECTED), sync()],
        'SELECT note FROM cv',
        [bind({ statement: 's1' }), execute(), sync()],
        'SELECT note FROM cv',
        "SELECT note || '' FROM cv",
      );
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a view replaced by a portal that was bound before the catalog was read',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        [parse('s1', REPLACE_BY_PROTECTED), bind({ portal: 'p1', statement: 's1' }), sync()],
        'SELECT note FROM cv',
        [execute('p1'), sync()],
        'SELECT note FROM cv',
        'COMMIT',
        'SELECT note FROM cv',
      );
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a copy that was parsed when its source was clean',
    async (client) => {
      await inTurn(
        client,
        [parse('s1', 'INSERT INTO notes (body) SELECT note FROM cv'), sync()],
        REPLACE_BY_PROTECTED,
        [bind({ statement: 's1' }), execute(), sync()],
        'SELECT body FROM notes',
      );
    },
    WITH_CLEAN_VIEW,
  ),
  script(
    'a copy that was parsed and bound when its source was clean',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        [
          parse('s1', 'INSERT INTO notes (body) SELECT note FROM cv'),
          bind({ portal: 'p1', statement: 's1' }),
          sync(),
        ],
        REPLACE_BY_PROTECTED,
        [bind({ portal: 'p2', statement: 's1' }), execute('p2'), execute('p1'), sync()],
        'COMMIT',
        'SELECT body FROM notes',
      );
    },
    WITH_CLEAN_VIEW,
  ),
];

/** The server cuts names that are too long, so that two of them are one. */
const longNames: readonly LeakCase[] = [
  script(
    'two statement names of which the server sees one',
    async (client) => {
      await inTurn(
        client,
        [parse(`${LONG}B`, CLEAN_TEXT), sync()],
        [close('S', LONG), sync()],
        [parse(`${LONG}A`, PROTECTED_TEXT), sync()],
        [bind({ statement: `${LONG}B` }), execute(), sync()],
      );
    },
    { expects: 'refused' },
  ),
  script(
    'two portal names of which the server sees one',
    async (client) => {
      await inTurn(client, 'BEGIN', [
        parse('a', 'SELECT note FROM orders'),
        parse('b', 'SELECT ssn FROM u'),
        bind({ portal: `${LONG}B`, statement: 'a' }),
        describe('P', `${LONG}B`),
        execute(`${LONG}B`, 1),
        close('P', LONG),
        bind({ portal: `${LONG}A`, statement: 'b' }),
        execute(`${LONG}B`),
        sync(),
      ]);
    },
    { expects: 'refused' },
  ),
  script(
    'a statement name that SQL cuts and the protocol does not have to',
    async (client) => {
      await inTurn(
        client,
        [parse(LONG, CLEAN_TEXT), sync()],
        `DEALLOCATE ${LONG}A`,
        `PREPARE ${LONG}B AS ${PROTECTED_TEXT}`,
        [bind({ statement: LONG }), execute(), sync()],
        `EXECUTE ${LONG}C`,
      );
    },
    { expects: 'either' },
  ),
  script(
    'a cursor name that SQL cuts and the protocol does not have to',
    async (client) => {
      await inTurn(
        client,
        'BEGIN',
        `DECLARE ${LONG} CURSOR FOR ${CLEAN_TEXT}`,
        `CLOSE ${LONG}A`,
        `DECLARE ${LONG}B CURSOR FOR ${PROTECTED_TEXT}`,
        `FETCH 1 FROM ${LONG}C`,
        [execute(LONG), sync()],
      );
    },
    { expects: 'either' },
  ),
];

/** What is remembered has a limit, or a name has two meanings at once. */
const forgottenNames: readonly LeakCase[] = [
  script(
    'a PREPARE that was parsed ten thousand statements ago',
    async (client) => {
      await inTurn(client, [parse('s0', `PREPARE p AS ${PROTECTED_TEXT}`), sync()]);
      for (let batch = 0; batch < 11 && !client.isClosed; batch++) {
        const parses = Array.from({ length: 1000 }, (_, n) => parse(`n${batch}_${n}`, 'SELECT 1'));
        if (batch === 10) await inTurn(client, `PREPARE p AS ${CLEAN_TEXT}`);
        await inTurn(client, [...parses, sync()]);
      }
      await inTurn(client, 'DEALLOCATE p', [bind({ statement: 's0' }), execute(), sync()], 'EXECUTE p');
    },
    { expects: 'either' },
  ),
  script(
    'a name prepared again by the second of three statements, the last of which fails',
    async (client) => {
      await inTurn(
        client,
        `PREPARE a AS ${CLEAN_TEXT}`,
        `DEALLOCATE a; PREPARE a AS ${PROTECTED_TEXT}; SELECT 1/0`,
        'EXECUTE a',
        [bind({ statement: 'a' }), execute(), sync()],
      );
    },
    { expects: 'either' },
  ),
  script(
    'a name parsed, then prepared again by SQL, then bound',
    async (client) => {
      await inTurn(
        client,
        [parse('a', CLEAN_TEXT), sync()],
        `DEALLOCATE a; PREPARE a AS ${PROTECTED_TEXT}`,
        [bind({ statement: 'a' }), execute(), sync()],
        'EXECUTE a',
      );
    },
    { expects: 'either' },
  ),
];

/** After an error the server ignores what the client has sent, up to Sync. */
const ignoredMessages: readonly LeakCase[] = [
  exchanging(
    'a Query that an error skipped, and the next one',
    '1EZTDDDCZ',
    parse('', 'SELECT 1/0'),
    bind({}),
    execute(),
    query('SELECT 1, 2, 3'),
    sync(),
    query(ROWS),
  ),
  script('messages sent after an error was received, before Sync', async (client) => {
    client.send(parse('', 'selec'), flush());
    await client.untilType('E');
    await exchange(
      client,
      'ZTDDDCZ',
      query('SELECT 1, 2, 3'),
      message.functionCall(1, []),
      close('S', 'x'),
      sync(),
      query(ROWS),
    );
  }),
  exchanging(
    'CopyDone, CopyData and CopyFail where nothing is copied',
    'TDDDCZTDCZ',
    message.copyDone(),
    message.copyData('x'),
    message.copyFail('x'),
    query(ROWS),
    query("SELECT 'x'"),
  ),
];

const errorPositions: readonly LeakCase[] = [
  {
    name: 'the position of an error in a query that was put together',
    statements: [`SELECT query_to_xml(${SYNTAX_ERROR_AT}, true, true, '') FROM u WHERE id = 1`],
    expects: 'either',
    derived: [SYNTAX_ERROR_POSITION],
  },
  {
    name: 'the position of an error in a query of a function',
    statements: ['SELECT f()'],
    setup: [
      `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
       EXECUTE (SELECT ${SYNTAX_ERROR_AT} FROM u WHERE id = 1); END $$`,
    ],
    expects: 'either',
    derived: [SYNTAX_ERROR_POSITION],
  },
];

/** As psql asks for a setting. */
const DCONFIG = `SELECT s.name AS "Parameter", pg_catalog.current_setting(s.name) AS "Value"
FROM pg_catalog.pg_settings s
WHERE pg_catalog.lower(s.name) OPERATOR(pg_catalog.~) '^(timezone)$' COLLATE pg_catalog.default
ORDER BY 1;`;

/** Masking what nobody has to hide would teach people to switch it off. */
const notMasked: readonly LeakCase[] = [
  script('a setting beside the value', async (client) => {
    const settings = await inTurn(client, DCONFIG);
    const [, value] = cellTexts(settings);
    const shown = cellTexts(await inTurn(client, 'SHOW timezone'))[0];
    assert.equal(value, shown);
    assert.doesNotMatch(value ?? '', /masked/);
    await exchange(client, 'TDDDCZ', query(ROWS));
  }),
];

/** What the session believes about names, times and positions is not what the server does. */
export const sessionStateCases: readonly LeakCase[] = [
  ...arrayShapes,
  ...laterRuns,
  ...longNames,
  ...forgottenNames,
  ...ignoredMessages,
  ...errorPositions,
  ...notMasked,
];
