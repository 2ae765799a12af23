import type { CompiledRule } from './detect/compiled-rule.ts';
import {
  type DetectorRule,
  type Field,
  type FieldKind,
  FindingList,
  workBudgetFor,
} from './detect/detector.ts';
import { type Explanation, explainFinding } from './detect/explain.ts';
import { loadRe2, type Re2Engine } from './detect/re2.ts';
import { type EngineOptions, loadEngine } from './load-engine.ts';

/** What a text was found to hold. Offsets are those of the string: UTF-16 code units, half-open. */
export interface TextFinding {
  /** Id of the rule. */
  readonly rule: string;
  readonly entity: string;
  readonly pack: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly score: number;
}

/** Where a text comes from: names give context to rules. */
export interface TextField {
  /** Column name, JSON key, header. */
  readonly name?: string;
  /** Names on the way to it, outermost first. */
  readonly path?: readonly string[];
  /** Default `text`. */
  readonly kind?: FieldKind;
}

/** Rules over texts, for whoever wants to know what they find rather than have it masked. */
export interface Detector {
  /** In the order in which they were loaded. */
  readonly rules: readonly DetectorRule[];
  /** Which engine runs the patterns of rule files: `re2` (native) or `re2js`. */
  readonly patternEngine: Re2Engine['name'];
  /**
   * @returns Findings by start, not overlapping: what overlaps is one finding, under the name of the
   *   strongest. A text that exceeds the budget is one finding of the rule `budget`.
   */
  detect(text: string, field?: TextField): readonly TextFinding[];
  /** As `detect`, and says of every finding why. Never holds a value. */
  explain(text: string, field?: TextField): readonly (TextFinding & Explanation)[];
}

/**
 * Compiles rules into a detector.
 *
 * @throws {PolicyError} `WIREMASK_ERR_POLICY` or `WIREMASK_ERR_RULE_FILE`, with every problem found.
 * @example
 * ```ts
 * const detector = await createDetector({ countries: ['de'] });
 * for (const { entity, start } of detector.detect('write to ada@example.com')) console.log(entity, start);
 * ```
 */
export async function createDetector(options: EngineOptions = {}): Promise<Detector> {
  const re2 = await loadRe2();
  const engine = await loadEngine(options, re2);
  const rules = (engine?.rules ?? []) as readonly CompiledRule[];
  const findings = new FindingList();

  const scan = (text: string, field: TextField): { readonly bytes: Buffer; readonly isComplete: boolean } => {
    const bytes = Buffer.from(text);
    const scanned: Field = { name: field.name ?? '', path: field.path ?? [], kind: field.kind ?? 'text' };
    findings.clear();
    const budget = { remaining: workBudgetFor(bytes.length) };
    const isComplete = engine?.scannerFor(scanned)?.scan(bytes, 0, bytes.length, findings, budget) ?? true;
    return { bytes, isComplete };
  };

  const inText = (text: string, bytes: Buffer): readonly TextFinding[] => {
    const toOffset = offsetsOf(text, bytes);
    return Array.from({ length: findings.length }, (_, index) => {
      const { id, entity, pack } = rules[findings.rules[index]!]!;
      const [start, end] = [toOffset(findings.starts[index]!), toOffset(findings.ends[index]!)];
      return { rule: id, entity, pack, start, end, score: findings.scores[index]! };
    });
  };

  return {
    rules,
    patternEngine: re2.name,
    detect(text, field = {}) {
      const { bytes, isComplete } = scan(text, field);
      return isComplete ? inText(text, bytes) : [overBudget(text)];
    },
    explain(text, field = {}) {
      const { bytes, isComplete } = scan(text, field);
      const names = [...(field.path ?? []), field.name ?? ''];
      if (!isComplete) return [{ ...overBudget(text), ...explainFinding(undefined, names, bytes, 0, 0) }];
      // The spans in bytes are still at hand: reading them off the text anew for each finding is quadratic.
      return inText(text, bytes).map((finding, index) => {
        const [start, end] = [findings.starts[index]!, findings.ends[index]!];
        return { ...finding, ...explainFinding(rules[findings.rules[index]!], names, bytes, start, end) };
      });
    },
  };
}

function overBudget(text: string): TextFinding {
  return { rule: 'budget', entity: 'VALUE', pack: '', start: 0, end: text.length, score: 1 };
}

/** Byte offsets, in ascending order, to offsets of the string. */
function offsetsOf(text: string, bytes: Buffer): (byte: number) => number {
  if (bytes.length === text.length) return (byte) => byte;
  let [byteAt, offset] = [0, 0];
  return (byte) => {
    if (byte < byteAt) [byteAt, offset] = [0, 0];
    offset += bytes.toString('utf8', byteAt, byte).length;
    byteAt = byte;
    return offset;
  };
}
