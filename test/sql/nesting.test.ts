import fc from 'fast-check';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { exceedsNesting } from '../../src/sql/nesting.ts';

function treeDepth(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const child of Object.values(value)) deepest = Math.max(deepest, treeDepth(child));
  return deepest + 1;
}

// Expressions and queries built at random, with everything that nests.
const { query, expression } = fc.letrec<{ expression: string; query: string; from: string }>((tie) => {
  const e = tie('expression');
  const q = tie('query');
  const two = fc.tuple(e, e);
  return {
    expression: fc.oneof(
      { maxDepth: 9, depthIdentifier: 'sql' },
      fc.constantFrom('1', "'a(('", 'a', 'u.b', '$1', "E'\\'(('", '$q$ ((( $q$', '"case"', 'count(*)'),
      e.map((x) => `(${x})`),
      e.map((x) => `not ${x}`),
      e.map((x) => `- ${x}`),
      e.map((x) => `f(${x}, 1)`),
      e.map((x) => `${x}::int`),
      e.map((x) => `(${x}) collate "C"`),
      e.map((x) => `(${x}) is not null`),
      e.map((x) => `array[1, ${x}]`),
      e.map((x) => `(a)[${x}]`),
      two.map(([x, y]) => `${x} + ${y}`),
      two.map(([x, y]) => `${x} || ${y}`),
      two.map(([x, y]) => `${x} and ${y}`),
      two.map(([x, y]) => `${x} or ${y}`),
      two.map(([x, y]) => `(${x}) between 1 and (${y})`),
      two.map(([x, y]) => `case when ${x} then ${y} else 1 end`),
      two.map(([x, y]) => `case ${x} when ${y} then 1, 2 end`.replace(', 2', '')),
      q.map((x) => `(${x})`),
      q.map((x) => `exists (${x})`),
      q.map((x) => `a in (${x})`),
    ),
    query: fc.oneof(
      { maxDepth: 9, depthIdentifier: 'sql' },
      fc.constant('select 1'),
      fc.tuple(e, tie('from')).map(([x, f]) => `select 1, ${x} as y from ${f} where true`),
      fc.tuple(q, q).map(([x, y]) => `${x} union ${y}`),
      fc.tuple(q, q).map(([x, y]) => `(${x}) except all (${y})`),
      fc.tuple(q, q).map(([x, y]) => `(with c as (${x}) ${y})`),
      two.map(([x, y]) => `values (1, ${x}), (2, ${y})`),
    ),
    from: fc.oneof(
      { maxDepth: 9, depthIdentifier: 'sql' },
      fc.constant('u'),
      q.map((x) => `(${x}) s`),
      fc.tuple(tie('from'), tie('from'), e).map(([x, y, on]) => `${x} join (${y} cross join w) on ${on}`),
    ),
  };
});

describe('exceedsNesting', () => {
  beforeAll(loadModule);

  // JSON puts up to this many objects and lists around each other per level of the grammar.
  const objectsPerLevel = 12;

  it('the depth of the parse tree is bounded by what the reader counts', () => {
    let parsed = 0;
    const text = fc.oneof(
      query,
      expression.map((x) => `select ${x}`),
    );
    fc.assert(
      fc.property(text, (sql) => {
        let tree: unknown;
        try {
          tree = parseSync(sql);
        } catch (error) {
          // Precedence makes some of the random texts no statements.
          expect(String(error)).toMatch(/^SqlError/);
          return;
        }
        parsed++;
        const levels = Math.floor(treeDepth(tree) / objectsPerLevel) - 2;
        if (levels > 0) expect(exceedsNesting(Buffer.from(sql), levels)).toBe(true);
      }),
      { numRuns: 3000 },
    );
    expect(parsed).toBeGreaterThan(1000);
  });

  it.each([
    ["'((((((((((' || 'a'", 3],
    ['"(((((((((("', 3],
    ['$$ (((((((((( $$', 3],
    ['/* (((( /* (((((( */ ((( */ 1', 3],
    ['1 -- ((((((((((((((((', 3],
    ["E'\\'(((((((((('", 3],
    ['(1), (2), (3), (4), (5), (6)', 3],
    ['a and b or c and d or e and f', 3],
  ])('what is quoted, commented out or listed does not nest: %s', (text, max) => {
    expect(exceedsNesting(Buffer.from(`select ${text}`), max)).toBe(false);
  });

  it.each([
    ['((((1))))', 3],
    ['1+1+1+1+1', 3],
    ["'a' (((( b", 3],
    ['case when case when case when case when 1', 3],
    ['(1+(2)+3+4+5', 3],
  ])('what nests is counted, closed or not: %s', (text, max) => {
    expect(exceedsNesting(Buffer.from(`select ${text}`), max)).toBe(true);
  });
});
