import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPostgresParser } from '../../src/sql/postgres-statement.ts';
import type { QualifiedName, StatementFacts, StatementText } from '../../src/sql/statement-facts.ts';
import { type CorpusEntry, labels, lostOrigins, movedOrigins, otherChannels } from './statement-corpus.ts';

const reader = await loadPostgresParser();

function read(text: string): StatementText {
  return reader.read(Buffer.from(text));
}

function only(text: string): StatementFacts {
  const result = read(text);
  if (!result.isReadable) throw new Error(`not readable: ${result.reason} ${result.message ?? ''}`);
  expect(result.statements).toHaveLength(1);
  return result.statements[0]!;
}

function spelled(names: readonly QualifiedName[]): string {
  return listed(names.map((name) => (name.schema === undefined ? name.name : `${name.schema}.${name.name}`)));
}

function sorted(list: string): string {
  return list.split(' ').sort().join(' ');
}

/** A space inside a name is written as ~. */
function listed(names: Iterable<string>): string {
  return [...names]
    .map((name) => name.replaceAll(' ', '~'))
    .sort()
    .join(' ');
}

/** The facts in the words of the corpus, for the keys the entry has. */
function summary(facts: StatementFacts, entry: CorpusEntry): Record<string, unknown> {
  const { writeSources } = facts;
  const sources = [...writeSources.columnNames, ...(writeSources.hasHiddenColumns ? ['*'] : [])];
  const all: Record<string, unknown> = {
    sql: entry.sql,
    effect: facts.effect,
    inner: facts.innerEffect,
    relations: spelled(facts.relations),
    targets: spelled(facts.targets),
    targetColumns: facts.targetColumns === undefined ? 'all' : listed(facts.targetColumns),
    functions: spelled(facts.functions),
    operators: spelled(facts.operators),
    types: spelled(facts.types),
    columns: listed(facts.columnNames),
    hidden: facts.hasHiddenColumns,
    outputs: facts.outputs?.map((output) => (output.isFreeOfColumns ? 'f' : 'c')).join('') ?? 'none',
    reference: facts.reference,
    settings: facts.settings.map((setting) => [setting.name, setting.value]),
    temporary: facts.isTemporaryTarget,
    sources: writeSources.isConstant ? 'constant' : listed(sources),
  };
  return Object.fromEntries(Object.keys(entry).map((key) => [key, all[key]]));
}

function expected(entry: CorpusEntry): Record<string, unknown> {
  const listKeys = [
    'relations',
    'targets',
    'targetColumns',
    'functions',
    'operators',
    'types',
    'columns',
    'sources',
  ];
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [
      key,
      listKeys.includes(key) ? sorted(String(value)) : value,
    ]),
  );
}

describe('facts of a statement', () => {
  for (const [title, entries] of Object.entries({ labels, movedOrigins, lostOrigins, otherChannels })) {
    it.each(entries.map((entry) => [entry.sql, entry] as const))(`${title}: %s`, (_sql, entry) => {
      expect(summary(only(entry.sql), entry)).toEqual(expected(entry));
    });
  }

  it('the corpus holds more than 120 statements', () => {
    expect(labels.length + movedOrigins.length + lostOrigins.length + otherChannels.length).toBeGreaterThan(
      120,
    );
  });

  it('a constant cast to regclass is reported with its text', () => {
    expect(only("select 'public.u'::regclass, cast('v' as pg_catalog.regclass)").relationConstants).toEqual([
      'public.u',
      'v',
    ]);
  });

  it('facts of PREPARE, EXPLAIN and DECLARE are those of the inner statement', () => {
    const inner = only('select ssn, f(1) from u');
    for (const prefix of ['prepare p as', 'explain', 'declare c cursor for']) {
      const facts = only(`${prefix} select ssn, f(1) from u`);
      expect([facts.relations, facts.functions, facts.columnNames]).toEqual([
        inner.relations,
        inner.functions,
        inner.columnNames,
      ]);
    }
  });
});

describe('statements of one text', () => {
  it('every statement of a text has its own facts', () => {
    const result = read("select 1; delete from u; ; copy (select ';') to stdout");
    expect(result.isReadable && result.statements.map((facts) => facts.effect)).toEqual([
      'read',
      'write',
      'copy-out',
    ]);
  });

  it.each(['', ' ', ';', '-- x', '/* ; */ ;;'])('a text without a statement has none: %j', (text) => {
    expect(read(text)).toEqual({ isReadable: true, statements: [] });
  });
});

