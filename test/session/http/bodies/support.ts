import { loadRe2 } from '../../../../src/detect/re2.ts';
import { loadEngine } from '../../../../src/load-engine.ts';
import { compilePolicy } from '../../../../src/policy/compile-policy.ts';
import type { DetectOptions } from '../../../../src/policy/masking-rule.ts';
import type { BodyMasker } from '../../../../src/session/http/body-masker.ts';
import type { AppliedRule, NameRules } from '../../../../src/session/http/field-rules.ts';
import { MaskCounts } from '../../../../src/session/mask-report.ts';
import { ValueScan } from '../../../../src/session/value-scan.ts';
import { everySplit, oneByteAtATime } from '../../../support/properties.ts';

/** Makes scans over one compiled policy, each with counts of its own. */
export async function loadScans(options: Partial<DetectOptions> = {}): Promise<() => ValueScan> {
  const detect: DetectOptions = { mask: 'redact', ...options };
  const engine = await loadEngine(detect, await loadRe2());
  const policy = compilePolicy({ detect }, engine);
  return () => new ValueScan(policy, new MaskCounts());
}

/** A scan that finds nothing. */
export function emptyScan(): ValueScan {
  return new ValueScan(compilePolicy({}, undefined), new MaskCounts());
}

/** A rule that writes a fixed text. */
export function replacingRule(id: string, value: string | null): AppliedRule {
  const spec = { mask: 'replace', value: value ?? '' } as const;
  return { id, masker: { spec, isConstant: true, replacement: () => value } };
}

/** Rules by name, without regard to case. */
export function nameRules(rules: Readonly<Record<string, AppliedRule>> = {}): NameRules {
  return { ruleFor: (name) => rules[name.toLowerCase()] };
}

/** What a body becomes when it arrives in these chunks; the chunks are overwritten after each call. */
export function run(masker: BodyMasker, chunks: readonly (string | Uint8Array)[]): string {
  const output: Uint8Array[] = [];
  for (const chunk of chunks) {
    const bytes = new Uint8Array(Buffer.from(chunk as Uint8Array));
    const parts = masker.push(bytes).map((part) => new Uint8Array(part));
    bytes.fill(0x7e);
    output.push(...parts);
  }
  output.push(...masker.end());
  return Buffer.concat(output).toString('latin1');
}

/** The body in one chunk, at every split, and byte by byte: each distinct output once. */
export function outputsOf(create: () => BodyMasker, body: string): readonly string[] {
  const bytes = Buffer.from(body, 'latin1');
  const outputs = new Set([run(create(), [bytes]), run(create(), oneByteAtATime(bytes))]);
  if (bytes.length <= 2048) for (const chunks of everySplit(bytes)) outputs.add(run(create(), chunks));
  return [...outputs];
}
