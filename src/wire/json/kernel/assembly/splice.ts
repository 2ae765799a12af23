import { EDITS, EDIT_SIZE, OUTPUT } from '../layout';

/**
 * Writes what lies between `start` and `end` with `count` edits made, which follow each other.
 *
 * @returns How many bytes are written.
 */
export function splice(start: i32, end: i32, count: i32): i32 {
  let from = start;
  let to = OUTPUT;
  for (let edit = EDITS; edit < EDITS + count * EDIT_SIZE; edit += EDIT_SIZE) {
    to = copy(to, from, load<i32>(edit) - from);
    to = copy(to, load<i32>(edit, 8), load<i32>(edit, 12));
    from = load<i32>(edit, 4);
  }
  return copy(to, from, end - from) - OUTPUT;
}

// By sixteen bytes: what is written too much is written over. A call for short runs takes as long as the run.
function copy(to: i32, from: i32, size: i32): i32 {
  if (size >= 1024) memory.copy(to, from, size);
  else for (let at = 0; at < size; at += 16) v128.store(to + at, v128.load(from + at));
  return to + size;
}