describe('a text that cannot be read', () => {
  it('a syntax error carries the message and the 1-based character position', () => {
    expect(read("select 'é😀'; selec")).toEqual({
      isReadable: false,
      reason: 'syntax',
      message: 'syntax error at or near "selec"',
      position: 14,
    });
  });

  it('a text above statementSizeMax is not read', async () => {
    const text = Buffer.from(`select '${'x'.repeat(1024 * 1024)}'`);
    expect(reader.read(text)).toEqual({ isReadable: false, reason: 'size' });
    const small = await loadPostgresParser({ statementSizeMax: 8 });
    expect(small.read(Buffer.from('select 1')).isReadable).toBe(true);
    expect(small.read(Buffer.from('select 12'))).toEqual({ isReadable: false, reason: 'size' });
  });

  it.each([[[0x73, 0xff]], [[0x27, 0xed, 0xa0, 0x80, 0x27]], [[0xc0, 0x80]], [[0x73, 0x00]], [[0xe2, 0x82]]])(
    'invalid UTF-8 or a zero byte is not read: %j',
    (bytes) => {
      expect(reader.read(Uint8Array.from(bytes))).toEqual({ isReadable: false, reason: 'encoding' });
    },
  );

  it('a byte order mark is not dropped', () => {
    const result = read('\ufeffselect 1');
    expect(result.isReadable).toBe(false);
  });

  it.each([
    "select '\\'",
    "select '\\' , ssn from u -- '",
    "select 'a\\\\\\' || ssn || '' from u",
    "select N'\\'",
    "select 'x' \n '\\'",
    "select '\\' || ssn || '",
    "select \u0001'\\'",
  ])('a literal that would end elsewhere with standard_conforming_strings off is ambiguous: %s', (text) => {
    expect(read(text)).toEqual({ isReadable: false, reason: 'ambiguous' });
  });

  it.each([
    "select E'\\''",
    "select '\\\\'",
    "select U&'\\0041'",
    "select $$ '\\' $$",
    'select "a\\""\'"',
    "select 1 /* '\\' */",
    "select 1 -- '\\'",
    "select 'a' like '%\\_%'",
    "select B'0', '\\\\', 'x\u0001'",
  ])('a backslash that moves no end of a literal is fine: %s', (text) => {
    expect(read(text).isReadable).toBe(true);
  });
});

