import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FindingList } from '../../src/detect/detector.ts';
import { joinOverlaps } from '../../src/detect/overlaps.ts';

type Candidate = readonly [rule: number, start: number, end: number, score: number];

function join(candidates: readonly Candidate[]): Candidate[] {
  const list = new FindingList();
  for (const candidate of candidates) list.push(...candidate);
  const findings = new FindingList();
  expect(joinOverlaps(list, findings)).toBe(true);
  return Array.from({ length: findings.length }, (_, at) => [
    findings.rules[at]!,
    findings.starts[at]!,
    findings.ends[at]!,
    findings.scores[at]!,
  ]);
}

describe('overlapping candidates', () => {
  it.each<[string, Candidate[], Candidate[]]>([
    ['none', [], []],
    [
      'higher score wins',
      [
        [0, 0, 5, 0.6],
        [1, 3, 6, 0.9],
      ],
      [[1, 0, 6, 0.9]],
    ],
    [
      'then the longer',
      [
        [0, 0, 3, 1],
        [1, 2, 9, 1],
      ],
      [[1, 0, 9, 1]],
    ],
    [
      'then the earlier',
      [
        [1, 0, 3, 1],
        [0, 2, 5, 1],
      ],
      [[1, 0, 5, 1]],
    ],
    [
      'then the first rule',
      [
        [4, 2, 5, 1],
        [3, 2, 5, 1],
      ],
      [[3, 2, 5, 1]],
    ],
    [
      'touching is not overlapping',
      [
        [0, 3, 5, 1],
        [0, 0, 3, 1],
      ],
      [
        [0, 0, 3, 1],
        [0, 3, 5, 1],
      ],
    ],
    [
      'a chain is one finding',
      [
        [0, 0, 3, 0.6],
        [1, 2, 6, 0.7],
        [2, 5, 8, 0.6],
      ],
      [[1, 0, 8, 0.7]],
    ],
  ])('%s', (_name, candidates, expected) => {
    expect(join(candidates)).toEqual(expected);
  });

  it('are covered by sorted findings that do not overlap, and nothing else is', () => {
    const candidate = fc
      .tuple(fc.nat(5), fc.nat(60), fc.integer({ min: 1, max: 12 }), fc.constantFrom(0.5, 0.7, 1))
      .map(([rule, start, length, score]): Candidate => [rule, start, start + length, score]);
    const covered = (list: readonly Candidate[]): Set<number> =>
      new Set(list.flatMap(([, start, end]) => Array.from({ length: end - start }, (_, at) => start + at)));
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 60 }), (candidates) => {
        const findings = join(candidates);
        expect(covered(findings)).toEqual(covered(candidates));
        findings.forEach((finding, at) => {
          if (at > 0) expect(finding[1]).toBeGreaterThanOrEqual(findings[at - 1]![2]);
        });
      }),
    );
  });
});
