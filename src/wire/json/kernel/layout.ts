// What lies where in the memory of the kernel, in bytes: read by TypeScript and by AssemblyScript alike.

/** Parameters and results of a run, 4 bytes each: where it begins, and where it has come to. */
export const AT = 0;
/** After the last byte that has arrived. */
export const END = 4;
/** What may come next: a `JsonState`. */
export const STATE = 8;
/** How many containers are open. */
export const DEPTH = 12;
/** The smallest depth on the way. */
export const LOWEST = 16;
/** The place of the value that comes next. */
export const PLACE = 20;
/** How many values are told. */
export const TOLD = 24;
/** Limit of open containers. */
export const DEPTH_MAX = 28;
/** Limit of one token, in bytes. */
export const VALUE_SIZE_MAX = 32;
/** Elements of an array before this one have places of their own. */
export const ELEMENTS_APART = 36;
/** From this size of their content on, strings that begin with one of the pairs are told. */
export const PAIR_SIZE_MIN = 40;

/** How many containers are not left. */
export const FLOOR = 44;
/** Whether cells of rows have names: rows are left to others. */
export const NAMES_CELLS = 48;

/** By first byte of a string: 1 where it is told. */
export const FIRSTS = 0x100;
/** By first two bytes of a string, a bit each, the first one low. */
export const PAIRS = 0x400;

/** Open containers, outermost first. */
export const LEVELS = 0x4000;
/** How many there may be. */
export const LEVELS_MAX = 1024;
/** Bytes of one. */
export const LEVEL_SIZE = 24;
/** The place of the container. */
export const LEVEL_PLACE = 0;
/** 1 for an array. */
export const LEVEL_IS_ARRAY = 4;
/** The index of the element at hand, or the key that is expected next (0: none). */
export const LEVEL_NEXT = 8;
/** Where the string begins that names the value beside it. */
export const LEVEL_NAME_START = 12;
/** Largest one that counts, quotes included. */
export const NAME_SIZE_MAX = 128;
/** Where it ends; 0: there is none. */
export const LEVEL_NAME_END = 16;
/** Whether there are others that nobody has to read any more. */
export const LEVEL_HAS_NAMES = 20;

/** Values that are told: start, end, and kind and place as `place << 3 | kind`. */
export const TOLD_VALUES = 0xc000;
/** Bytes of one. */
export const TOLD_SIZE = 12;
/** How many fit in. */
export const TOLD_MAX = 4096;

/** Places, by number; 0 is the unknown one. */
export const PLACES = 0x18000;
/** Bytes of one. */
export const PLACE_SIZE = 16;
/** `PLACE_...` flags below. */
export const PLACE_FLAGS = 0;
/** The first key; the others hang on it. */
export const PLACE_FIRST_KEY = 4;
/** The last one. */
export const PLACE_LAST_KEY = 8;
/** Where the places of its elements lie; 0: elements are left to others. */
export const PLACE_ELEMENTS = 12;
/** How many fit in. */
export const PLACES_MAX = 4160;

/** Keys of places. */
export const KEYS = 0x29000;
/** Bytes of one. */
export const KEY_SIZE = 24;
/** The place whose key it is. */
export const KEY_PLACE = 0;
/** The place of its value. */
export const KEY_CHILD = 4;
/** The one that was added to the place after it; 0: none. */
export const KEY_NEXT = 8;
/** Bytes of its text and the closing quote. */
export const KEY_LENGTH = 12;
/** Where its text lies. */
export const KEY_TEXT = 16;
/** Of place and text. */
export const KEY_HASH = 20;
/** How many fit in. */
export const KEYS_MAX = 4160;

/** Keys by their hash, 4 bytes each. */
export const SLOTS = 0x42000;
/** A power of two. */
export const SLOTS_MAX = 16384;
/** Texts of keys. */
export const KEY_TEXTS = 0x52000;
/** Largest one. */
export const KEY_TEXT_MAX = 64;
/** Bytes that are set aside for one: it is compared 16 at a time. */
export const KEY_TEXT_SIZE = 80;

/** What is read. */
export const INPUT = 0xa4000;
/** How much of it fits in. */
export const INPUT_SIZE = 0x10000;

/** What takes the place of something: start, end, where the new bytes lie, how many they are. */
export const EDITS = 0xb5000;
/** Bytes of one. */
export const EDIT_SIZE = 16;
/** How many fit in. */
export const EDITS_MAX = 4096;
/** The new bytes. */
export const EDIT_TEXTS = 0xc5000;
/** How many of them fit in; counted as often as they are used, what is written fits in as well. */
export const EDIT_TEXTS_MAX = 0x10000;
/** What is written, at most `INPUT_SIZE` and `EDIT_TEXTS_MAX`. */
export const OUTPUT = 0xd5000;
/** Places of elements, 4 bytes each: by index, and one for all others. */
export const ELEMENTS = 0xf6000;
/** How many fit in. */
export const ELEMENTS_MAX = 0x4000;
/** Of the memory, 64 KiB each. */
export const PAGES = 17;

/** Strings are told. */
export const TELLS_STRINGS = 1;
/** Numbers are told. */
export const TELLS_NUMBERS = 2;
/** `true`, `false` and `null` are told. */
export const TELLS_LITERALS = 4;
/** Strings are told that have an escape in them, or begin as `FIRSTS` and `PAIRS` say. */
export const LOOKS_INTO_STRINGS = 8;
/** A value here is left to others. */
export const LEAVES_VALUES = 16;
/** An object or array here is left to others. */
export const LEAVES_CONTAINERS = 32;
/** A string here names the value beside it. */
export const IS_NAME = 64;
/** A value here may have its name beside it: left to others but for a container without a name. */
export const IS_NAMED = 128;
/** Here are rows: an array that is the first element is left to others. */
export const HAS_ROWS = 256;
/** Nothing here or below is looked at. */
export const IS_IDLE = 512;

/** Kinds of values that are told. */
export const STRING = 0;
/** A string with escapes. */
export const ESCAPED_STRING = 1;
/** A number. */
export const NUMBER = 2;
/** `true` or `false`. */
export const BOOLEAN = 3;
/** `null`. */
export const NULL = 4;
