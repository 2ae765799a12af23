import type { FieldScanner } from '../../../detect/detector.ts';
import type { ValueKind } from '../../../mask/masker.ts';
import { decodeJsonString, encodeJsonString } from '../../../wire/json/string-literal.ts';
import type { ValueScan } from '../../value-scan.ts';
import { decodeBase64Text, encodeBase64Like } from '../base64-text.ts';
import { sniffContent } from '../content-sniffing.ts';
import { maskEmbeddedJson } from '../embedded-json.ts';
import type { AppliedRule } from '../field-rules.ts';
import type { JsonPlace } from './json-places.ts';

/** What a scalar is; booleans are one. */
export type JsonScalar = 'string' | 'number' | 'boolean' | 'null';

const TEXT: ValueKind = { kind: 'text' };
const JSON_NULL: Uint8Array = Buffer.from('null');
const WITHHELD: Uint8Array = Buffer.from('[masked]');
// Base64 in base64.
const BASE64_DEPTH = 2;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const [BACKSLASH, OPEN_BRACE, OPEN_BRACKET, SPACE] = [0x5c, 0x7b, 0x5b, 0x20];
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Masks a JSON text that stands inside a string; `undefined`: it is none, or is too deep. */
export type NestedMasker = (text: Uint8Array, place: JsonPlace) => Uint8Array | undefined;

/** Masks single values of documents. A string stays a string, a number a number or becomes `null`. */
export class JsonScalars {
  readonly #scan: ValueScan;
  readonly #nested: NestedMasker;
  readonly #hasRules: boolean;
  // The rule that masked last, and how many values in a row.
  #counted: AppliedRule | undefined;
  #masked = 0;

  /** @param hasRules - Whether there are rules for fields, which JSON inside a string has, too. */
  constructor(scan: ValueScan, nested: NestedMasker, hasRules: boolean) {
    this.#scan = scan;
    this.#nested = nested;
    this.#hasRules = hasRules;
  }

  /**
   * @param start - Of the token; strings with their quotes.
   * @param hasEscape - Whether a string has an escape in it, where that is known.
   * @returns The token that takes its place; `undefined` when it stays.
   */
  mask(
    place: JsonPlace,
    type: JsonScalar,
    bytes: Uint8Array,
    start: number,
    end: number,
    hasEscape?: boolean,
  ): Uint8Array | undefined {
    const { plan } = place;
    if (type === 'null') return undefined;
    if (plan.action === 'mask') {
      this.#count(plan.rule);
      return maskWhole(plan.rule, type, bytes, start, end);
    }
    if (type === 'boolean') return undefined;
    if (type === 'number')
      return plan.action === 'scan' ? this.#number(plan.number, bytes, start, end) : undefined;
    const isEscaped = hasEscape ?? hasBackslash(bytes, start, end);
    return this.#string(place, plan.action === 'scan' ? plan.text : undefined, bytes, start, end, isEscaped);
  }

  // Told once per chunk: of each value it takes as long as masking it.
  #count(rule: AppliedRule): void {
    if (rule !== this.#counted) this.flushCount();
    this.#counted = rule;
    this.#masked++;
  }