describe('nesting', () => {
  const nested: Record<string, (levels: number) => string> = {
    parentheses: (n) => `select ${'('.repeat(n)}1${')'.repeat(n)}`,
    'open parentheses': (n) => `select ${'('.repeat(n)}`,
    additions: (n) => `select ${'1+'.repeat(n)}1`,
    'minus signs': (n) => `select ${'- '.repeat(n)}1`,
    negations: (n) => `select ${'not '.repeat(n)}true`,
    unions: (n) => `select 1, 2${' union select 1, 2'.repeat(n)}`,
    'sub-selects': (n) => `select ${'(select '.repeat(n)}1${')'.repeat(n)}`,
    joins: (n) => `select 1 from a${' join a on true and true'.repeat(n)}`,
    cases: (n) => `select ${'case when a and b then '.repeat(n)}1${' end'.repeat(n)}`,
    casts: (n) => `select 1${'::int'.repeat(n)}`,
    'null tests': (n) => `select 1 ${'is null '.repeat(n)}`,
    betweens: (n) => `select 1 ${'between 1 and 2 is null '.repeat(n)}`,
    'betweens of negations': (n) => `select 1${' between 1 and not not 2'.repeat(n)}`,
    arrays: (n) => `select ${'array['.repeat(n)}1${']'.repeat(n)}`,
    'common table expressions': (n) => `${'with a as ('.repeat(n)}select 1${') select 1'.repeat(n)}`,
    collations: (n) => `select a${' collate "C"'.repeat(n)}`,
    zones: (n) => `select a${" at time zone 'utc'".repeat(n)}`,
    localities: (n) => `select a${' at local'.repeat(n)}`,
    'statement bodies': (n) => `select a${' in (1) '.repeat(n)}`,
  };

  it.each(Object.keys(nested))('50,000 %s are refused, and the next text is read', (name) => {
    const big = Buffer.from(nested[name]!(50_000));
    const unlimited = big.length > 256 * 1024 ? Buffer.from(nested[name]!(10_000)) : big;
    const result = reader.read(unlimited.length > 256 * 1024 ? Buffer.from(nested[name]!(4_000)) : unlimited);
    expect(result).toEqual({ isReadable: false, reason: 'depth' });
    expect(only('select ssn from u').relations).toEqual([{ schema: undefined, name: 'u' }]);
  });

  it.each(Object.keys(nested).filter((name) => name !== 'open parentheses'))('100 %s are read', (name) => {
    const result = read(nested[name]!(100));
    expect(result.isReadable || result.reason === 'syntax').toBe(true);
  });

  it('long flat texts are no nesting', () => {
    const rows = `insert into u values ${Array.from({ length: 5000 }, (_, i) => `(${i}, 'a(((', -1)`).join(', ')}`;
    const terms = `select 1 from u where ${Array.from({ length: 2000 }, (_, i) => `a = ${i} and b <> 1`).join(' or ')}`;
    const list = `select 1 from u where a in (${Array.from({ length: 9000 }, (_, i) => -i).join(',')})`;
    const many = 'select 1;'.repeat(2000);
    for (const text of [rows, terms, list, many]) expect(read(text).isReadable).toBe(true);
  });

  it('an instance that threw is replaced: after many overflows the facts are still right', async () => {
    const unbounded = await loadPostgresParser({ nestingMax: 1_000_000, cacheEntriesMax: 0 });
    const overflow = Buffer.from(nested['additions']!(60_000));
    const before = only('select a, b from c where d = 1');
    for (let round = 0; round < 40; round++) {
      expect(unbounded.read(overflow)).toEqual({ isReadable: false, reason: 'depth' });
      // Until the new instance is there, nothing is readable.
      expect(unbounded.read(Buffer.from('select 1'))).toEqual({ isReadable: false, reason: 'depth' });
      await expect.poll(() => unbounded.read(Buffer.from('select 1')).isReadable, { interval: 1 }).toBe(true);
    }
    const after = unbounded.read(Buffer.from('select a, b from c where d = 1'));
    expect(after).toEqual({ isReadable: true, statements: [before] });
  });
});

describe('any bytes', () => {
  it('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof reader.read(bytes).isReadable).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  const corpus = [...labels, ...movedOrigins, ...lostOrigins, ...otherChannels].map((entry) => entry.sql);

  it('mutated statements never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.constantFrom(...corpus),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(
          "'",
          '"',
          '\\',
          '$$',
          '/*',
          '--',
          '(',
          ')',
          ';',
          ',',
          'é',
          '\u0001',
          '[',
          ' union ',
          '::',
        ),
        (first, second, cut, paste, piece) => {
          const text = first.slice(0, cut % first.length) + piece + second.slice(paste % second.length);
          expect(typeof read(text).isReadable).toBe('boolean');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('comments and white space between tokens change no fact', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.constantFrom('/* u9 */', '\n', '\t\f', '-- u9\n'),
        (sql, gap) => {
          expect(read(`${gap}${sql}${gap.startsWith('--') ? '\n' : ''}${gap}`)).toEqual(read(sql));
        },
      ),
    );
  });

  it('a statement has the same facts next to others', () => {
    fc.assert(
      fc.property(fc.constantFrom(...corpus), fc.constantFrom(...corpus), (first, second) => {
        const both = read(`${first}\n;${second}`);
        expect(both.isReadable && both.statements).toEqual([only(first), only(second)]);
      }),
    );
  });
});

describe('the cache', () => {
  it('gives the same result object again', () => {
    expect(read('select cached from u')).toBe(read('select cached from u'));
  });

  it('texts that differ in one byte share nothing', () => {
    const one = reader.read(Buffer.from("select 'é', a"));
    const other = reader.read(Buffer.from("select 'Ã©', b"));
    expect(one).not.toEqual(other);
  });

  it('long texts are read anew', () => {
    const text = Buffer.from(`select ssn from u -- ${'x'.repeat(5000)}`);
    expect(reader.read(text)).not.toBe(reader.read(text));
    expect(reader.read(text)).toEqual(reader.read(text));
  });
});
