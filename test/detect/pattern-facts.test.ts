import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOfPattern } from '../../src/detect/pattern-facts.ts';
import { loadRe2, PatternSpan } from '../../src/detect/re2.ts';
import { ShapeFlag, shapeOf } from '../../src/scan/shape.ts';

const re2 = await loadRe2('re2js');

describe('factsOfPattern', () => {
  const plain = { digitsMin: 0, flags: 0, oneOf: [], isFindable: true };

  it.each([
    [
      '\\bacme_[0-9a-z]{32}',
      { lengthMin: 37, lengthMax: 133, flags: ShapeFlag.underscore, oneOf: ['acme_'] },
    ],
    [
      '\\d{3}-\\d\\d-[0-9]{4}',
      { lengthMin: 11, lengthMax: 11, digitsMin: 9, flags: ShapeFlag.dash, oneOf: ['-'] },
    ],
    ['(\\d{2}[ .]?){3}', { lengthMin: 6, lengthMax: 18, digitsMin: 6 }],
    ['(?:abc|abd)x', { lengthMin: 4, lengthMax: 4, oneOf: ['abc', 'abd'] }],
    [
      '[[:digit:]]{4,9}[.]',
      { lengthMin: 5, lengthMax: 10, digitsMin: 4, flags: ShapeFlag.dot, oneOf: ['.'] },
    ],
    ['a*b?c{0,3}', { lengthMin: 0, lengthMax: Number.POSITIVE_INFINITY }],
    [
      '(?i)token=',
      { lengthMin: 6, lengthMax: 9, flags: ShapeFlag.assign, oneOf: ['token='], isFindable: false },
    ],
    ['(?i)port:', { lengthMin: 5, lengthMax: 5, flags: ShapeFlag.colon, oneOf: ['port:'] }],
    ['^\\pN{3}é', { lengthMin: 4, lengthMax: 16 }],
  ])('reads %s', (pattern, expected) => {
    expect(factsOfPattern(pattern)).toEqual({ ...plain, ...expected });
  });

  it.each(['\\x41bc', '\\Qabc\\E', 'a**', '(', '[a', 'a)b', '\\101', '(?=a)b', '\\', '^*'])(
    'demands nothing where it does not understand: %s',
    (pattern) => {
      const unknown = { lengthMin: 0, lengthMax: Number.POSITIVE_INFINITY };
      expect(factsOfPattern(pattern)).toEqual({ ...plain, ...unknown });
    },
  );

  it('says only what holds for everything the pattern matches', () => {
    const atom = fc.constantFrom(
      ...[
        'a',
        'k',
        'S',
        '1',
        '_',
        '-',
        '@',
        '\\.',
        '.',
        '\\d',
        '\\w',
        '\\s',
        '[0-9]',
        '[ab1]',
        '[-.]',
        '[^x]',
      ],
      ...['\\b', '^', '$', '(?:a1|1)', '(a|)', '(?i)', '(?i:ks)', '[[:alpha:]]', '\\pL', 'é', '[]a]', '[^]]'],
    );
    const counted = fc.tuple(atom, fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{1,}', '{0,2}', '+?'));
    const sequence = fc.array(counted, { minLength: 1, maxLength: 5 }).map((parts) => parts.flat().join(''));
    const pattern = fc.array(sequence, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('|'));
    const letters = fc.constantFrom(...'aAkKsS1234_-@. \n=xé\u017f\u212a]'.split(''));
    const text = fc.array(letters, { maxLength: 12 }).map((parts) => parts.join(''));
    let matches = 0;
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 8, maxLength: 8 }), (source, texts) => {
        const compiled = compileOrSkip(source);
        if (compiled === undefined) return;
        const facts = factsOfPattern(source);
        const span = new PatternSpan();
        for (const candidate of texts) {
          const bytes = Buffer.from(candidate);
          if (!compiled.find(bytes, 0, 0, span)) continue;
          matches++;
          const found = bytes.subarray(span.start, span.end);
          const shape = shapeOf(found, 0, found.length);
          expect(found.length, source).toBeGreaterThanOrEqual(facts.lengthMin);
          expect(shape & 31, source).toBeGreaterThanOrEqual(Math.min(31, facts.digitsMin));
          expect(shape & facts.flags, source).toBe(facts.flags);
          expect(found.length, source).toBeLessThanOrEqual(facts.lengthMax);
          const text = found.toString('latin1').toLowerCase();
          const hasOne = facts.oneOf.length === 0 || facts.oneOf.some((literal) => text.includes(literal));
          if (facts.isFindable) expect(hasOne, source).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
    expect(matches).toBeGreaterThan(1000);
  });
});

function compileOrSkip(source: string): ReturnType<typeof re2.compile> | undefined {
  try {
    return re2.compile(source);
  } catch (error) {
    // `^*` and the like: no pattern, so nothing to hold.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
