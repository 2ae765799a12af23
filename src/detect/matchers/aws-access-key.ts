import { byteAt, byteBefore, isAlnum, isUpper } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const LENGTH = 20;

/**
 * AWS access key ids: long-term (AKIA), temporary (ASIA), bearer (ABIA) and context-specific (ACCA), then
 * 16 upper-case letters or digits.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const awsAccessKey: LiteralMatcher = {
  how: 'literal',
  literals: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
  condition: { lengthMin: LENGTH, all: ShapeFlag.longToken | ShapeFlag.upper },
  at(
    bytes: Uint8Array,
    literalStart: number,
    _literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    const to = literalStart + LENGTH;
    if (to > end || isAlnum(byteBefore(bytes, literalStart, start)) || isAlnum(byteAt(bytes, to, end)))
      return false;
    for (let at = literalStart; at < to; at++) {
      const byte = bytes[at]!;
      if (!isUpper(byte) && !(byte >= 0x30 && byte <= 0x39 && at >= literalStart + 4)) return false;
    }
    span.start = literalStart;
    span.end = to;
    return true;
  },
};
