import { byteAt, byteBefore, isAlnum, isTokenByte } from '../../scan/byte-class.ts';
import { isWordAt, skipBlanks } from './assigned-value.ts';

const LINE_MAX = 256;
const NAME_MAX = 48;
const LINE_FEED = 0x0a;
const EQUALS = 0x3d;

/**
 * In a file of settings (`NAME=value`, line after line) a bare value may hold blanks and goes on to the end
 * of its line, or to a comment.
 *
 * @param keyStart - First byte of the key, which has to begin its line.
 * @param valueEnd - Where the value's first word ends.
 * @returns The end of the value: `valueEnd`, where this is no such file or the line goes on otherwise.
 */
export function endOfSetting(
  bytes: Uint8Array,
  keyStart: number,
  valueEnd: number,
  start: number,
  end: number,
): number {
  if (byteAt(bytes, valueEnd, end) !== 0x20) return valueEnd;
  const lineStart = startOfLine(bytes, keyStart, start);
  if (lineStart < 0) return valueEnd;
  let to = valueEnd;
  for (let at = valueEnd; at < end && bytes[at] !== LINE_FEED; at++) {
    const byte = bytes[at]!;
    if (at - valueEnd > LINE_MAX || byte === EQUALS || byte === 0x7c) return valueEnd;
    if (byte === 0x23 && bytes[at - 1] === 0x20) break;
    // An option: a command with settings before it.
    if (byte === 0x2d && bytes[at - 1] === 0x20) return valueEnd;
    if (byte > 0x20) to = at + 1;
  }
  const isFile =
    isSetting(bytes, endOfLine(bytes, to, end) + 1, end) || isAfterSetting(bytes, lineStart, start);
  return isFile ? to : valueEnd;
}

/** @returns Where the line begins, if nothing but `export` or `set` stands before the key, or -1. */
function startOfLine(bytes: Uint8Array, keyStart: number, start: number): number {
  for (const word of ['', 'export ', 'set ']) {
    const at = keyStart - word.length;
    const before = byteBefore(bytes, at, start);
    if (at >= start && isWordAt(bytes, at, keyStart, word) && (before === LINE_FEED || before > 0xff))
      return at;
  }
  return -1;
}

function endOfLine(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== LINE_FEED && at - from < LINE_MAX) at++;
  return at;
}

function isAfterSetting(bytes: Uint8Array, lineStart: number, start: number): boolean {
  let at = lineStart - 1;
  while (at > start && bytes[at - 1] !== LINE_FEED && lineStart - at < LINE_MAX) at--;
  return at >= start && isSetting(bytes, at, lineStart);
}

function isSetting(bytes: Uint8Array, from: number, end: number): boolean {
  const nameStart = isWordAt(bytes, from, end, 'export ') ? skipBlanks(bytes, from + 7, end) : from;
  let at = nameStart;
  while (at < end && at - nameStart < NAME_MAX && (isTokenByte(bytes[at]!) || bytes[at] === 0x2e)) at++;
  return at > nameStart && isAlnum(bytes[at - 1]!) && byteAt(bytes, at, end) === EQUALS;
}