  /** Reports what was masked by rules for fields since the last call. */
  flushCount(): void {
    if (this.#counted !== undefined) this.#scan.report.addMasked(this.#counted.id, this.#masked);
    this.#counted = undefined;
    this.#masked = 0;
  }

  /** @returns What is written instead of a key that is a value itself; `undefined` when it stays. */
  maskKey(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
    const scanner = this.#scan.scannerFor({ name: '', path: [], kind: 'text' });
    if (scanner === undefined) return undefined;
    const isPlain = !hasBackslash(bytes, start, end);
    const value = isPlain ? bytes : decodeJsonString(bytes, start, end);
    const masked = this.#scan.mask(scanner, value, isPlain ? start + 1 : 0, isPlain ? end - 1 : value.length);
    return masked === undefined ? undefined : encodeJsonString(masked);
  }

  #string(
    place: JsonPlace,
    scanner: FieldScanner | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
    hasEscape: boolean,
  ): Uint8Array | undefined {
    if (hasEscape || mayBeDocument(bytes, start + 1, end - 1)) {
      const value = decodeJsonString(bytes, start, end);
      const masked =
        this.#text(place, scanner, value) ?? this.#base64(place, scanner, value, 0, value.length);
      return masked === undefined ? undefined : encodeJsonString(masked);
    }
    // Most strings: the literal is the value, without its quotes.
    if (scanner !== undefined && this.#scan.finds(scanner, bytes, start + 1, end - 1))
      return encodeJsonString(this.#scan.maskFound(bytes, start + 1, end - 1));
    const masked = this.#base64(place, scanner, bytes, start + 1, end - 1);
    return masked === undefined ? undefined : encodeJsonString(masked);
  }

  /** A text in base64 is masked as if it stood there, and written in base64 again. */
  #base64(
    place: JsonPlace,
    scanner: FieldScanner | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
    depth = BASE64_DEPTH,
  ): Uint8Array | undefined {
    if (scanner === undefined && !this.#hasRules) return undefined;
    const found = decodeBase64Text(bytes, start, end);
    if (found === undefined) return undefined;
    const { text, start: from } = found;
    const inner = (): Uint8Array | undefined =>
      depth > 0 ? this.#base64(place, scanner, text, 0, text.length, depth - 1) : undefined;
    const masked = this.#text(place, scanner, text) ?? inner();
    if (masked === undefined) return undefined;
    return Buffer.concat([bytes.subarray(start, from), encodeBase64Like(masked, bytes, from, end)]);
  }

  /** @returns A text that may be JSON or hold some, masked; `undefined` when it stays. */
  #text(place: JsonPlace, scanner: FieldScanner | undefined, text: Uint8Array): Uint8Array | undefined {
    const document = mayBeDocument(text, 0, text.length) ? this.#nested(text, place) : undefined;
    if (document !== undefined) return document === text ? undefined : document;
    const parts = this.#hasRules && text.includes(OPEN_BRACE) ? this.#withoutFields(place, text) : text;
    if (parts === undefined) {
      // Fails closed: which field a value in it belongs to cannot be told.
      this.#scan.report.addFailedClosed('malformed');
      return WITHHELD;
    }
    const masked = scanner === undefined ? undefined : this.#scan.mask(scanner, parts, 0, parts.length);
    return masked ?? (parts === text ? undefined : parts);
  }

  /** @returns The text with fields of JSON in it masked; `undefined` when it begins like JSON and is none. */
  #withoutFields(place: JsonPlace, text: Uint8Array): Uint8Array | undefined {
    if (sniffContent(text) === 'json') return undefined;
    return maskEmbeddedJson(text, (document) => this.#nested(document, place));
  }

  #number(
    scanner: FieldScanner | undefined,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Uint8Array | undefined {
    if (scanner === undefined || !this.#scan.finds(scanner, bytes, start, end)) return undefined;
    return numberToken(this.#scan.replaceWhole(bytes, start, end, { kind: 'float' }));
  }
}

/** The token that takes the place of a value under a rule; of an object or array as of a string. */
export function maskWhole(
  rule: AppliedRule,
  type: JsonScalar | 'container',
  bytes: Uint8Array,
  start: number,
  end: number,
): Uint8Array {
  switch (type) {
    case 'null':
    case 'boolean':
      return JSON_NULL;
    case 'number': {
      const value = textOf(bytes, start, end);
      return numberToken(rule.masker.replacement(value, { kind: 'float' }, undefined));
    }
    case 'string':
    case 'container':
      return stringToken(rule, type === 'string', bytes, start, end);
    default: {
      const unknown: never = type;
      return unknown;
    }
  }
}

// Encoding the same label for every value costs more than all else about it.
const constants = new WeakMap<AppliedRule, Uint8Array>();

function stringToken(
  rule: AppliedRule,
  hasValue: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): Uint8Array {
  const known = constants.get(rule);
  if (known !== undefined) return known;
  const { masker } = rule;
  const isConstant = masker.isConstantFor?.(TEXT) ?? masker.isConstant;
  const value = hasValue && !isConstant ? utf8.decode(decodeJsonString(bytes, start, end)) : '';
  const replacement = masker.replacement(value, TEXT, undefined);
  const token = replacement === null ? JSON_NULL : encodeJsonString(replacement);
  if (isConstant) constants.set(rule, token);
  return token;
}

function numberToken(replacement: string | null): Uint8Array {
  return replacement === null || !NUMBER.test(replacement) ? JSON_NULL : Buffer.from(replacement, 'latin1');
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function hasBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

/** The first byte that is no white space begins an object or array; an escape may stand for one. */
function mayBeDocument(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === BACKSLASH) return true;
    if (byte > SPACE) return false;
  }
  return false;
}
