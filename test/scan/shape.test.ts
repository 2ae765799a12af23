import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralAutomaton, LiteralHits } from '../../src/scan/literal-automaton.ts';
import {
  HITS_SIZE_MAX,
  ShapeFlag,
  separatorsOf,
  shapeAndHitsOf,
  shapeOf,
  wordLayout,
} from '../../src/scan/shape.ts';
import { type ShapeCondition, ShapeIndex, shapeAllows } from '../../src/scan/shape-condition.ts';

const shape = (text: string): number => shapeOf(Buffer.from(text), 0, Buffer.byteLength(text));

const grouped = (text: string): number => (shape(text) >>> 21) & 31;
const run = (text: string): number => (shape(text) >>> 26) & 31;

describe('shape word', () => {
  it('names what occurs in a value', () => {
    expect(shape('')).toBe(0);
    expect(shape('ada@x.org') & ShapeFlag.at).not.toBe(0);
    expect(shape('A.b:/-=_ ')).toBe(
      ShapeFlag.upper |
        ShapeFlag.dot |
        ShapeFlag.lower |
        ShapeFlag.colon |
        ShapeFlag.slash |
        ShapeFlag.dash |
        ShapeFlag.assign |
        ShapeFlag.underscore |
        ShapeFlag.space |
        (5 << 17) |
        (1 << 26),
    );
    expect(shape('é')).toBe(ShapeFlag.high);
    expect(shape('>') & ShapeFlag.assign).not.toBe(0);
  });

  it('counts digits up to 31, all and grouped', () => {
    expect(shape('a1b22') & 31).toBe(3);
    // Too few digits to look at twice: all of them.
    expect(grouped('a1b22')).toBe(3);
    expect(grouped('a12345b67')).toBe(5);
    expect(grouped('4111 1111-11.12:13')).toBe(12);
    expect(grouped('+41 (0)44/668\u00a018 00')).toBe(12);
    expect(shape('9'.repeat(500)) & 31).toBe(31);
    expect(grouped('9'.repeat(500))).toBe(31);
  });

  it('knows the longest run of letters, digits, underscores and dashes, up to 31', () => {
    expect(run('ab.cde_f-1')).toBe(7);
    expect(run('é')).toBe(0);
    expect(run('x'.repeat(500))).toBe(31);
  });

  it('notices sixteen token bytes in a row, not fifteen', () => {
    expect(shape('abcdefgh_-01234') & ShapeFlag.longToken).toBe(0);
    expect(shape('abcdefgh_-012345') & ShapeFlag.longToken).not.toBe(0);
    expect(shape('abcdefgh abcdefgh') & ShapeFlag.longToken).toBe(0);
  });

  it('counts separators, of long values too', () => {
    const separators = (text: string): number => {
      shape(text);
      return separatorsOf();
    };
    expect(separators('1.2:3-4')).toBe(1 | (1 << 3) | (1 << 6));
    expect(separators('')).toBe(0);
    expect(separators(`${'a'.repeat(500)}-${'.'.repeat(300)}::`)).toBe(7 | (2 << 3) | (1 << 6));
  });

  it('looks only at the given range', () => {
    expect(shapeOf(Buffer.from('@12@'), 1, 3)).toBe(shape('12'));
  });

  it('is never stricter than the condition says, and the tables agree with it', () => {
    const part = fc.record<ShapeCondition>(
      {
        digitsMin: fc.nat(40),
        groupedDigitsMin: fc.nat(40),
        tokenRunMin: fc.nat(40),
        dotsMin: fc.nat(9),
        colonsMin: fc.nat(9),
        dashesMin: fc.nat(9),
        equalSeparatorsMin: fc.nat(9),
        lengthMin: fc.nat(80),
        all: fc.constantFrom(0, ShapeFlag.at, ShapeFlag.dot | ShapeFlag.colon, ShapeFlag.longToken),
        any: fc.constantFrom(0, ShapeFlag.upper | ShapeFlag.lower, ShapeFlag.underscore | ShapeFlag.space),
      },
      { requiredKeys: [] },
    );
    const text = fc.string({ maxLength: 90, unit: fc.constantFrom(...'0123456789aB @._:-/=é') });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 32 }), text, (conditions, value) => {
        const word = shape(value);
        const candidates = new ShapeIndex(conditions).candidates(word, separatorsOf());
        const count = (character: string): number => value.split(character).length - 1;
        conditions.forEach((condition, index) => {
          const isCandidate = (candidates & (1 << index)) !== 0;
          if (isCandidate) expect(shapeAllows(word, condition)).toBe(true);
          const has = (flag: number): boolean => (word & flag) !== 0;
          const digits = value.replace(/[^0-9]/g, '').length;
          const runs = value.split(/[^0-9 ./()+-]/).map((part) => part.replace(/[^0-9]/g, '').length);
          const words = value.split(/[^0-9A-Za-z_-]/).map((part) => part.length);
          const holds =
            digits >= (condition.digitsMin ?? 0) &&
            Math.max(...runs) >= (condition.groupedDigitsMin ?? 0) &&
            Math.max(...words) >= (condition.tokenRunMin ?? 0) &&
            count('.') >= (condition.dotsMin ?? 0) &&
            count(':') >= (condition.colonsMin ?? 0) &&
            count('-') >= (condition.dashesMin ?? 0) &&
            Math.max(count(':'), count('-')) >= (condition.equalSeparatorsMin ?? 0) &&
            Buffer.byteLength(value) >= (condition.lengthMin ?? 0) &&
            (word & (condition.all ?? 0)) === (condition.all ?? 0) &&
            ((condition.any ?? 0) === 0 || has(condition.any ?? 0));
          if (holds) expect(isCandidate).toBe(true);
        });
      }),
    );
  });

  it('refuses more conditions than fit into one set', () => {
    expect(() => new ShapeIndex(Array.from({ length: 33 }, () => ({})))).toThrow(RangeError);
  });

  it('with literals on the way says the same, and finds what the automaton finds', () => {
    const automaton = new LiteralAutomaton(['ab', 'b', 'abc-', '4.', '\xe9a', 'key']);
    const hits = new LiteralHits(HITS_SIZE_MAX);
    const unit = fc.constantFrom(...'abcABC-.:4059 @/=_\u00e9', 'key', 'abc-');
    const text = fc.string({ unit, maxLength: 40 });
    fc.assert(
      fc.property(text, text, (before, value) => {
        const bytes = Buffer.from(`${before}${value}x`, 'latin1');
        const start = before.length;
        const end = bytes.length - 1;
        const expected: number[][] = [];
        automaton.scan(bytes, start, end, {
          literalFound: (literal, at) => {
            expected.push([literal, at]);
            return true;
          },
        });
        const shape = shapeOf(bytes, start, end);
        const separators = separatorsOf();
        const { lengths, digitLengths, openings } = wordLayout;
        expect(shapeAndHitsOf(bytes, start, end, automaton.tables, hits)).toBe(shape);
        expect(separatorsOf()).toBe(separators);
        expect(wordLayout).toMatchObject({ lengths, digitLengths, openings });
        const found: number[][] = [];
        automaton.reportHits(hits, {
          literalFound: (literal, at) => {
            found.push([literal, at]);
            return true;
          },
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
