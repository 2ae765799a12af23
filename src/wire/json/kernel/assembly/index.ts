import { addKey, findKey, isKeyAt, nextKeyText, placeAt } from './keys';
import {
  AT,
  BOOLEAN,
  DEPTH,
  DEPTH_MAX,
  ELEMENTS_APART,
  END,
  ESCAPED_STRING,
  FIRSTS,
  FLOOR,
  HAS_ROWS,
  IS_IDLE,
  IS_NAME,
  IS_NAMED,
  KEY_CHILD,
  KEY_LENGTH,
  KEY_NEXT,
  LEAVES_CONTAINERS,
  LEAVES_VALUES,
  LEVELS,
  LEVEL_HAS_NAMES,
  LEVEL_IS_ARRAY,
  LEVEL_NAME_END,
  LEVEL_NAME_START,
  LEVEL_NEXT,
  LEVEL_PLACE,
  LEVEL_SIZE,
  LOOKS_INTO_STRINGS,
  LOWEST,
  NAMES_CELLS,
  NAME_SIZE_MAX,
  NULL,
  NUMBER,
  PAIRS,
  PAIR_SIZE_MIN,
  PLACE,
  PLACE_ELEMENTS,
  PLACE_FIRST_KEY,
  PLACE_FLAGS,
  STATE,
  STRING,
  TELLS_LITERALS,
  TELLS_NUMBERS,
  TELLS_STRINGS,
  TOLD,
  TOLD_MAX,
  TOLD_SIZE,
  TOLD_VALUES,
  VALUE_SIZE_MAX,
} from '../layout';
import { splice } from './splice';
import { escapedEnd, specialAt } from './strings';
import { INVALID, literalEnd, numberEnd } from './tokens';

export { addKey, nextKeyText, splice };

// What may come next.
const VALUE: i32 = 0;
const FIRST_ELEMENT: i32 = 1;
const FIRST_KEY: i32 = 2;
const KEY: i32 = 3;
const COLON: i32 = 4;
const AFTER_VALUE: i32 = 5;

let level: i32 = 0;
let lowest: i32 = 0;
let place: i32 = 0;
let told: i32 = 0;
let state: i32 = 0;
let lastEnd: i32 = 0;
let depthEnd: i32 = 0;
let floor: i32 = 0;

/** Reads tokens from AT on, up to one that is not all there, or that is for others to read. */
export function run(): void {
  let at: i32 = load<i32>(AT);
  lastEnd = load<i32>(END);
  const end = lastEnd;
  state = load<i32>(STATE);
  level = LEVELS + (load<i32>(DEPTH) - 1) * LEVEL_SIZE;
  depthEnd = LEVELS + (load<i32>(DEPTH_MAX) - 1) * LEVEL_SIZE;
  floor = LEVELS + (load<i32>(FLOOR) - 1) * LEVEL_SIZE;
  lowest = level;
  place = load<i32>(PLACE);
  told = TOLD_VALUES;
  while (at < end) {
    const byte: i32 = load<u8>(at);
    if (byte <= 0x20) {
      if (byte == 0x0a) at = blanksEnd(at + 1);
      else if (byte == 0x20 || byte == 0x0d || byte == 0x09) at++;
      else break;
      continue;
    }
    let next: i32 = INVALID;
    if (state == AFTER_VALUE) {
      if (byte == 0x2c) next = comma(at);
      else next = leave(at, byte);
    } else if (state <= FIRST_ELEMENT) next = value(at, byte);
    else if (state == COLON) {
      if (byte == 0x3a) {
        next = at + 1;
        state = VALUE;
      }
    } else next = key(at, byte);
    if (next == INVALID) break;
    at = next;
    // Most values have a comma right behind them.
    if (state == AFTER_VALUE && at < end && load<u8>(at) == 0x2c) {
      next = comma(at);
      if (next == INVALID) break;
      at = next;
    }
  }
  store<i32>(AT, at);
  store<i32>(STATE, state);
  store<i32>(DEPTH, ((level - LEVELS) / LEVEL_SIZE) + 1);
  store<i32>(LOWEST, ((lowest - LEVELS) / LEVEL_SIZE) + 1);
  store<i32>(PLACE, place);
  store<i32>(TOLD, ((told - TOLD_VALUES) / TOLD_SIZE));
}

