import { frame } from './raw-client.ts';

/** Types a scripted server can write in both formats. */
export type ScriptType = 'int4' | 'text' | 'jsonb' | 'text[]' | 'u';

/** A cell before its format is known: a number for int4, a list for text[]. */
export type ScriptCell = null | number | string | readonly string[];

/** A column as RowDescription names it. */
export interface ScriptColumn {
  readonly name: string;
  readonly type: ScriptType;
  /** Left out: computed. */
  readonly tableOid?: number;
  readonly attribute?: number;
}

/** What a server answers to one statement. */
export interface Script {
  /** Columns of its rows; left out when it returns none. */
  readonly columns?: readonly ScriptColumn[];
  readonly rows?: readonly (readonly ScriptCell[])[];
  /** Command tag; the number of rows is appended to `SELECT` and `FETCH`. */
  readonly tag: string;
  /** Sent before the rows. */
  readonly notices?: readonly Buffer[];
  /** Sent instead of the end, after the rows. */
  readonly error?: Buffer;
  readonly copyOut?: {
    readonly format: 0 | 1;
    readonly columnCount: number;
    readonly data: readonly (string | Buffer)[];
  };
  readonly copyIn?: { readonly columnCount: number };
  /** Sent before the next ReadyForQuery. */
  readonly atReady?: readonly Buffer[];
  readonly transaction?: 'begin' | 'end';
  /** DECLARE: the name of a portal and the statement it runs. */
  readonly declares?: { readonly portal: string; readonly text: string };
  /** FETCH: rows of this portal. */
  readonly fetches?: { readonly portal: string; readonly rowsMax: number };
  /** CLOSE: the name of a portal. */
  readonly closes?: string;
  /** DEALLOCATE: the name of a statement. */
  readonly deallocates?: string;
  /** PREPARE: the name of a statement and its text. */
  readonly prepares?: { readonly name: string; readonly text: string };
  /** EXECUTE: the name of a statement. */
  readonly executes?: string;
}

/** Answers by statement text: one entry per statement of the text. */
export type Scripts = ReadonlyMap<string, readonly Script[]>;

const typeOids: Readonly<Record<ScriptType, number>> = {
  int4: 23,
  text: 25,
  jsonb: 3802,
  'text[]': 1009,
  u: 20_010,
};
const typeSizes: Readonly<Record<ScriptType, number>> = {
  int4: 4,
  text: -1,
  jsonb: -1,
  'text[]': -1,
  u: -1,
};

/** Two bytes, big-endian. */
export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value & 0xffff);
  return bytes;
}

/** Four bytes, big-endian. */
export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
}

/** Text and a NUL. */
export function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

/** Size and bytes of a cell, or -1 for NULL. */
export function sized(bytes: Uint8Array | null): Buffer {
  return bytes === null ? int32(-1) : Buffer.concat([int32(bytes.length), bytes]);
}

