import type { FindingList } from './detector.ts';

// A sort key holds a start (up to 2^31) and an index: 53 bits are exact in a double.
const INDEX_BITS = 2 ** 21;
const SMALL = 16;

let keys: Float64Array = new Float64Array(SMALL);

/**
 * Appends `candidates` to `findings`, sorted and with overlapping ones joined: a joined finding covers
 * all of them, so that no fringe stays readable, and carries the rule and score of the winner (higher
 * score, then longer, then earlier, then the rule's order).
 *
 * @returns `false` when there are too many candidates (two million): the caller masks the whole value.
 */
export function joinOverlaps(candidates: FindingList, findings: FindingList): boolean {
  const count = candidates.length;
  if (count === 0) return true;
  if (count >= INDEX_BITS) return false;
  const { rules, starts, ends, scores } = candidates;
  sortKeys(starts, count);
  let winner = keys[0]! % INDEX_BITS;
  let start = starts[winner]!;
  let end = ends[winner]!;
  for (let position = 1; position < count; position++) {
    const next = keys[position]! % INDEX_BITS;
    if (starts[next]! >= end) {
      findings.push(rules[winner]!, start, end, scores[winner]!);
      winner = next;
      start = starts[next]!;
      end = ends[next]!;
      continue;
    }
    if (ends[next]! > end) end = ends[next]!;
    if (isStronger(candidates, next, winner)) winner = next;
  }
  findings.push(rules[winner]!, start, end, scores[winner]!);
  return true;
}

function isStronger(list: FindingList, a: number, b: number): boolean {
  const byScore = list.scores[a]! - list.scores[b]!;
  if (byScore !== 0) return byScore > 0;
  const byLength = list.ends[a]! - list.starts[a]! - (list.ends[b]! - list.starts[b]!);
  if (byLength !== 0) return byLength > 0;
  const byStart = list.starts[a]! - list.starts[b]!;
  return byStart === 0 ? list.rules[a]! < list.rules[b]! : byStart < 0;
}

function sortKeys(starts: Int32Array, count: number): void {
  if (keys.length < count) keys = new Float64Array(count * 2);
  for (let index = 0; index < count; index++) {
    const key = starts[index]! * INDEX_BITS + index;
    if (count > SMALL) {
      keys[index] = key;
      continue;
    }
    // Few keys: inserting in place costs less than a call of sort.
    let position = index;
    while (position > 0 && keys[position - 1]! > key) {
      keys[position] = keys[position - 1]!;
      position--;
    }
    keys[position] = key;
  }
  if (count > SMALL) keys.subarray(0, count).sort();
}
