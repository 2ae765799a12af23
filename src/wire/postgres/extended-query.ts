import { ByteReader } from '../../bytes/byte-reader.ts';
import type { ByteWriter } from '../../bytes/byte-writer.ts';
import { WireError } from '../../errors.ts';
import { encodeMessage, nameFromBytes, nameToBytes } from './encode-message.ts';
import { frontend } from './message-types.ts';

// Names of statements and portals are strings of one character per byte (latin1). They are keys,
// never shown: two names are equal exactly when their bytes are, whatever the client's encoding.
// Counts are unsigned, as PostgreSQL reads them: a statement may have 65535 parameters.
// https://www.postgresql.org/docs/current/protocol-message-formats.html

/** Body of a Query message. */
export interface QueryMessage {
  /** The SQL without its NUL, in the client's encoding. Aliases the body. */
  readonly text: Uint8Array;
}

/** Body of a Parse message. */
export interface ParseMessage {
  /** Name of the prepared statement, one character per byte; '' = unnamed. */
  readonly name: string;
  /** The SQL without its NUL, in the client's encoding. Aliases the body. */
  readonly text: Uint8Array;
  /** Type OIDs; 0 = left to the server. */
  readonly parameterTypes: number[];
}

/** Body of a Bind message. */
export interface BindMessage {
  /** Name of the portal, one character per byte; '' = unnamed. */
  readonly portal: string;
  /** Name of the prepared statement, one character per byte; '' = unnamed. */
  readonly statement: string;
  /** None = all text, one = that one for all, else one per parameter. */
  readonly parameterFormats: number[];
  /** `null` = SQL NULL. They alias the body. */
  readonly parameters: (Uint8Array | null)[];
  /** None = all text, one = that one for all, else one per column. */
  readonly resultFormats: number[];
}

/** Body of a Describe or Close message. */
export interface TargetMessage {
  readonly target: 'statement' | 'portal';
  /** One character per byte; '' = unnamed. */
  readonly name: string;
}

/** Body of an Execute message. */
export interface ExecuteMessage {
  /** Name of the portal, one character per byte; '' = unnamed. */
  readonly portal: string;
  /** 0 = all rows. */
  readonly rowsMax: number;
}

/** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
export function parseQuery(body: Uint8Array): QueryMessage {
  const reader = new ByteReader(body);
  const text = reader.cstring();
  reader.expectEnd('Query');
  return { text };
}

/** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
export function parseParse(body: Uint8Array): ParseMessage {
  const reader = new ByteReader(body);
  const name = nameFromBytes(reader.cstring());
  const text = reader.cstring();
  const parameterTypes: number[] = [];
  for (let left = reader.uint16(); left > 0; left--) parameterTypes.push(reader.uint32());
  reader.expectEnd('Parse');
  return { name, text, parameterTypes };
}

/** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
export function parseBind(body: Uint8Array): BindMessage {
  const reader = new ByteReader(body);
  const portal = nameFromBytes(reader.cstring());
  const statement = nameFromBytes(reader.cstring());
  const parameterFormats = parseInt16List(reader);
  const parameters: (Uint8Array | null)[] = [];
  for (let left = reader.uint16(); left > 0; left--) {
    const size = reader.int32();
    if (size < -1) throw new WireError('WIREMASK_ERR_MESSAGE_BODY', `Bind with a parameter of size ${size}`);
    parameters.push(size === -1 ? null : reader.bytes(size));
  }
  const resultFormats = parseInt16List(reader);
  reader.expectEnd('Bind');
  return { portal, statement, parameterFormats, parameters, resultFormats };
}

/** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
export function parseDescribe(body: Uint8Array): TargetMessage {
  return parseTarget(body, 'Describe');
}

/** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
export function parseClose(body: Uint8Array): TargetMessage {
  return parseTarget(body, 'Close');
}

/** @throws {WireError} WIREMASK_ERR_MESSAGE_BODY */
export function parseExecute(body: Uint8Array): ExecuteMessage {
  const reader = new ByteReader(body);
  const portal = nameFromBytes(reader.cstring());
  const rowsMax = reader.int32();
  reader.expectEnd('Execute');
  return { portal, rowsMax };
}

