import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LinearMatcher } from '../../src/detect/linear-matcher.ts';
import { readLinearPattern } from '../../src/detect/linear-pattern.ts';
import { loadRe2, PatternSpan, type Re2Engine, type Re2Pattern } from '../../src/detect/re2.ts';
import { loadRules } from '../../src/load-engine.ts';

let re2: Re2Engine;

beforeAll(async () => {
  re2 = await loadRe2('re2js');
});

/** Every match of every group in a text, one after the other. */
function matchesOf(pattern: Re2Pattern, text: string): readonly (readonly number[])[] {
  const bytes = Buffer.from(text);
  const found: number[][] = [];
  const span = new PatternSpan();
  for (let group = 0; group <= pattern.groupCount; group++) {
    for (let from = 0; from <= bytes.length && pattern.find(bytes, from, group, span); ) {
      found.push([group, span.start, span.end, span.matchStart, span.matchEnd]);
      from = Math.max(span.matchEnd, from + 1);
    }
  }
  return found;
}

function linear(pattern: string): LinearMatcher {
  const read = readLinearPattern(pattern);
  if (read === undefined) throw new Error(`${pattern} is not linear`);
  return new LinearMatcher(read);
}

const LINEAR = [
  'ghp_[0-9A-Za-z]{36}',
  'a[bc]{2,4}',
  'a[bc]{2,}',
  'x?a{1,9}b',
  '(?:ab|a|ac)(b?)c',
  '(a(?:b|bc))(c{0,2})b',
  '\\ba[ab]{1,3}\\b',
  'a(?:-b[ac])?-c',
  '(?:ab[abc]{3}|b(c){2})',
  '(?:ab){2}\\.\\x63',
  'a(?:[bc]{3})?-?',
  '(?:b{2}){2}',
  '[a-c\\d]{1,20}[._-]\\w\\s',
  'a[bc]{2,}_{0,2}',
];

const OTHER = [
  'a*',
  '[ab]{1,3}b',
  'a+?b',
  '(?i)ab',
  '[^a]b',
  'a.b',
  '^ab',
  'ab$',
  'a{1001}',
  '[.a]{1,3}\\b',
  '(?:a|b)+c',
  'é',
  'a\\pLb',
  '[[:alpha:]]b',
  '(a',
  'a)b',
  '[b-a]c',
  'b+c?b',
  'b{2,}c',
  'b{2,}\\b',
  '(?P<x>ab)',
];

describe('linear patterns', () => {
  it.each(LINEAR)('%s finds what RE2 finds', (pattern) => {
    const [own, theirs] = [linear(pattern), re2.compile(pattern)];
    expect(own.groupCount).toBe(theirs.groupCount);
    const text = fc.string({ maxLength: 30, unit: fc.constantFrom(...'aaabbbccc-_. 1xé') });
    fc.assert(
      fc.property(text, (value) => {
        expect(matchesOf(own, value)).toEqual(matchesOf(theirs, value));
      }),
      { numRuns: 400 },
    );
  });

  it.each(OTHER)('%s is left to RE2', (pattern) => {
    expect(readLinearPattern(pattern)).toBeUndefined();
  });

  it('says how far it looked, so that work has a bound', () => {
    const span = new PatternSpan();
    const pattern = linear('ab{2,50}c');
    expect(pattern.find(Buffer.from('abbbb'.repeat(200)), 0, 0, span)).toBe(false);
    expect(span.work).toBe(2000);
  });

  it.each([
    ['ghp_[0-9A-Za-z]{36}', ['ghp_'], true],
    ['\\bGh[op]_(?:[0-9]{36})', ['ghp_', 'gho_'], true],
    ['gh[a-z]_[0-9]{36}', ['ghp_', 'gho_'], false],
    ['(?:ab|cd)e', ['ab', 'cde'], true],
    ['(?:ab|cd)e', ['abe'], false],
    ['a{2,5}b?', ['aa'], true],
    ['a{2,5}b', ['aaa'], false],
    ['a?bc', ['bc'], false],
    ['xabc|bcy', ['xabc', 'bc'], false],
  ])('%s: every match begins with one of %j: %s', (pattern, literals, isSo) => {
    expect(linear(pattern).beginsWith(literals)).toBe(isSo);
  });

  it('matches at one place, within one value', () => {
    const span = new PatternSpan();
    const bytes = Buffer.from('xabcd');
    const pattern = linear('\\b(ab)c?d?');
    expect(pattern.at(bytes, 1, 0, 5, 0, span)).toBe(false);
    expect(pattern.at(bytes, 1, 1, 4, 0, span)).toBe(true);
    expect(span).toMatchObject({ start: 1, end: 4, matchStart: 1, matchEnd: 4, work: 3 });
    expect(pattern.at(bytes, 1, 1, 5, 1, span)).toBe(true);
    expect(span).toMatchObject({ start: 1, end: 3, matchEnd: 5 });
    expect(pattern.at(bytes, 2, 1, 5, 0, span)).toBe(false);
  });

  it('finds in the texts of every rule what RE2 finds', async () => {
    const rules = await loadRules({}, re2);
    const texts = rules.flatMap(({ examples }) => examples.map(({ text }) => text));
    let compared = 0;
    for (const { facts, examples } of rules) {
      for (const pattern of (facts['patterns'] ?? []) as readonly string[]) {
        const read = readLinearPattern(pattern);
        if (read === undefined) continue;
        const own = new LinearMatcher(read);
        const theirs = re2.compile(pattern);
        const others = [0, 1, 2].map((turn) => texts[(compared * 31 + turn * 977) % texts.length] as string);
        for (const { text } of examples) {
          const cut = text.slice(0, -1);
          for (const value of [
            text,
            cut,
            `${cut}${text}`,
            `_${text}z`,
            text.replace(/[0-9]/, '-'),
            ...others,
          ]) {
            expect(matchesOf(own, value), pattern).toEqual(matchesOf(theirs, value));
          }
        }
        compared++;
      }
    }
    // About half of all patterns are prefixes with a token behind.
    expect(compared).toBeGreaterThan(350);
  });
});
