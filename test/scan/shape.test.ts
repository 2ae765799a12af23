import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ShapeCondition, ShapeFlag, ShapeIndex, shapeAllows, shapeOf } from '../../src/scan/shape.ts';

const shape = (text: string): number => shapeOf(Buffer.from(text), 0, Buffer.byteLength(text));

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
        (5 << 17),
    );
    expect(shape('é')).toBe(ShapeFlag.high);
    expect(shape('>') & ShapeFlag.assign).not.toBe(0);
  });

  it('counts digits up to 31, all and grouped', () => {
    expect(shape('a1b22') & 31).toBe(3);
    expect(shape('a1b22') >>> 21).toBe(2);
    expect(shape('4111 1111-11.12') >>> 21).toBe(10);
    expect(shape('9'.repeat(500)) & 31).toBe(31);
    expect(shape('9'.repeat(500)) >>> 21).toBe(31);
  });

  it('notices sixteen token bytes in a row, not fifteen', () => {
    expect(shape('abcdefgh_-01234') & ShapeFlag.longToken).toBe(0);
    expect(shape('abcdefgh_-012345') & ShapeFlag.longToken).not.toBe(0);
    expect(shape('abcdefgh abcdefgh') & ShapeFlag.longToken).toBe(0);
  });

  it('looks only at the given range', () => {
    expect(shapeOf(Buffer.from('@12@'), 1, 3)).toBe(shape('12'));
  });

  it('is never stricter than the condition says, and the tables agree with it', () => {
    const part = fc.record<ShapeCondition>(
      {
        digitsMin: fc.nat(40),
        groupedDigitsMin: fc.nat(40),
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
        const candidates = new ShapeIndex(conditions).candidates(word);
        conditions.forEach((condition, index) => {
          expect((candidates & (1 << index)) !== 0).toBe(shapeAllows(word, condition));
          const has = (flag: number): boolean => (word & flag) !== 0;
          const digits = value.replace(/[^0-9]/g, '').length;
          const grouped = Math.max(...value.split(/[^0-9 -]/).map((run) => run.replace(/[ -]/g, '').length));
          const holds =
            digits >= (condition.digitsMin ?? 0) &&
            grouped >= (condition.groupedDigitsMin ?? 0) &&
            Buffer.byteLength(value) >= (condition.lengthMin ?? 0) &&
            (word & (condition.all ?? 0)) === (condition.all ?? 0) &&
            ((condition.any ?? 0) === 0 || has(condition.any ?? 0));
          if (holds) expect(shapeAllows(word, condition)).toBe(true);
        });
      }),
    );
  });

  it('refuses more conditions than fit into one set', () => {
    expect(() => new ShapeIndex(Array.from({ length: 33 }, () => ({})))).toThrow(RangeError);
  });
});