function parseTarget(body: Uint8Array, message: string): TargetMessage {
  const reader = new ByteReader(body);
  const target = targetOf(reader.uint8(), message);
  const name = nameFromBytes(reader.cstring());
  reader.expectEnd(message);
  return { target, name };
}

function targetOf(code: number, message: string): 'statement' | 'portal' {
  switch (code) {
    case 0x53:
      return 'statement';
    case 0x50:
      return 'portal';
    default:
      throw new WireError(
        'WIREMASK_ERR_MESSAGE_BODY',
        `${message} of neither a statement nor a portal (${code})`,
      );
  }
}

function parseInt16List(reader: ByteReader): number[] {
  const values: number[] = [];
  for (let left = reader.uint16(); left > 0; left--) values.push(reader.int16());
  return values;
}

/** Encodes a whole Query message. */
export function encodeQuery(text: string | Uint8Array): Uint8Array {
  return encodeMessage(frontend.query, (writer) => writer.cstring(text));
}

/** Encodes a whole Parse message. `name` has one character per byte. */
export function encodeParse(
  name: string,
  text: string | Uint8Array,
  parameterTypes: readonly number[] = [],
): Uint8Array {
  return encodeMessage(frontend.parse, (writer) => {
    writer.cstring(nameToBytes(name));
    writer.cstring(text);
    writer.int16(parameterTypes.length);
    for (const oid of parameterTypes) writer.int32(oid);
  });
}

/** What `encodeBind` takes; what is left out is empty. */
export interface BindOptions {
  readonly portal?: string;
  readonly statement?: string;
  readonly parameterFormats?: readonly number[];
  readonly parameters?: readonly (Uint8Array | null)[];
  readonly resultFormats?: readonly number[];
}

/** Encodes a whole Bind message. Names have one character per byte. */
export function encodeBind(options: BindOptions): Uint8Array {
  const parameters = options.parameters ?? [];
  return encodeMessage(frontend.bind, (writer) => {
    writer.cstring(nameToBytes(options.portal ?? ''));
    writer.cstring(nameToBytes(options.statement ?? ''));
    writeInt16List(writer, options.parameterFormats ?? []);
    writer.int16(parameters.length);
    for (const parameter of parameters) {
      writer.int32(parameter === null ? -1 : parameter.length);
      if (parameter !== null) writer.bytes(parameter);
    }
    writeInt16List(writer, options.resultFormats ?? []);
  });
}

/** Encodes a whole Describe message. `name` has one character per byte. */
export function encodeDescribe(target: 'statement' | 'portal', name: string): Uint8Array {
  return encodeTarget(frontend.describe, target, name);
}

/** Encodes a whole Close message. `name` has one character per byte. */
export function encodeClose(target: 'statement' | 'portal', name: string): Uint8Array {
  return encodeTarget(frontend.close, target, name);
}

/** Encodes a whole Execute message. `portal` has one character per byte; `rowsMax` 0 = all. */
export function encodeExecute(portal: string, rowsMax = 0): Uint8Array {
  return encodeMessage(frontend.execute, (writer) => {
    writer.cstring(nameToBytes(portal));
    writer.int32(rowsMax);
  });
}

/** Encodes a whole Sync message. */
export function encodeSync(): Uint8Array {
  return encodeMessage(frontend.sync);
}

/** Encodes a whole Flush message. */
export function encodeFlush(): Uint8Array {
  return encodeMessage(frontend.flush);
}

/** Encodes a whole CopyFail message. */
export function encodeCopyFail(text: string): Uint8Array {
  return encodeMessage(frontend.copyFail, (writer) => writer.cstring(text));
}

function encodeTarget(type: number, target: 'statement' | 'portal', name: string): Uint8Array {
  return encodeMessage(type, (writer) => {
    writer.uint8(target === 'statement' ? 0x53 : 0x50);
    writer.cstring(nameToBytes(name));
  });
}

function writeInt16List(writer: ByteWriter, values: readonly number[]): void {
  writer.int16(values.length);
  for (const value of values) writer.int16(value);
}
