import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralAutomaton } from '../../src/scan/literal-automaton.ts';

function search(
  literals: readonly string[],
  text: string,
  stopAfter = Number.POSITIVE_INFINITY,
): [number, number][] {
  const found: [number, number][] = [];
  const bytes = Buffer.from(text, 'latin1');
  new LiteralAutomaton(literals).scan(bytes, 0, bytes.length, {
    literalFound(literal: number, end: number): boolean {
      found.push([literal, end]);
      return found.length < stopAfter;
    },
  });
  return found;
}

/** The same by looking for each literal at each position. */
function searchOneByOne(literals: readonly string[], text: string): [number, number][] {
  const folded = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found: [number, number][] = [];
  for (let end = 1; end <= folded.length; end++) {
    literals.forEach((literal, index) => {
      if (folded.slice(0, end).endsWith(literal.toLowerCase())) found.push([index, end]);
    });
  }
  return found;
}

const sorted = (hits: [number, number][]): [number, number][] =>
  hits.sort((a, b) => a[1] - b[1] || a[0] - b[0]);

describe('literal automaton', () => {
  it('finds every literal, also inside others, in any ASCII case', () => {
    expect(sorted(search(['password', 'word', 'PASS'], 'my PassWord'))).toEqual([
      [2, 7],
      [0, 11],
      [1, 11],
    ]);
  });

  it('finds the same as looking for them one by one', () => {
    const unit = fc.constantFrom(...'abAB:_é');
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...'ab:_'), minLength: 1, maxLength: 5 }), {
          maxLength: 12,
        }),
        fc.string({ unit, maxLength: 60 }),
        (literals, text) => {
          expect(sorted(search(literals, text))).toEqual(sorted(searchOneByOne(literals, text)));
        },
      ),
    );
  });

  it('stops when told to', () => {
    expect(search(['a'], 'aaaa', 2)).toHaveLength(2);
  });

  it('does not look before or after the range', () => {
    const bytes = Buffer.from('xtokenx');
    const ends: number[] = [];
    const sink = { literalFound: (_literal: number, end: number): boolean => ends.push(end) > 0 };
    const automaton = new LiteralAutomaton(['token']);
    automaton.scan(bytes, 2, 7, sink);
    automaton.scan(bytes, 0, 5, sink);
    expect(ends).toEqual([]);
    automaton.scan(bytes, 1, 6, sink);
    expect(ends).toEqual([6]);
    expect(automaton.lengthOf(0)).toBe(5);
  });

  it('works without literals and refuses an empty one', () => {
    expect(search([], 'anything')).toEqual([]);
    expect(() => new LiteralAutomaton([''])).toThrow(RangeError);
  });
});