// Lines of indented texts begin with many.
@inline
function blanksEnd(from: i32): i32 {
  let at = from;
  let others: i32;
  while ((others = ~i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x20))) & 0xffff) == 0) at += 16;
  at += ctz(others);
  return at < lastEnd ? at : lastEnd;
}

@inline
function comma(at: i32): i32 {
  if (load<i32>(level, LEVEL_IS_ARRAY)) {
    const index = load<i32>(level, LEVEL_NEXT) + 1;
    // More elements than there are numbers, or a cell that may have a name.
    if (index < 0 || (load<i32>(NAMES_CELLS) && isCell())) return INVALID;
    const child = elementAt(load<i32>(level, LEVEL_PLACE), index);
    if (child == 0) return INVALID;
    place = child;
    store<i32>(level, index, LEVEL_NEXT);
    state = VALUE;
  } else state = KEY;
  return at + 1;
}

@inline
function elementAt(owner: i32, index: i32): i32 {
  const elements = load<i32>(placeAt(owner), PLACE_ELEMENTS);
  if (elements != 0) return load<i32>(elements + min(index, load<i32>(ELEMENTS_APART)) * 4);
  return load<i32>(placeAt(owner), PLACE_FLAGS) & IS_IDLE ? owner : 0;
}

function isCell(): bool {
  if (isArrayIn(level - LEVEL_SIZE)) return true;
  return (load<i32>(placeAt(load<i32>(level, LEVEL_PLACE)), PLACE_FLAGS) & LEAVES_VALUES) != 0;
}

@inline
function isArrayIn(owner: i32): bool {
  return owner >= LEVELS && load<i32>(owner, LEVEL_IS_ARRAY) != 0;
}

@inline
function leave(at: i32, byte: i32): i32 {
  if (byte != (load<i32>(level, LEVEL_IS_ARRAY) ? 0x5d : 0x7d) || level == floor) return INVALID;
  level -= LEVEL_SIZE;
  if (level < lowest) lowest = level;
  state = AFTER_VALUE;
  return at + 1;
}

@inline
function key(at: i32, byte: i32): i32 {
  if (byte != 0x22) return byte == 0x7d && state == FIRST_KEY ? leave(at, byte) : INVALID;
  const expected: i32 = load<i32>(level, LEVEL_NEXT);
  if (expected != 0 && isKeyAt(expected, at + 1)) {
    return keyFound(expected, at + 1 + load<i32>(expected, KEY_LENGTH));
  }
  const owner = load<i32>(level, LEVEL_PLACE);
  const special = specialAt(at + 1, lastEnd);
  if (special >= lastEnd || load<u8>(special) != 0x22) return INVALID;
  if (load<i32>(placeAt(owner), PLACE_FLAGS) & IS_IDLE) {
    if (special + 1 - at > load<i32>(VALUE_SIZE_MAX)) return INVALID;
    state = COLON;
    place = owner;
    return special + 1;
  }
  const found = findKey(owner, at + 1, (special - at) - 1);
  return found == 0 ? INVALID : keyFound(found, special + 1);
}

@inline
function keyFound(found: i32, after: i32): i32 {
  if (after > lastEnd || load<i32>(found, KEY_LENGTH) >= load<i32>(VALUE_SIZE_MAX)) return INVALID;
  place = load<i32>(found, KEY_CHILD);
  store<i32>(level, load<i32>(found, KEY_NEXT), LEVEL_NEXT);
  if (after < lastEnd && load<u8>(after) == 0x3a) {
    state = VALUE;
    return after + 1;
  }
  state = COLON;
  return after;
}

