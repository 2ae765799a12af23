import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../../src/errors.ts';
import { compileJsonPath, type JsonPathStep } from '../../../src/wire/json/json-path.ts';
import { expectOnlyWiremaskErrors } from '../../support/properties.ts';

function matches(path: string, ...steps: JsonPathStep[]): boolean {
  return compileJsonPath(path).matches(steps);
}

describe('compileJsonPath', () => {
  it('matches names and indexes exactly', () => {
    expect(matches('$')).toBe(true);
    expect(matches('$', 'a')).toBe(false);
    expect(matches('$.a.b', 'a', 'b')).toBe(true);
    expect(matches('$.a.b', 'a')).toBe(false);
    expect(matches('$.a.b', 'a', 'b', 'c')).toBe(false);
    expect(matches('$.a[0]', 'a', 0)).toBe(true);
    expect(matches('$.a[0]', 'a', 1)).toBe(false);
    expect(matches('$[10]', 10)).toBe(true);
  });

  it('tells an index from a key of the same digits', () => {
    expect(matches('$[0]', '0')).toBe(false);
    expect(matches("$['0']", '0')).toBe(true);
    expect(matches("$['0']", 0)).toBe(false);
  });

  it('matches any step by a star', () => {
    expect(matches('$.list[*].x', 'list', 3, 'x')).toBe(true);
    expect(matches('$.list[*].x', 'list', 'k', 'x')).toBe(true);
    expect(matches('$.list[*].x', 'list', 'x')).toBe(false);
    expect(matches('$.*', 'a')).toBe(true);
    expect(matches('$.*', 0)).toBe(true);
  });

  it('matches at any depth by two dots', () => {
    expect(matches('$..key', 'key')).toBe(true);
    expect(matches('$..key', 'a', 0, 'key')).toBe(true);
    expect(matches('$..key', 'a', 'key', 'b')).toBe(false);
    expect(matches('$..a.b', 'a', 'a', 'b')).toBe(true);
    expect(matches('$..a..b', 'x', 'a', 'y', 'b')).toBe(true);
    expect(matches('$..a..b', 'x', 'b', 'y', 'a')).toBe(false);
    expect(matches("$..['a b']", 'x', 'a b')).toBe(true);
    expect(matches('$..[0]', 'x', 0)).toBe(true);
    expect(matches('$..*')).toBe(false);
    expect(matches('$..*', 'x', 'y')).toBe(true);
  });

  it('reads quoted names of any characters', () => {
    expect(matches("$['a b']", 'a b')).toBe(true);
    expect(matches('$["it\'s"]', "it's")).toBe(true);
    expect(matches("$['it\\'s \\\\']", "it's \\")).toBe(true);
    expect(matches("$['']", '')).toBe(true);
    expect(matches("$['a].b']", 'a].b')).toBe(true);
    expect(matches('$.stra\u00dfe.content-type', 'stra\u00dfe', 'content-type')).toBe(true);
    expect(matches('$.\u{1f600}', '\u{1f600}')).toBe(true);
  });

  it('keeps the text', () => {
    expect(compileJsonPath('$..a').text).toBe('$..a');
  });

  it('agrees with a regular expression over the steps', () => {
    const step = fc.constantFrom<JsonPathStep>('a', 'b', 0, 1);
    const segment = fc.tuple(fc.constantFrom('', '..'), fc.option(step));
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 5 }),
        fc.array(step, { maxLength: 8 }),
        (segments, steps) => {
          const path = `$${segments.map(([dots, name]) => `${dots}[${quoted(name)}]`).join('')}`;
          const pattern = segments
            .map(([dots, name]) => `${dots === '' ? '' : '(?:.,)*'}${name ?? '.'},`)
            .join('');
          const expected = new RegExp(`^${pattern}$`).test(steps.map((name) => `${name},`).join(''));
          expect(matches(path, ...steps), `${path} on ${steps}`).toBe(expected);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('takes time in proportion to steps times segments', () => {
    const path = compileJsonPath(`$${'..a'.repeat(30)}.b`);
    const started = performance.now();
    expect(path.matches(Array.from({ length: 2000 }, () => 'a'))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('refuses what it cannot read, with its position', () => {
    const texts = [
      '',
      'a',
      '.a',
      '$a',
      '$.',
      '$..',
      '$...a',
      '$.a.',
      '$[',
      '$[]',
      '$[a]',
      '$[-1]',
      '$[01]',
      '$[0:2]',
      '$[0,1]',
      '$[?(@.a)]',
      "$['a'",
      "$['a",
      "$['a\\n']",
      '$.[0]',
      '$.a b',
      '$ .a',
      '$.1a',
      '$[*',
      '$.a[0',
      '$[1e3]',
      '$[9999999999999999]',
    ];
    for (const text of texts) {
      expect(
        expectOnlyWiremaskErrors(() => compileJsonPath(text)),
        text,
      ).toBe('WIREMASK_ERR_POLICY');
    }
    expect(() => compileJsonPath('$.a[x]')).toThrow(PolicyError);
    expect(() => compileJsonPath('$.a[x]')).toThrow('at character 4');
  });
});

function quoted(step: JsonPathStep | null): string {
  if (step === null) return '*';
  return typeof step === 'number' ? String(step) : `'${step}'`;
}
