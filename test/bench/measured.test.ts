import { describe, expect, test } from 'vitest';
import { judge, type Measured, renderTable } from '../../bench/support/measured.ts';
import { median, quantile, ratios } from '../../bench/support/numbers.ts';

const numbers: readonly Measured[] = [
  { name: 'real server/column-rules', value: 180, unit: 'MB/s', ratio: 0.5, to: 'pipe' },
  { name: 'latency/added p50', value: 75, unit: 'us' },
];

describe('judge', () => {
  test('says which ratio is below its floor and which value above its ceiling', () => {
    const floors = { ratioMin: { 'real server/column-rules': 0.6 }, valueMax: { 'latency/added p50': 60 } };
    expect(judge(numbers, floors)).toEqual([
      'real server/column-rules: ratio 0.500 to pipe is below the floor 0.6',
      'latency/added p50: 75.0 us is above the ceiling 60 us',
    ]);
  });

  test('passes numbers at their bound, and does not judge what was not measured', () => {
    const floors = {
      ratioMin: { 'real server/column-rules': 0.5, other: 1 },
      valueMax: { 'latency/added p50': 75 },
    };
    expect(judge(numbers, floors)).toEqual([]);
  });

  test('a number that is none fails', () => {
    const broken: Measured = { name: 'a', value: Number.NaN, unit: 'MB/s', ratio: Number.NaN, to: 'pipe' };
    expect(judge([broken], { ratioMin: { a: 0.1 }, valueMax: { a: 1 } })).toHaveLength(2);
  });
});

describe('numbers', () => {
  test('quantiles come from sorted values', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(quantile([4, 2, 3, 1], 0.99)).toBe(4);
    expect(median([])).toBeNaN();
  });

  test('ratios compare each round with its own neighbour', () => {
    expect(ratios([2, 9], [4, 3])).toEqual([0.5, 3]);
  });
});

describe('renderTable', () => {
  test('shows value, unit and share', () => {
    expect(renderTable(numbers).split('\n')).toEqual([
      'real server/column-rules                           180 MB/s  0.500 of pipe',
      'latency/added p50                                 75.0 us',
    ]);
  });
});