@inline
function value(at: i32, byte: i32): i32 {
  const flags = load<i32>(placeAt(place), PLACE_FLAGS);
  if (byte == 0x22) return string(at, flags);
  if (byte == 0x7b || byte == 0x5b) return enter(at, byte == 0x5b, flags);
  if (byte == 0x5d) return state == FIRST_ELEMENT ? leave(at, byte) : INVALID;
  if (flags & (LEAVES_VALUES | IS_NAMED)) return INVALID;
  if (byte < 0x3a) {
    const after = numberEnd(at);
    if (after == INVALID || after >= lastEnd || after - at > load<i32>(VALUE_SIZE_MAX)) return INVALID;
    if (flags & TELLS_NUMBERS && !tell(at, after, NUMBER)) return INVALID;
    state = AFTER_VALUE;
    return after;
  }
  const after = literalEnd(at, byte);
  if (after == INVALID || after > lastEnd) return INVALID;
  if (flags & TELLS_LITERALS && !tell(at, after, byte == 0x6e ? NULL : BOOLEAN)) return INVALID;
  state = AFTER_VALUE;
  return after;
}

function tell(start: i32, end: i32, kind: i32): bool {
  if (told >= TOLD_VALUES + TOLD_MAX * TOLD_SIZE) return false;
  store<i32>(told, start);
  store<i32>(told, end, 4);
  store<i32>(told, (place << 3) | kind, 8);
  told += TOLD_SIZE;
  return true;
}

@inline
function string(at: i32, flags: i32): i32 {
  if (flags & (LEAVES_VALUES | IS_NAMED)) return INVALID;
  const special = specialAt(at + 1, lastEnd);
  if (special >= lastEnd) return INVALID;
  let after = special + 1;
  let kind = STRING;
  if (load<u8>(special) != 0x22) {
    after = escapedEnd(special, lastEnd);
    if (after == INVALID) return INVALID;
    kind = ESCAPED_STRING;
  }
  if (after - at > load<i32>(VALUE_SIZE_MAX)) return INVALID;
  const isName = flags & IS_NAME && after - at <= NAME_SIZE_MAX;
  if (isName && load<i32>(level, LEVEL_NAME_END)) return INVALID;
  if (isTold(at, after, kind, flags) && !tell(at, after, kind)) return INVALID;
  if (isName) {
    store<i32>(level, at, LEVEL_NAME_START);
    store<i32>(level, after, LEVEL_NAME_END);
  }
  state = AFTER_VALUE;
  return after;
}

@inline
function isTold(at: i32, after: i32, kind: i32, flags: i32): bool {
  if (flags & TELLS_STRINGS) return true;
  return flags & LOOKS_INTO_STRINGS ? kind == ESCAPED_STRING || isToBeSeen(at + 1, after) : false;
}

@inline
function isToBeSeen(start: i32, after: i32): bool {
  const pair: i32 = load<u16>(start);
  if (load<u8>(FIRSTS + (pair & 0xff))) return true;
  if (after - start <= load<i32>(PAIR_SIZE_MIN)) return false;
  return ((load<u8>(PAIRS + (pair >> 3)) >> (pair & 7)) & 1) != 0;
}

@inline
function enter(at: i32, isArray: bool, flags: i32): i32 {
  if (flags & (LEAVES_VALUES | LEAVES_CONTAINERS) || level >= depthEnd) return INVALID;
  const isNamed = load<i32>(level, LEVEL_NAME_END) | load<i32>(level, LEVEL_HAS_NAMES);
  if (flags & IS_NAMED && isNamed) return INVALID;
  if (isArray && isRow()) return INVALID;
  let next = load<i32>(placeAt(place), PLACE_FIRST_KEY);
  const owner = place;
  if (isArray) {
    place = elementAt(owner, 0);
    if (place == 0) {
      place = owner;
      return INVALID;
    }
    next = 0;
  }
  level += LEVEL_SIZE;
  store<i32>(level, owner, LEVEL_PLACE);
  store<i32>(level, isArray, LEVEL_IS_ARRAY);
  store<i32>(level, next, LEVEL_NEXT);
  store<u64>(level, 0, LEVEL_NAME_START);
  store<i32>(level, 0, LEVEL_HAS_NAMES);
  state = isArray ? FIRST_ELEMENT : FIRST_KEY;
  return at + 1;
}

@inline
function isRow(): bool {
  if (!isArrayIn(level)) return false;
  if (load<i32>(NAMES_CELLS)) return true;
  if (load<i32>(level, LEVEL_NEXT)) return false;
  return (load<i32>(placeAt(load<i32>(level, LEVEL_PLACE)), PLACE_FLAGS) & HAS_ROWS) != 0;
}
