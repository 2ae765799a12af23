import type { Field, FieldKind } from '../detect/detector.ts';
import type { Masker } from '../mask/masker.ts';
import type { ColumnRule, MaskingPolicy } from '../policy/masking-policy.ts';
import { compileJsonPath } from '../wire/json/json-path.ts';
import type { TextMasker } from './postgres/text-masker.ts';

/** How deep objects and arrays are walked; what lies deeper is withheld. */
const depthMax = 64;

/** Where a row comes from; a part left out may be anything. */
export interface RowOrigin {
  readonly schema?: string;
  readonly table?: string;
}

type Step = string | number;

/** What a walk does with each value and each key of an object. */
interface Visitor {
  /** @returns A replacement, or `undefined` to go on inside. */
  value(value: unknown, steps: readonly Step[]): unknown;
  key(key: string): string;
}

/** Masks values that people already hold, rather than bytes on a wire. */
export class ValueMasker {
  readonly #policy: MaskingPolicy;
  readonly #texts: TextMasker;

  constructor(policy: MaskingPolicy, texts: TextMasker) {
    this.#policy = policy;
    this.#texts = texts;
  }

  /**
   * @param names - Names that lead to the text, outermost first: they give context to rules.
   * @returns The text with every finding replaced.
   */
  maskText(text: string, names: readonly string[] = []): string {
    const bytes = Buffer.from(text);
    const masked = this.#texts.scan(bytes, names.length === 0 ? undefined : fieldOf(names, 'text'));
    return masked === bytes ? text : Buffer.from(masked).toString('utf8');
  }

  /** @returns A new object with the same keys. */
  maskRow<Row extends Readonly<Record<string, unknown>>>(
    row: Row,
    origin: RowOrigin,
  ): Record<keyof Row, unknown> {
    const masked = Object.entries(row).map(([column, value]) => [
      column,
      this.#maskColumn(value, column, this.#rulesFor(origin, column)),
    ]);
    return Object.fromEntries(masked) as Record<keyof Row, unknown>;
  }

  #rulesFor(origin: RowOrigin, column: string): readonly ColumnRule[] {
    return this.#policy.columnRules.filter(({ pattern }) =>
      pattern.mayMatch(origin.schema, origin.table, column),
    );
  }

  #maskColumn(value: unknown, column: string, rules: readonly ColumnRule[]): unknown {
    const whole = rules.find((rule) => rule.jsonPaths.length === 0);
    if (whole) return maskWhole(value, whole.masker);
    let masked = value;
    for (const { jsonPaths, masker } of rules) {
      for (const path of jsonPaths) {
        const { matches } = compileJsonPath(path);
        masked = this.#walk(masked, [], {
          value: (leaf, steps) => (matches(steps) ? maskWhole(leaf, masker) : undefined),
          key: (key) => key,
        });
      }
    }
    return this.#walk(masked, [], {
      value: (leaf, steps) =>
        this.#maskLeaf(leaf, [column, ...steps.filter((step) => typeof step === 'string')]),
      key: (key) => this.maskText(key),
    });
  }

  // What is no text can hold no label: it is replaced whole. Undefined to go on.
  #maskLeaf(leaf: unknown, names: readonly string[]): unknown {
    if (typeof leaf === 'string') return this.maskText(leaf, names);
    if (typeof leaf === 'number' || typeof leaf === 'bigint') {
      const isFound = this.#texts.finds(Buffer.from(String(leaf)), fieldOf(names, 'number'));
      return isFound ? maskWhole(leaf, this.#policy.fallbackMasker) : leaf;
    }
    if (leaf instanceof Uint8Array) {
      return this.#texts.finds(leaf, fieldOf(names, 'binary')) ? null : leaf;
    }
    const json = jsonOf(leaf);
    if (json === undefined || typeof json === 'object') return undefined;
    const texts = [String(leaf), String(json)];
    return texts.some((text) => this.#texts.finds(Buffer.from(text), fieldOf(names, 'text'))) ? null : leaf;
  }

  #walk(value: unknown, steps: readonly Step[], visitor: Visitor): unknown {
    const replaced = visitor.value(value, steps);
    if (replaced !== undefined) return replaced;
    if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) {
      return value;
    }
    // Fails closed: what is nested beyond the limit is not looked at, so it is not passed.
    if (steps.length >= depthMax) return null;
    const inside = (item: unknown, step: Step): unknown => this.#walk(item, [...steps, step], visitor);
    if (value instanceof Set) return new Set([...value].map(inside));
    if (value instanceof Map) {
      const entries = [...(value as Map<unknown, unknown>)].map(([key, item], index): [unknown, unknown] =>
        typeof key === 'string'
          ? [visitor.key(key), inside(item, key)]
          : [inside(key, index), inside(item, index)],
      );
      return new Map(entries);
    }
    // An object that says what it is in JSON is that: its own properties may be anything, or hidden.
    const json = jsonOf(value);
    if (json !== undefined && typeof json !== 'object') return value;
    const shown = json ?? value;
    if (Array.isArray(shown)) return shown.map(inside);
    return Object.fromEntries(
      Object.entries(shown).map(([key, item]) => [visitor.key(key), inside(item, key)]),
    );
  }
}

function fieldOf(names: readonly string[], kind: FieldKind): Field {
  return { name: names.at(-1) ?? '', path: names.slice(0, -1), kind };
}

/** What the `toJSON` of a URL, a decimal number or a model gives; `undefined` when there is none. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  return 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : undefined;
}

function maskWhole(value: unknown, masker: Masker): unknown {
  if (value === null || value === undefined) return value;
  switch (typeof value) {
    case 'string':
      return masker.replacement(value, { kind: 'text' }, undefined);
    case 'number':
    case 'bigint': {
      const text = masker.replacement(
        String(value),
        { kind: 'integer', bits: 32, isSigned: true },
        undefined,
      );
      if (text === null) return null;
      return typeof value === 'bigint' ? BigInt(text) : Number(text);
    }
    case 'boolean':
      return masker.spec.mask === 'nullify' ? null : false;
    default: {
      const text = masker.replacement(JSON.stringify(value) ?? '', { kind: 'text' }, undefined);
      return masker.spec.mask === 'partial' ? null : text;
    }
  }
}
