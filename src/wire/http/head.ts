import assert from 'node:assert';
import { WireError } from '../../errors.ts';
import { checkRequestTarget } from './request-target.ts';

/** A field line of a head or trailer section (RFC 9110 section 5). */
export interface HeaderField {
  /** As spelt. */
  readonly name: string;
  /** Without the white space around it; bytes beyond ASCII as Latin-1. */
  readonly value: string;
}

/** What both heads have. */
export interface MessageHead {
  /** Minor version: 1 for HTTP/1.1, 0 for HTTP/1.0. */
  readonly minorVersion: 0 | 1;
  readonly fields: readonly HeaderField[];
}

/** Request line and fields (RFC 9112 section 3). */
export interface RequestHead extends MessageHead {
  readonly method: string;
  /** origin-form, absolute-form, authority-form or `*`, as it came. */
  readonly target: string;
}

/** Status line and fields (RFC 9112 section 4). */
export interface ResponseHead extends MessageHead {
  readonly status: number;
  readonly reason: string;
}

// tchar of RFC 9110 section 5.6.2.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// field-vchar, obs-text, space and tab; no other control character.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
// No bytes beyond ASCII in a target: readers differ in which characters they are.
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/1\.([01])$/;
// Many servers leave out the space before an empty reason.
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: ([\t\x20-\x7e\x80-\xff]*))?$/;

// They decide whether the answer has a body, so nobody may see another method in them.
const BODYLESS_METHOD = /^(?:head|connect)$/i;

// What frames, routes or explains a message comes before it: who adds trailers to the fields of the head
// would read another message. RFC 9110 section 6.5.1
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'host',
  'trailer',
  'transfer-encoding',
]);

/**
 * Reads a request head, from the first byte of the request line up to and with the empty line.
 *
 * @throws {WireError} WIREMASK_ERR_HTTP_HEAD for what RFC 9112 does not allow: it is strict about line ends,
 *   folding, white space before a colon, targets and hosts, since two readers that disagree there disagree
 *   about where a message ends or whom it is for.
 */
export function decodeRequestHead(bytes: Uint8Array): RequestHead {
  const [line = '', ...rest] = linesOf(bytes);
  const match = REQUEST_LINE.exec(line);
  if (match === null) throw malformed('malformed request line');
  const [, method = '', target = '', minor] = match;
  if (BODYLESS_METHOD.test(method) && method !== method.toUpperCase())
    throw malformed('method in lower case');
  const head = { method, target, minorVersion: minorVersionOf(minor), fields: rest.map(decodeField) };
  checkRequestTarget(head, valuesOf(head.fields, 'host'));
  return head;
}

/** Reads a response head. @throws {WireError} WIREMASK_ERR_HTTP_HEAD, as `decodeRequestHead`. */
export function decodeResponseHead(bytes: Uint8Array): ResponseHead {
  const [line = '', ...rest] = linesOf(bytes);
  const match = STATUS_LINE.exec(line);
  if (match === null) throw malformed('malformed status line');
  const [, minor, status, reason = ''] = match;
  const fields = rest.map(decodeField);
  return { status: Number(status), reason, minorVersion: minorVersionOf(minor), fields };
}

function minorVersionOf(digit: string | undefined): 0 | 1 {
  return digit === '1' ? 1 : 0;
}

/**
 * Reads a trailer section, up to and with its empty line.
 *
 * @throws {WireError} WIREMASK_ERR_HTTP_HEAD, also for a field that must not stand in a trailer.
 */
export function decodeTrailers(bytes: Uint8Array): readonly HeaderField[] {
  if (bytes.length === 2 && bytes[0] === 0x0d && bytes[1] === 0x0a) return [];
  const trailers = linesOf(bytes).map(decodeField);
  if (trailers.some(({ name }) => NOT_IN_TRAILERS.has(name.toLowerCase())))
    throw malformed('trailer that belongs into the head');
  return trailers;
}

// The lines, without their ends and the empty one.
function linesOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.endsWith('\r\n\r\n')) throw malformed('no empty line at the end');
  // A CR or LF alone, which ends a line for some readers, fits into no line: no pattern here takes it.
  return text.slice(0, -4).split('\r\n');
}

function decodeField(line: string, index: number): HeaderField {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0));
  const value = trimBlanks(line.slice(colon + 1));
  if (!TOKEN.test(name)) {
    const problem = isBlank(line.charCodeAt(0)) ? 'is folded' : 'has no valid name';
    throw malformed(`field line ${index + 1} ${problem}`);
  }
  if (!FIELD_VALUE.test(value)) throw malformed(`field line ${index + 1} holds a control character`);
  return { name, value };
}

function malformed(problem: string): WireError {
  return new WireError('WIREMASK_ERR_HTTP_HEAD', problem);
}

// RFC 9110 calls nothing but space and tab white space; `trim` takes more.
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** @returns The bytes of a request head, with one space after each colon. */
export function encodeRequestHead({ method, target, minorVersion, fields }: RequestHead): Uint8Array {
  const line = `${method} ${target} HTTP/1.${minorVersion}`;
  assert(REQUEST_LINE.test(line), 'a request line that nobody could read');
  return encode(`${line}\r\n`, fields);
}

/** @returns The bytes of a response head, with one space after each colon. */
export function encodeResponseHead({ status, reason, minorVersion, fields }: ResponseHead): Uint8Array {
  const line = `HTTP/1.${minorVersion} ${status} ${reason}`;
  assert(STATUS_LINE.test(line), 'a status line that nobody could read');
  return encode(`${line}\r\n`, fields);
}

/** @returns The bytes of field lines and the empty line after them. */
export function encodeTrailers(fields: readonly HeaderField[]): Uint8Array {
  return encode('', fields);
}

// Fails closed: Latin-1 keeps the low byte of a character, so U+010A would come out as a line feed.
function encode(line: string, fields: readonly HeaderField[]): Uint8Array {
  let text = line;
  for (const { name, value } of fields) {
    assert(TOKEN.test(name) && FIELD_VALUE.test(value), 'a field line that nobody could read');
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}

/** @returns The values of all fields of that name, in order. @param name - In lower case. */
export function valuesOf(fields: readonly HeaderField[], name: string): readonly string[] {
  const values: string[] = [];
  for (const field of fields) {
    // Most fields are told by the length of their name, without a new string.
    if (field.name.length === name.length && field.name.toLowerCase() === name) values.push(field.value);
  }
  return values;
}

/**
 * @returns The members of a list field in lower case, over all its lines (RFC 9110 section 5.6.1); for fields
 *   whose members hold no quoted strings.
 */
export function membersOf(fields: readonly HeaderField[], name: string): readonly string[] {
  return valuesOf(fields, name)
    .flatMap((value) => value.split(','))
    .map((member) => trimBlanks(member).toLowerCase())
    .filter((member) => member !== '');
}
