import type { Field } from '../detect/detector.ts';
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
    const name = names.at(-1);
    const field: Field | undefined =
      name === undefined ? undefined : { name, path: names.slice(0, -1), kind: 'text' };
    const masked = this.#texts.scan(bytes, field);
    return masked === bytes ? text : Buffer.from(masked).toString('utf8');
  }

  /** @returns A new object with the same keys. */
  maskRow<Row extends Readonly<Record<string, unknown>>>(
    row: Row,
    origin: RowOrigin,
  ): Record<keyof Row, unknown> {
    const masked: Record<string, unknown> = {};
    for (const [column, value] of Object.entries(row)) {
      masked[column] = this.#maskColumn(value, column, this.#rulesFor(origin, column));
    }
    return masked as Record<keyof Row, unknown>;
  }

  #rulesFor(origin: RowOrigin, column: string): readonly ColumnRule[] {
    return this.#policy.columnRules.filter(({ pattern }) =>
      pattern.mayMatch(origin.schema, origin.table, column),
    );
  }

  #maskColumn(value: unknown, column: string, rules: readonly ColumnRule[]): unknown {
    const whole = rules.find((rule) => rule.jsonPaths.length === 0);
    if (whole) return maskWhole(value, whole);
    let masked = value;
    for (const rule of rules) {
      for (const path of rule.jsonPaths) {
        const { matches } = compileJsonPath(path);
        masked = this.#walk(masked, [], (leaf, steps) =>
          matches(steps) ? maskWhole(leaf, rule) : undefined,
        );
      }
    }
    return this.#walk(masked, [], (leaf, steps) => {
      const names = [column, ...steps.filter((step) => typeof step === 'string')];
      return typeof leaf === 'string' ? this.maskText(leaf, names) : undefined;
    });
  }

  // `visit` returns a replacement, or undefined to go on.
  #walk(
    value: unknown,
    steps: (string | number)[],
    visit: (value: unknown, steps: readonly (string | number)[]) => unknown,
  ): unknown {
    const replaced = visit(value, steps);
    if (replaced !== undefined) return replaced;
    if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) {
      return value;
    }
    // Fails closed: what is nested beyond the limit is not looked at, so it is not passed.
    if (steps.length >= depthMax) return null;
    if (Array.isArray(value)) return value.map((item, index) => this.#walk(item, [...steps, index], visit));
    const entries = Object.entries(value).map(([key, item]) => [
      key,
      this.#walk(item, [...steps, key], visit),
    ]);
    return Object.fromEntries(entries);
  }
}

function maskWhole(value: unknown, rule: ColumnRule): unknown {
  const { masker } = rule;
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
