import {
  KEYS,
  KEY_TEXT,
  KEY_CHILD,
  KEY_HASH,
  KEY_LENGTH,
  KEY_NEXT,
  KEY_PLACE,
  KEY_SIZE,
  KEYS_MAX,
  KEY_TEXTS,
  KEY_TEXT_MAX,
  KEY_TEXT_SIZE,
  PLACES,
  PLACE_FIRST_KEY,
  PLACE_LAST_KEY,
  PLACE_SIZE,
  SLOTS,
  SLOTS_MAX,
} from '../layout';

const PROBES_MAX: i32 = 8;

let count: i32 = 0;

@inline
/** @returns Where what is known of the place lies. */
export function placeAt(place: i32): i32 {
  return PLACES + place * PLACE_SIZE;
}

@inline
/** @returns Whether the bytes at `at` are those of the key, with the quote behind it. */
export function isKeyAt(key: i32, at: i32): bool {
  const size = load<i32>(key, KEY_LENGTH);
  const text: i32 = load<i32>(key, KEY_TEXT);
  const equal = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(text)));
  const ends = size < 16 ? <i32>((1 << size) - 1) : 0xffff;
  if ((equal & ends) != ends) return false;
  return size <= 16 || isRestAt(at, text, size);
}

function isRestAt(at: i32, text: i32, size: i32): bool {
  for (let from: i32 = 16; from < size; from += 16) {
    const equal = i8x16.bitmask(i8x16.eq(v128.load(at + from), v128.load(text + from)));
    const left = size - from;
    const ends = left < 16 ? <i32>((1 << left) - 1) : 0xffff;
    if ((equal & ends) != ends) return false;
  }
  return true;
}

function hashOf(place: i32, text: i32, size: i32): i32 {
  let hash: u64 = (<u64>place << 8) ^ <u64>size;
  let at = text;
  let left = size;
  while (left >= 8) {
    hash = rotl<u64>((hash ^ load<u64>(at)) * 0x9e3779b97f4a7c15, 29);
    at += 8;
    left -= 8;
  }
  if (left > 0) hash ^= load<u64>(at) & ((<u64>1 << (<u64>left * 8)) - 1);
  hash = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15;
  return <i32>((hash ^ (hash >> 29)) >> 32);
}

/** @returns The key `[start, start + size)` of a place, or 0. */
export function findKey(place: i32, start: i32, size: i32): i32 {
  if (size > KEY_TEXT_MAX) return 0;
  const hash = hashOf(place, start, size);
  for (let probe: i32 = 0; probe < PROBES_MAX; probe++) {
    const key: i32 = load<i32>(SLOTS + ((hash + probe) & (SLOTS_MAX - 1)) * 4);
    if (key == 0) return 0;
    if (load<i32>(key, KEY_HASH) != hash || load<i32>(key, KEY_PLACE) != place) continue;
    if (isKeyAt(key, start)) return key;
  }
  return 0;
}

/** @returns Where to write the text of the next key. */
export function nextKeyText(): i32 {
  return KEY_TEXTS + count * KEY_TEXT_SIZE;
}

/**
 * Adds the key whose text has been written, with a quote behind it, to a place.
 *
 * @returns The key, or 0 when there is no room.
 */
export function addKey(place: i32, child: i32, size: i32): i32 {
  if (count >= KEYS_MAX || size > KEY_TEXT_MAX) return 0;
  const text = nextKeyText();
  const hash = hashOf(place, text, size);
  let slot: i32 = 0;
  for (let probe: i32 = 0; probe < PROBES_MAX && slot == 0; probe++) {
    const free = SLOTS + ((hash + probe) & (SLOTS_MAX - 1)) * 4;
    if (load<i32>(free) == 0) slot = free;
  }
  if (slot == 0) return 0;
  const key = KEYS + ++count * KEY_SIZE;
  store<i32>(slot, key);
  store<i32>(key, place, KEY_PLACE);
  store<i32>(key, child, KEY_CHILD);
  store<i32>(key, size + 1, KEY_LENGTH);
  store<i32>(key, text, KEY_TEXT);
  store<i32>(key, hash, KEY_HASH);
  const owner = placeAt(place);
  const last: i32 = load<i32>(owner, PLACE_LAST_KEY);
  if (last == 0) store<i32>(owner, key, PLACE_FIRST_KEY);
  else store<i32>(last, key, KEY_NEXT);
  store<i32>(owner, key, PLACE_LAST_KEY);
  return key;
}