/** Backend messages by the names of the specification, written without the code under test. */
export const answer = {
  authenticationOk: (): Buffer => frame('R', int32(0)),
  authenticationSasl: (mechanisms: readonly string[]): Buffer =>
    frame('R', int32(10), ...mechanisms.map(cstring), Buffer.of(0)),
  parameterStatus: (name: string, value: string): Buffer => frame('S', cstring(name), cstring(value)),
  backendKeyData: (processId: number, key: number): Buffer => frame('K', int32(processId), int32(key)),
  readyForQuery: (status = 'I'): Buffer => frame('Z', Buffer.from(status)),
  rowDescription: (columns: readonly ScriptColumn[], formats: readonly number[] = []): Buffer =>
    frame(
      'T',
      int16(columns.length),
      ...columns.map((column, at) => describe(column, formatAt(formats, at))),
    ),
  dataRow: (cells: readonly (Uint8Array | null)[]): Buffer =>
    frame('D', int16(cells.length), ...cells.map(sized)),
  commandComplete: (tag: string): Buffer => frame('C', cstring(tag)),
  error: (sqlstate: string, text: string, more: Readonly<Record<string, string>> = {}): Buffer =>
    frame('E', fields('ERROR', sqlstate, text, more)),
  fatal: (sqlstate: string, text: string): Buffer => frame('E', fields('FATAL', sqlstate, text, {})),
  notice: (sqlstate: string, text: string, more: Readonly<Record<string, string>> = {}): Buffer =>
    frame('N', fields('NOTICE', sqlstate, text, more)),
  notification: (processId: number, channel: string, payload: string): Buffer =>
    frame('A', int32(processId), cstring(channel), cstring(payload)),
  copyOut: (format: 0 | 1, columnCount: number): Buffer => frame('H', ...copyFormats(format, columnCount)),
  copyIn: (format: 0 | 1, columnCount: number): Buffer => frame('G', ...copyFormats(format, columnCount)),
  copyData: (data: string | Uint8Array): Buffer => frame('d', Buffer.from(data)),
  copyDone: (): Buffer => frame('c'),
  parseComplete: (): Buffer => frame('1'),
  bindComplete: (): Buffer => frame('2'),
  closeComplete: (): Buffer => frame('3'),
  noData: (): Buffer => frame('n'),
  portalSuspended: (): Buffer => frame('s'),
  emptyQuery: (): Buffer => frame('I'),
  parameterDescription: (typeOidList: readonly number[]): Buffer =>
    frame('t', int16(typeOidList.length), ...typeOidList.map(int32)),
} as const;

function fields(
  severity: string,
  sqlstate: string,
  text: string,
  more: Readonly<Record<string, string>>,
): Buffer {
  const list = Object.entries({ S: severity, V: severity, C: sqlstate, M: text, ...more });
  return Buffer.concat([
    ...list.flatMap(([code, value]) => [Buffer.from(code), cstring(value)]),
    Buffer.of(0),
  ]);
}

function copyFormats(format: 0 | 1, columnCount: number): Buffer[] {
  return [Buffer.of(format), int16(columnCount), ...Array.from({ length: columnCount }, () => int16(format))];
}

function describe({ name, type, tableOid = 0, attribute = 0 }: ScriptColumn, format: number): Buffer {
  return Buffer.concat([
    cstring(name),
    int32(tableOid),
    int16(attribute),
    int32(typeOids[type]),
    int16(typeSizes[type]),
    int32(-1),
    int16(format),
  ]);
}

/** The format of a column by the rule of Bind: none = text, one = for all, else one each. */
export function formatAt(formats: readonly number[], at: number): number {
  return (formats.length === 1 ? formats[0] : formats[at]) ?? 0;
}

/** A cell as the server would send it. */
export function encodeCell(cell: ScriptCell, type: ScriptType, format: number): Buffer | null {
  if (cell === null) return null;
  if (typeof cell === 'number') return format === 1 ? int32(cell) : Buffer.from(String(cell));
  if (typeof cell !== 'string') return format === 1 ? binaryTexts(cell) : Buffer.from(`{${cell.join(',')}}`);
  return type === 'jsonb' && format === 1
    ? Buffer.concat([Buffer.of(1), Buffer.from(cell)])
    : Buffer.from(cell);
}

// int32 dimensions, int32 flags, int32 element OID, then per dimension int32 size and lower bound, elements.
function binaryTexts(texts: readonly string[]): Buffer {
  const head = [int32(1), int32(0), int32(25), int32(texts.length), int32(1)];
  return Buffer.concat([...head, ...texts.map((text) => sized(Buffer.from(text)))]);
}

/** Reads a body; past its end it throws, which the server takes for a malformed message. */
export class BodyReader {
  #at = 0;
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  uint8(): number {
    return this.#body.readUInt8(this.#at++);
  }

  int16(): number {
    this.#at += 2;
    return this.#body.readUInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#body.readInt32BE(this.#at - 4);
  }

  int16List(): number[] {
    const values: number[] = [];
    for (let left = this.int16(); left > 0; left--) values.push(this.int16());
    return values;
  }

  skip(size: number): void {
    this.#at += Math.max(0, size);
    if (this.#at > this.#body.length) throw new RangeError('past the end of the message');
  }

  cstring(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end < 0) throw new RangeError('a string without an end');
    const text = this.#body.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}
