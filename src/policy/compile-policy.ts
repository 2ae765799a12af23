import type { DetectionEngine } from '../detect/detector.ts';
import { PolicyError, type PolicyProblem } from '../errors.ts';
import { createValueMasker } from '../mask/create-masker.ts';
import type { MaskerSpec } from '../mask/masker.ts';
import { detectOptionProblems } from './check-detect-options.ts';
import { compileColumnPattern } from './column-pattern.ts';
import { compileFieldRule } from './field-rule.ts';
import type { ColumnRule, MaskingPolicy } from './masking-policy.ts';
import type { ColumnRuleOptions, MaskerOptions, MaskingOptions } from './masking-rule.ts';

/** HMAC keys shorter than this can be guessed. */
const keySizeMin = 16;

type Report = (path: string, message: string) => void;

/**
 * Compiles options to a policy.
 *
 * @param engine - Compiled detectors, or `undefined` when the options ask for none.
 * @throws {PolicyError} `WIREMASK_ERR_POLICY` with every problem found.
 */
export function compilePolicy(options: MaskingOptions, engine: DetectionEngine | undefined): MaskingPolicy {
  const problems: PolicyProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  const columnRules = (options.columns ?? []).map((rule, index) =>
    compileColumnRule(rule, `columns[${index}]`, report),
  );
  const fieldRules = (options.fields ?? []).flatMap((rule, index) => {
    const path = `fields[${index}]`;
    const spec = maskerSpec(rule, path, report);
    const compiled = spec === undefined ? undefined : compileFieldRule(rule, spec);
    if (typeof compiled === 'string') report(path, compiled);
    return typeof compiled === 'object' ? [compiled] : [];
  });
  const detectProblems = options.detect === undefined ? [] : detectOptionProblems(options.detect);
  problems.push(...detectProblems);
  const detect = detectProblems.length === 0 ? options.detect : undefined;
  const skippedColumns = (detect?.dangerouslySkipColumns ?? []).flatMap((column, index) => {
    const pattern = compileColumnPattern(column);
    if (typeof pattern !== 'string') return [pattern];
    report(`detect.dangerouslySkipColumns[${index}]`, pattern);
    return [];
  });
  const detectSpec = detect ? maskerSpec(detect, 'detect', report) : undefined;
  if (options.unattributed !== undefined && !['mask', 'scan'].includes(options.unattributed)) {
    report('unattributed', 'must be "mask" or "scan"');
  }
  if (options.unmaskable !== undefined && options.unmaskable !== 'refuse') {
    report('unmaskable', 'must be "refuse"');
  }
  const redact = createValueMasker({ mask: 'redact' });
  const forFindings = detectSpec ? createValueMasker(detectSpec) : redact;
  // A rule that has a masker of its own knows best what of its findings may show.
  const ruleSpecs = (engine?.rules ?? []).map(({ id, mask }) =>
    mask === undefined
      ? (detectSpec ?? redact.spec)
      : (maskerSpec(mask, `rule ${id}`, report) ?? redact.spec),
  );
  if (problems.length > 0) throw new PolicyError(problems);
  const rules = columnRules.filter((rule) => rule !== undefined);
  const specs = [...new Set([...[...rules, ...fieldRules].map((rule) => rule.masker.spec), ...ruleSpecs])];
  return {
    columnRules: rules,
    fieldRules,
    engine,
    skippedColumns,
    findingMaskers: ruleSpecs.map((spec) => (spec === detectSpec ? forFindings : createValueMasker(spec))),
    fallbackMasker: redact,
    unattributed: options.unattributed ?? 'mask',
    allowsOpaqueStatements: options.dangerouslyAllowOpaqueStatements === true,
    allowsCopiesOfProtectedColumns: options.dangerouslyAllowCopiesOfProtectedColumns === true,
    forwardsUnreadableStatements: options.dangerouslyForwardUnreadableStatements === true,
    allowsMaskedValuesWrittenBack: options.dangerouslyAllowMaskedValuesWrittenBack === true,
    labels: specs.flatMap((spec) => (spec.mask === 'redact' && spec.label ? [spec.label] : [])),
    partialShapes: specs.filter((spec) => spec.mask === 'partial'),
    masksRequestBodies: options.requestBodies === 'mask',
    forwardsUnmaskableBodies: options.dangerouslyForwardUnmaskableBodies === true,
    isEmpty: rules.length + fieldRules.length === 0 && engine === undefined,
  };
}

function compileColumnRule(options: ColumnRuleOptions, path: string, report: Report): ColumnRule | undefined {
  const pattern = compileColumnPattern(options.column);
  if (typeof pattern === 'string') report(`${path}.column`, pattern);
  const spec = maskerSpec(options, path, report);
  const jsonPaths = options.path === undefined ? [] : [options.path].flat();
  for (const jsonPath of jsonPaths) {
    if (!jsonPath.startsWith('$')) report(`${path}.path`, `"${jsonPath}" must start with $, as in $.ssn`);
  }
  if (typeof pattern === 'string' || spec === undefined) return undefined;
  const id = jsonPaths.length === 0 ? options.column : `${options.column} ${jsonPaths.join(' ')}`;
  return { id, pattern, masker: createValueMasker(spec), jsonPaths };
}

/** Checks that a masker has what it needs and nothing that belongs to another one. */
function maskerSpec(options: MaskerOptions, path: string, report: Report): MaskerSpec | undefined {
  const wrong = (option: string, message: string): undefined => {
    report(`${path}.${option}`, message);
    return undefined;
  };
  switch (options.mask) {
    case 'redact':
      return options.label === undefined ? { mask: 'redact' } : { mask: 'redact', label: options.label };
    case 'partial': {
      const keepFirst = options.keepFirst ?? 0;
      const keepLast = options.keepLast ?? 0;
      if (!isCount(keepFirst)) return wrong('keepFirst', 'must be a whole number of characters, 0 or more');
      if (!isCount(keepLast)) return wrong('keepLast', 'must be a whole number of characters, 0 or more');
      if (keepFirst + keepLast === 0)
        return wrong('keepLast', 'partial needs keepFirst or keepLast; or use mask: redact');
      return { mask: 'partial', keepFirst, keepLast };
    }
    case 'keyed-hash':
      if (options.key === undefined) return wrong('key', 'keyed-hash needs a key');
      if (options.key.length < keySizeMin) {
        return wrong(
          'key',
          `the key has ${options.key.length} bytes; keyed-hash needs at least ${keySizeMin}`,
        );
      }
      return { mask: 'keyed-hash', key: options.key };
    case 'nullify':
      return { mask: 'nullify' };
    case 'replace':
      if (options.value === undefined) return wrong('value', 'replace needs a value');
      return { mask: 'replace', value: options.value };
    default:
      return wrong('mask', 'must be redact, partial, keyed-hash, nullify or replace');
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
