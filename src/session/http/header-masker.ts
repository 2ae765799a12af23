import type { HeaderField } from '../../wire/http/head.ts';
import type { ValueScan } from '../value-scan.ts';
import { type HeaderDecision, responseHeaders } from './header-table.ts';
import type { HttpContext } from './http-context.ts';
import { mapFields } from './map-fields.ts';

const MASK: HeaderDecision = { action: 'mask', why: 'may carry any value' };
// A rule that took their values would leave a message that nobody can read, or two readers read differently.
const FRAMING: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'content-encoding']);
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Masks the fields of response heads and trailer sections. */
export class HeaderMasker {
  readonly #context: HttpContext;
  readonly #scan: ValueScan;

  constructor(context: HttpContext, scan: ValueScan) {
    this.#context = context;
    this.#scan = scan;
  }

  /**
   * @param isBodyMasked - Fields that describe the old body go.
   * @returns The same array when nothing changes.
   */
  mask(fields: readonly HeaderField[], isBodyMasked: boolean): readonly HeaderField[] {
    if (this.#context.policy.isEmpty) return fields;
    return mapFields(fields, (field) => this.#field(field, isBodyMasked));
  }

  #field(field: HeaderField, isBodyMasked: boolean): HeaderField | undefined {
    const name = field.name.toLowerCase();
    const rule = FRAMING.has(name) ? undefined : this.#context.headerRule(name);
    if (rule !== undefined) {
      this.#scan.report.addMasked(rule.id, 1);
      const replacement = rule.masker.replacement(field.value, { kind: 'text' }, undefined);
      return replacement === null ? undefined : { name: field.name, value: asFieldValue(replacement) };
    }
    const { action } = responseHeaders.get(name) ?? MASK;
    switch (action) {
      case 'forward':
        return field;
      case 'drop':
        return undefined;
      case 'drop-if-masked':
        return isBodyMasked ? undefined : field;
      case 'mask': {
        const value = this.text(field.value, name);
        return value === field.value ? field : { name: field.name, value };
      }
      default: {
        const unknown: never = action;
        return unknown;
      }
    }
  }

  /** @returns The text of a head with its findings replaced; bytes beyond ASCII as Latin-1. */
  text(value: string, name: string): string {
    const scanner = this.#scan.scannerFor({ name, path: [], kind: 'text' });
    if (scanner === undefined || value === '') return value;
    const bytes = Buffer.from(value, 'latin1');
    const masked = this.#scan.mask(scanner, bytes, 0, bytes.length);
    return masked === undefined ? value : asFieldValue(Buffer.from(masked).toString('latin1'));
  }
}

/** A label of the user's may hold what a field value must not. */
function asFieldValue(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const value = /[\u0100-\uffff]/.test(text) ? bytes : text;
  return FIELD_VALUE.test(value) ? value : '[masked]';
}
