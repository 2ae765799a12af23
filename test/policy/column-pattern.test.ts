import { describe, expect, it } from 'vitest';
import { type ColumnPattern, compileColumnPattern } from '../../src/policy/column-pattern.ts';

function compiled(source: string): ColumnPattern {
  const pattern = compileColumnPattern(source);
  if (typeof pattern === 'string') throw new Error(pattern);
  return pattern;
}

describe('compileColumnPattern', () => {
  it.each<[string, [string, string, string], boolean]>([
    ['public.users.ssn', ['public', 'users', 'ssn'], true],
    ['public.users.ssn', ['public', 'users', 'SSN'], false],
    ['public.users.ssn', ['other', 'users', 'ssn'], false],
    ['public.users.ssn', ['public', 'user', 'ssn'], false],
    ['*.*.ssn', ['any', 'thing', 'ssn'], true],
    ['*.*.ssn', ['any', 'thing', 'ssn2'], false],
    ['*.*.*', ['', '', ''], true],
    ['*.*.ssn*', ['a', 'b', 'ssn'], true],
    ['*.*.*ssn', ['a', 'b', 'my_ssn'], true],
    ['*.*.*ssn*', ['a', 'b', 'x_ssn_y'], true],
    ['*.*.a*a', ['a', 'b', 'a'], false],
    ['*.*.a*a', ['a', 'b', 'aa'], true],
    ['*.*.a*b*c', ['a', 'b', 'aXbYc'], true],
    ['*.*.a*b*c', ['a', 'b', 'abc'], true],
    ['*.*.a*b*c', ['a', 'b', 'acb'], false],
    ['*.*.a*bc*c', ['a', 'b', 'abc'], false],
    ['*.*.a**b', ['a', 'b', 'ab'], true],
    ['app_*.cust*.e?mail', ['app_1', 'customers', 'email'], false],
    ['*.*.a+b', ['a', 'b', 'aab'], false],
    ['public."Weird.Table"."a ""b"""', ['public', 'Weird.Table', 'a "b"'], true],
    ['public.t."*"', ['public', 't', '*'], true],
    ['public.t."*"', ['public', 't', 'ssn'], false],
    ['public.t.""', ['public', 't', ''], true],
    ['*."T".*', ['s', 'T', 'c'], true],
    ['*."T".*', ['s', 't', 'c'], false],
    ['schéma.täble.çolumn', ['schéma', 'täble', 'çolumn'], true],
  ])('%s on %j: %s', (source, [schema, table, column], expected) => {
    expect(compiled(source).matches(schema, table, column)).toBe(expected);
  });

  it.each<[string, string]>([
    ['ssn', '"ssn" has 1 part(s); write schema.table.column, with * for any, as in *.*.ssn'],
    ['users.ssn', '"users.ssn" has 2 part(s); write schema.table.column, with * for any, as in *.*.ssn'],
    ['a.b.c.d', '"a.b.c.d" has 4 part(s); write schema.table.column, with * for any, as in *.*.d'],
    ['', '"" has an empty part; write * for any'],
    ['a..c', '"a..c" has an empty part; write * for any'],
    ['.b.c', '".b.c" has an empty part; write * for any'],
    ['a.b.', '"a.b." has an empty part; write * for any'],
    ['a.b."c', '"a.b."c" has a double quote that is not closed'],
    ['a."b"x.c', '"a."b"x.c" has text after a closing double quote; write a dot between parts'],
  ])('%j says what is wrong', (source, problem) => {
    expect(compileColumnPattern(source)).toBe(problem);
  });

  it('takes a pattern of any kind in linear time', () => {
    const pattern = compiled(`*.*.${'*a'.repeat(50)}b`);
    const started = performance.now();
    expect(pattern.matches('s', 't', 'a'.repeat(100_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('mayMatch', () => {
  it('takes a schema or table nobody knows for any', () => {
    const pattern = compiled('public.users.ssn');
    expect(pattern.mayMatch(undefined, undefined, 'ssn')).toBe(true);
    expect(pattern.mayMatch(undefined, 'users', 'ssn')).toBe(true);
    expect(pattern.mayMatch('public', undefined, 'ssn')).toBe(true);
    expect(pattern.mayMatch(undefined, 'other', 'ssn')).toBe(false);
    expect(pattern.mayMatch('other', undefined, 'ssn')).toBe(false);
    expect(pattern.mayMatch(undefined, undefined, 'name')).toBe(false);
  });
});
