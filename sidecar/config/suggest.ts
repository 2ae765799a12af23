/**
 * Edit distance with swaps of neighbours, as far as a suggestion needs it.
 * https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
function distance(left: string, right: string): number {
  const width = right.length + 1;
  const cells = new Uint16Array((left.length + 1) * width);
  const at = (row: number, column: number): number => cells[row * width + column] ?? 0;
  for (let column = 0; column < width; column++) cells[column] = column;
  for (let row = 1; row <= left.length; row++) {
    cells[row * width] = row;
    for (let column = 1; column < width; column++) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1;
      let best = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same);
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) best = Math.min(best, at(row - 2, column - 2) + 1);
      cells[row * width + column] = best;
    }
  }
  return at(left.length, width - 1);
}

/** Spelling that differs in case and separators only is the same word. */
function normalized(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** @returns The known word the user most likely meant, or `undefined` when none is near. */
export function suggest(written: string, known: readonly string[]): string | undefined {
  const word = normalized(written.slice(0, 64));
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const target = normalized(candidate);
    const near =
      word.length >= 4 && (target.startsWith(word) || word.startsWith(target)) ? 1 : distance(word, target);
    if (near < bestDistance) {
      best = candidate;
      bestDistance = near;
    }
  }
  return best;
}

/** ` Did you mean "x"?`, or the list of what is known. */
export function hint(written: string, known: readonly string[]): string {
  const suggestion = suggest(written, known);
  if (suggestion !== undefined) return `did you mean "${suggestion}"?`;
  return known.length === 0 ? 'nothing may stand here' : `write one of: ${known.join(', ')}`;
}
