import type { FieldScanner } from '../../../detect/detector.ts';
import { isAlnum } from '../../../scan/byte-class.ts';
import { hexValue } from '../../../wire/json/string-literal.ts';
import type { ValueScan } from '../../value-scan.ts';
import type { BodyMasker } from '../body-masker.ts';
import type { AppliedRule, NameRules } from '../field-rules.ts';
import { WITHHELD } from './found-spans.ts';
import { HeldBytes } from './held-bytes.ts';

/** Limits of a form body. */
export interface FormBodyOptions {
  /** Bytes of a name with its value, as they are sent; a larger pair is withheld. Default 1 MiB. */
  readonly pairSizeMax?: number;
}

/** What values of a name get. */
interface NamePlan {
  /** The name itself, masked; `undefined` when nothing is found in it. */
  readonly masked: Uint8Array | undefined;
  readonly rule: AppliedRule | undefined;
  readonly scanner: FieldScanner | undefined;
}

// Names come again in lists.
const PLANS_MAX = 256;
const PLAN_NAME_MAX = 64;
const PAIR_SIZE_MAX = 1_048_576;
const [AMPERSAND, EQUALS, PERCENT, PLUS, SPACE] = [0x26, 0x3d, 0x25, 0x2b, 0x20];

/**
 * Masks `application/x-www-form-urlencoded`, pair by pair.
 *
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export class FormBody implements BodyMasker {
  readonly #scan: ValueScan;
  readonly #names: NameRules;
  readonly #pairSizeMax: number;
  readonly #held = new HeldBytes();
  readonly #plans = new Map<string, NamePlan>();
  #isDropping = false;

  constructor(scan: ValueScan, names: NameRules, { pairSizeMax = PAIR_SIZE_MAX }: FormBodyOptions = {}) {
    this.#scan = scan;
    this.#names = names;
    this.#pairSizeMax = pairSizeMax;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    const output: Uint8Array[] = [];
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(AMPERSAND, from);
      if (end < 0) break;
      this.#held.push(chunk.subarray(from, end));
      this.#finishPair(output);
      output.push(chunk.slice(end, end + 1));
      from = end + 1;
    }
    if (this.#isDropping) return output;
    this.#held.push(chunk.subarray(from));
    if (this.#held.length > this.#pairSizeMax) {
      this.#withhold(output);
      this.#isDropping = true;
    }
    return output;
  }

  end(): readonly Uint8Array[] {
    const output: Uint8Array[] = [];
    this.#finishPair(output);
    return output;
  }

  #finishPair(output: Uint8Array[]): void {
    if (this.#isDropping) this.#held.drop(this.#held.length);
    else if (this.#held.length > this.#pairSizeMax) this.#withhold(output);
    else if (this.#held.length > 0) output.push(this.#maskPair(this.#held.take(this.#held.length)));
    this.#isDropping = false;
  }

  #withhold(output: Uint8Array[]): void {
    this.#scan.report.addFailedClosed('size');
    this.#held.drop(this.#held.length);
    output.push(encodeFormText(WITHHELD));
  }

  #maskPair(pair: Uint8Array): Uint8Array {
    const sign = pair.indexOf(EQUALS);
    const nameEnd = sign < 0 ? pair.length : sign;
    const plan = this.#planOf(pair.subarray(0, nameEnd));
    const value = sign < 0 ? undefined : this.#maskValue(plan, decodeFormText(pair.subarray(sign + 1)));
    if (plan.masked === undefined && value === undefined) return pair;
    return Buffer.concat([
      plan.masked === undefined ? pair.subarray(0, nameEnd) : encodeFormText(plan.masked),
      pair.subarray(nameEnd, nameEnd + 1),
      value === undefined ? pair.subarray(nameEnd + 1) : encodeFormText(value),
    ]);
  }

  #planOf(encoded: Uint8Array): NamePlan {
    const key = Buffer.from(encoded).toString('latin1');
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    const bytes = decodeFormText(encoded);
    const name = Buffer.from(bytes).toString('utf8');
    const plan = {
      masked: this.#masked(this.#scan.scannerFor({ name: '', path: [], kind: 'text' }), bytes),
      rule: this.#names.ruleFor(name) ?? this.#names.ruleFor(lastNameOf(name)),
      scanner: this.#scan.scannerFor({ name, path: [], kind: 'text' }),
    };
    // A name that is masked is counted every time.
    const isKept = plan.masked === undefined && key.length <= PLAN_NAME_MAX && this.#plans.size < PLANS_MAX;
    if (isKept) this.#plans.set(key, plan);
    return plan;
  }

  #maskValue({ rule, scanner }: NamePlan, value: Uint8Array): Uint8Array | undefined {
    if (rule === undefined) return this.#masked(scanner, value);
    this.#scan.report.addMasked(rule.id, 1);
    const text = Buffer.from(value).toString('utf8');
    return Buffer.from(rule.masker.replacement(text, { kind: 'text' }, undefined) ?? '', 'utf8');
  }

  #masked(scanner: FieldScanner | undefined, value: Uint8Array): Uint8Array | undefined {
    if (scanner === undefined || value.length === 0) return undefined;
    return this.#scan.mask(scanner, value, 0, value.length);
  }
}

/** `user[password]`, `cards[0][number]`, `tags[]`: how forms write the names of nested fields. */
function lastNameOf(name: string): string {
  let end = name.length;
  while (name[end - 1] === ']') {
    const open = name.lastIndexOf('[', end - 1);
    if (open < 0) break;
    const inner = name.slice(open + 1, end - 1);
    if (!/^\d*$/.test(inner)) return inner;
    end = open;
  }
  return name.slice(0, end);
}

/** Decodes `%XX` and `+`; a percent sign that opens no sequence stands for itself. Aliases plain text. */
export function decodeFormText(text: Uint8Array): Uint8Array {
  if (!text.includes(PERCENT) && !text.includes(PLUS)) return text;
  const decoded = new Uint8Array(text.length);
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]!;
    const high = byte === PERCENT ? hexValue(text[at + 1]) : -1;
    const low = byte === PERCENT ? hexValue(text[at + 2]) : -1;
    if (high >= 0 && low >= 0) {
      decoded[size++] = high * 16 + low;
      at += 2;
    } else decoded[size++] = byte === PLUS ? SPACE : byte;
  }
  return decoded.subarray(0, size);
}

/** Encodes as browsers do: letters, digits and `*-._` as they are, a space as `+`. */
export function encodeFormText(text: Uint8Array): Uint8Array {
  let encoded = '';
  for (const byte of text) {
    if (isAlnum(byte) || byte === 0x2a || byte === 0x2d || byte === 0x2e || byte === 0x5f)
      encoded += String.fromCharCode(byte);
    else if (byte === SPACE) encoded += '+';
    else encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return Buffer.from(encoded, 'latin1');
}
