import { describe, expect, it } from 'vitest';
import { loadPostgresParser } from '../../src/sql/postgres-statement.ts';
import type { CopyFacts } from '../../src/sql/statement-facts.ts';

const reader = await loadPostgresParser();

function copyOf(text: string, index = 0): CopyFacts {
  const result = reader.read(Buffer.from(text));
  if (!result.isReadable) throw new Error(`not readable: ${result.reason}`);
  const { copy } = result.statements[index]!;
  if (copy === undefined) throw new Error('no COPY');
  return copy;
}

const defaults: CopyFacts = {
  relation: { schema: undefined, name: 'u' },
  columns: undefined,
  queryText: undefined,
  format: 'text',
  delimiter: undefined,
  nullText: undefined,
  hasHeader: false,
  quote: undefined,
  escape: undefined,
  encoding: undefined,
  isUnderstood: true,
};

describe('copyFacts', () => {
  it.each<readonly [string, Partial<CopyFacts>]>([
    ['copy u to stdout', {}],
    [
      'copy public.u (ssn, "E M") to stdout',
      { relation: { schema: 'public', name: 'u' }, columns: ['ssn', 'E M'] },
    ],
    ['copy u to stdout (format text)', {}],
    ['copy u to stdout (format csv)', { format: 'csv' }],
    ['copy u to stdout (format binary)', { format: 'binary' }],
    ['copy binary u to stdout', { format: 'binary' }],
    ['copy u to stdout with binary', { format: 'binary' }],
    ['copy u to stdout (format "CSV")', { isUnderstood: false }],
    ['copy u to stdout (format avro)', { isUnderstood: false }],
    ["copy u to stdout (delimiter '|', null 'N')", { delimiter: '|', nullText: 'N' }],
    ["copy u to stdout (null '')", { nullText: '' }],
    ["copy u to stdout using delimiters ';'", { delimiter: ';' }],
    ["copy u to stdout delimiter as ',' null as 'x'", { delimiter: ',', nullText: 'x' }],
    [
      "copy u to stdout with csv header quote as '^' escape as '!' force quote ssn encoding 'latin1'",
      { format: 'csv', hasHeader: true, quote: '^', escape: '!', encoding: 'latin1' },
    ],
    [
      "copy u to stdout (format csv, quote '\"', escape E'\\\\')",
      { format: 'csv', quote: '"', escape: '\\' },
    ],
    ['copy u to stdout (header)', { hasHeader: true }],
    ['copy u to stdout (header true)', { hasHeader: true }],
    ["copy u to stdout (header 'ON')", { hasHeader: true }],
    ['copy u to stdout (header 1)', { hasHeader: true }],
    ['copy u from stdin (header match)', { hasHeader: true }],
    ['copy u to stdout (header false)', {}],
    ['copy u to stdout (header off)', {}],
    ['copy u to stdout (header 0)', {}],
    ['copy u to stdout (header 2)', { isUnderstood: false }],
    ['copy u to stdout (header maybe)', { isUnderstood: false }],
    ['copy u to stdout (header, header)', { hasHeader: true, isUnderstood: false }],
    ["copy u to stdout (encoding 'utf8')", { encoding: 'utf8' }],
    ['copy u to stdout (format csv, force_quote *)', { format: 'csv' }],
    ['copy u to stdout (format csv, force_quote (ssn))', { format: 'csv' }],
    ["copy u from stdin (freeze, default 'x', force_null (a), force_not_null (b))", {}],
    ['copy u from stdin (on_error ignore, reject_limit 3, log_verbosity verbose)', {}],
    ['copy u to stdout (compression gzip)', { isUnderstood: false }],
    ['copy u to stdout (delimiter)', { isUnderstood: false }],
  ])('%s', (text, facts) => {
    expect(copyOf(text)).toEqual({ ...defaults, ...facts });
  });

  it.each([
    ['copy (select 1) to stdout', 0, 'select 1'],
    ['copy(select (1), (2))to stdout', 0, 'select (1), (2)'],
    [
      '/* ( */ copy -- (\n ( /* é) */ select \')\', $$)$$, "a)" from "é" ) to stdout (format csv)',
      0,
      '/* é) */ select \')\', $$)$$, "a)" from "é"',
    ],
    ["select '('; copy (table é) to stdout; select ')'", 1, 'table é'],
    ['select 1;; copy (values (1)) to stdout', 1, 'values (1)'],
    [
      "copy (with a as (select 1) select * from a) to stdout (delimiter ')')",
      0,
      'with a as (select 1) select * from a',
    ],
    ["copy (select E'\\')') to stdout", 0, "select E'\\')'"],
    ["copy (select '\u0001)\u000b') to stdout", 0, "select '\u0001)\u000b'"],
  ])('the query of %s is cut from the text', (text, index, query) => {
    const facts = copyOf(text, index);
    expect([facts.queryText, facts.isUnderstood, facts.relation]).toEqual([query, true, undefined]);
  });

  it('only COPY has facts of COPY', () => {
    const result = reader.read(Buffer.from('select 1'));
    expect(result.isReadable && result.statements[0]!.copy).toBe(undefined);
  });
});
