// https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

const [LINE_FEED, CARRIAGE_RETURN, COLON, SPACE] = [0x0a, 0x0d, 0x3a, 0x20];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];
const DATA: Uint8Array = Buffer.from('data');

/** Finds where events end: at an empty line, whose end may be CR LF, CR or LF. */
export class SseEventEnds {
  #lineSize = 0;
  #isAfterReturn = false;

  /**
   * @param from - First byte that has not been read yet.
   * @returns After the empty line; -1 when the event goes on. An LF that comes in a later chunk than its CR
   *   is an event of its own, without lines.
   */
  next(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!;
      const isRest = this.#isAfterReturn && byte === LINE_FEED;
      this.#isAfterReturn = byte === CARRIAGE_RETURN;
      if (isRest) {
        // The line before was empty, or this would not be the first byte of an event.
        if (at === 0) return 1;
        continue;
      }
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
        this.#lineSize++;
        continue;
      }
      const isEmpty = this.#lineSize === 0;
      this.#lineSize = 0;
      if (!isEmpty) continue;
      if (byte === LINE_FEED || bytes[at + 1] !== LINE_FEED) return at + 1;
      this.#isAfterReturn = false;
      return at + 2;
    }
    return -1;
  }
}

/** One line of an event. */
export interface SseLine {
  readonly start: number;
  /** Where its line end begins. */
  readonly end: number;
  /** After its line end. */
  readonly next: number;
  /** Where the value of a `data` field begins; -1 for every other line. */
  readonly dataStart: number;
}

/** @returns The lines of an event; a byte order mark before the first one belongs to none. */
export function readSseLines(event: Uint8Array, isFirst: boolean): readonly SseLine[] {
  const lines: SseLine[] = [];
  const hasMark = isFirst && BYTE_ORDER_MARK.every((byte, index) => event[index] === byte);
  let start = hasMark ? BYTE_ORDER_MARK.length : 0;
  while (start < event.length) {
    let end = start;
    while (end < event.length && event[end] !== LINE_FEED && event[end] !== CARRIAGE_RETURN) end++;
    const isPair = event[end] === CARRIAGE_RETURN && event[end + 1] === LINE_FEED;
    const next = Math.min(event.length, end + (isPair ? 2 : 1));
    lines.push({ start, end, next, dataStart: dataStartOf(event, start, end) });
    start = next;
  }
  return lines;
}

// One space after the colon is no part of the value.
function dataStartOf(event: Uint8Array, start: number, end: number): number {
  for (let index = 0; index < DATA.length; index++) if (event[start + index] !== DATA[index]) return -1;
  const nameEnd = start + DATA.length;
  if (nameEnd === end) return end;
  if (nameEnd > end || event[nameEnd] !== COLON) return -1;
  return nameEnd + 1 < end && event[nameEnd + 1] === SPACE ? nameEnd + 2 : nameEnd + 1;
}

/** @returns The data of an event, its lines joined by LF; `undefined` when it has none. */
export function sseDataOf(event: Uint8Array, lines: readonly SseLine[]): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (const { dataStart, end } of lines) {
    if (dataStart < 0) continue;
    if (parts.length > 0) parts.push(Uint8Array.of(LINE_FEED));
    parts.push(event.subarray(dataStart, end));
  }
  return parts.length < 2 ? parts[0] : Buffer.concat(parts);
}

/**
 * Writes an event anew. The data stands where its first line stood, written as that was.
 *
 * @param data - `undefined`: the data lines stay as they are.
 * @param otherLine - What stands for a line that holds no data; `undefined`: it stays.
 */
export function writeSseEvent(
  event: Uint8Array,
  lines: readonly SseLine[],
  data: Uint8Array | undefined,
  otherLine: (line: SseLine) => Uint8Array | undefined,
): Uint8Array {
  const parts: Uint8Array[] = [event.subarray(0, lines[0]?.start ?? event.length)];
  let isWritten = false;
  for (const line of lines) {
    const { start, end, next, dataStart } = line;
    if (dataStart < 0) {
      const changed = otherLine(line);
      if (changed === undefined) parts.push(event.subarray(start, next));
      else parts.push(changed, event.subarray(end, next));
    } else if (data === undefined) {
      parts.push(event.subarray(start, next));
    } else if (!isWritten) {
      isWritten = true;
      const prefix =
        dataStart === start + DATA.length ? Buffer.from('data: ') : event.subarray(start, dataStart);
      const lineEnd = next > end ? event.subarray(end, next) : Uint8Array.of(LINE_FEED);
      const texts = linesOf(data);
      for (const text of texts.slice(0, -1)) parts.push(prefix, text, lineEnd);
      // The last line of a stream that was cut off has no end.
      parts.push(prefix, texts.at(-1)!, event.subarray(end, next));
    }
  }
  return Buffer.concat(parts);
}

function linesOf(data: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < data.length; at++) {
    if (data[at] !== LINE_FEED && data[at] !== CARRIAGE_RETURN) continue;
    lines.push(data.subarray(start, at));
    if (data[at] === CARRIAGE_RETURN && data[at + 1] === LINE_FEED) at++;
    start = at + 1;
  }
  lines.push(data.subarray(start));
  return lines;
}
