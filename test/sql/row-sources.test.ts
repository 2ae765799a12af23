import { describe, expect, it } from 'vitest';
import { loadPostgresParser } from '../../src/sql/postgres-statement.ts';
import type { StatementFacts } from '../../src/sql/statement-facts.ts';

const reader = await loadPostgresParser();

function factsOf(text: string): StatementFacts {
  const result = reader.read(Buffer.from(text));
  if (!result.isReadable) throw new Error(`not readable: ${result.reason}`);
  return result.statements[0]!;
}

/** Columns, `*` for hidden ones, `1` for one relation, `=` for a computed number of rows. */
function rowsOf(text: string): string {
  const { columnNames, hasHiddenColumns, isOneRelation, isComputed } = factsOf(text).rowSources;
  const flags = `${hasHiddenColumns ? '*' : ''}${isOneRelation ? '1' : ''}${isComputed ? '=' : ''}`;
  return [...[...columnNames].sort(), flags].filter((part) => part !== '').join(' ');
}

describe('what a number of rows depends on', () => {
  it.each([
    ['select ssn, u.*, count(*) from u where id = 1 group by ssn order by upper(email)', '1'],
    ['select count(*) from u where upper(ssn) = $1', 'ssn 1'],
    ['select count(*) from generate_series(1, 10)', ''],
    ['select count(*) from generate_series(1, (select sal from u))', 'sal ='],
    ['select 1 from nums limit (select sal from u)', 'sal ='],
    ['select 1 from nums offset $1', '1'],
    ['select count(*) from nums join u on n <= sal', 'n sal'],
    ['select count(*) from u a join u b using (id) where a.ssn in ($1, $2) and b.sal between 1 and 2', 'id'],
    ['select count(*) from u where sal % 7 = 1', 'sal 1'],
    ['select count(*) from (select * from u) s', '*'],
    ["select unnest(string_to_array(repeat('x,', sal), ',')) from u", 'sal 1='],
    ['select generate_series(u.sal, u.sal), generate_series(1, 3) from u', 'sal 1'],
    ['select generate_series(a.sal, b.sal) from u', 'sal 1='],
    ["select lpad(ssn, 20) from u where ssn like 'a%'", 'ssn 1'],
    [
      'insert into u (id, ssn) values (nextval($1), $2) on conflict (ssn) do update set ssn = excluded.ssn',
      '1',
    ],
    ['insert into t select s.a from s returning *', '1'],
    ['explain select count(*) from nums, u where n < sal', 'n sal'],
  ])('%s', (text, expected) => {
    expect(rowsOf(text)).toBe(expected);
  });
});

describe('conditions of a write', () => {
  const sourcesOf = (text: string): string => {
    const { columnNames, hasHiddenColumns, isConstant } = factsOf(text).writeSources;
    return isConstant
      ? 'constant'
      : [...[...columnNames].sort(), ...(hasHiddenColumns ? ['*'] : [])].join(' ');
  };

  it.each([
    ['insert into t select 1 from u where upper(ssn) = $1', 'constant'],
    ['insert into t select n from nums, u where n = substr(ssn, 8)::int', 'n ssn'],
    ['insert into t select n from nums where n in (select sal % 9 from u)', 'n sal'],
    ['insert into t select 1 from nums, u where n <= sal', 'n sal'],
    ['insert into t select o.note from o join u using (id) where u.ssn = $1', 'id note'],
    ['create table t as select n from nums join u on n = sal', 'n sal'],
    ['select n into t from nums join u on n = sal', 'n sal'],
    ['with x as (select n from nums, u where n = sal) insert into t select n from x', 'n sal'],
    ['delete from t using u where t.n <> u.sal', 'n sal'],
    ['delete from t where n in (select sal from u)', 'n sal'],
    ['delete from u where ssn like upper($1)', 'constant'],
    ['update u set id = 1 where upper(ssn) = $1', 'constant'],
    ['update t set n = 1 from u where t.n = u.sal', 'n sal'],
    ['insert into u (id, ssn) select * from unnest($1, $2)', 'constant'],
    ['insert into u select * from json_to_recordset($1) as x(id int, ssn text)', 'constant'],
    ['with x as (select $1 as a) insert into u select * from x', 'constant'],
    ['with x as (select * from s) insert into u select * from x', '*'],
  ])('%s', (text, expected) => {
    expect(sourcesOf(text)).toBe(expected);
  });

  it('functions count even where the values are constant', () => {
    expect(factsOf('insert into t values (name(1))').writeSources.functions).toEqual([
      { schema: undefined, name: 'name' },
    ]);
  });
});

describe('relations a statement makes', () => {
  const spelled = (names: StatementFacts['relations']): string =>
    names.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`)).join(' ');

  it.each([
    ['create table a (x int)', 'a', ''],
    ['create temp view v as select 1', 'v', ''],
    ['create temp table a as select 1', 'a', 'a'],
    ['create materialized view s.m as select 1', 's.m', ''],
    ['select 1 into temp a', 'a', 'a'],
    ['select 1 into pg_temp.a', 'pg_temp.a', 'pg_temp.a'],
    ['insert into pg_temp.a select 1', '', ''],
    ['create sequence q', 'q', ''],
    ['create schema s create table a (x int) create view v as select 1', 'a v', ''],
    ['alter table s.a rename to b', 's.b', ''],
    ['alter table a rename column x to y', '', ''],
    ['alter view a set schema t', 't.a', ''],
    ['alter type a rename to b', '', ''],
  ])('%s', (text, created, temporary) => {
    const facts = factsOf(text);
    expect([spelled(facts.createdRelations), spelled(facts.temporaryTargets)]).toEqual([created, temporary]);
  });

  it.each([
    ['create table c () inherits (a, s.b)', ['c < a', 'c < s.b']],
    ['create temp table c () inherits (a)', ['pg_temp.c < a']],
    ['create table c partition of a default', ['c < a']],
    ['alter table c inherit a', ['c < a']],
    ['alter table a attach partition s.c default', ['s.c < a']],
  ])('children: %s', (text, expected) => {
    const { children } = factsOf(text);
    expect(children.map(({ child, parent }) => `${spelled([child])} < ${spelled([parent])}`)).toEqual(
      expected,
    );
  });
});

describe('what a statement does besides', () => {
  it.each([
    'analyze',
    'vacuum t',
    'reindex schema s',
    'cluster',
    'alter domain d add check (value > 0)',
    'refresh materialized view m',
    'set constraints all immediate',
    'alter type c alter attribute a type int cascade',
  ])('%s goes over relations', (text) => {
    expect(factsOf(text).isUtilityOverRelations).toBe(true);
  });

  it.each(['checkpoint', 'select 1', 'alter table t add c int'])('%s names what it touches', (text) => {
    expect(factsOf(text).isUtilityOverRelations).toBe(false);
  });

  it('outputs carry the names of what they call', () => {
    expect(factsOf("select name(1), 'a' || 'b'").outputs).toEqual([
      { isFreeOfColumns: true, functions: [{ schema: undefined, name: 'name' }], operators: [] },
      { isFreeOfColumns: true, functions: [], operators: [{ schema: undefined, name: '||' }] },
    ]);
  });

  it.each([
    ["select set_config('search_path', '', false)", true],
    ["select set_config('search_path', $1, false)", false],
    ['set search_path = a', true],
    ['set search_path from current', false],
  ])('%s: whether its value is known', (text, isKnown) => {
    expect(factsOf(text).settings.map((setting) => setting.isKnown)).toEqual([isKnown]);
  });
});
