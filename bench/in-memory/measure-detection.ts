import {
  type DetectionEngine,
  type FieldScanner,
  FindingList,
  workBudgetFor,
} from '../../src/detect/detector.ts';
import { loadRe2, PatternSpan } from '../../src/detect/re2.ts';
import { loadEngine, loadRules } from '../../src/load-engine.ts';
import type { Measured } from '../support/measured.ts';
import { median } from '../support/numbers.ts';
import { buildFieldMix, hostileValues, type MixedValue } from './field-mix.ts';

const ROUNDS = 7;
// Every rule on every value takes seconds: a share of the values says as much.
const REFERENCE_VALUES = 400;

/** Measures what finding costs on one core, with every default rule on. */
export async function measureDetection(): Promise<Measured[]> {
  const { engine, measured } = await measureStart();
  const mix = buildFieldMix();
  const size = mix.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const ms = timeOf(() => scanAll(engine, mix));
  const throughput = size / 1e3 / ms;
  const perRule = await measureEveryRule(mix);
  const copy = size / 1e3 / timeOf(() => copyAll(mix));
  const ratio = throughput / copy;
  measured.push({ name: 'detection/field mix', value: throughput, unit: 'MB/s', ratio, to: 'copy' });
  measured.push({
    name: 'detection/one RE2 call per pattern',
    value: perRule,
    unit: 'MB/s',
    ratio: perRule / throughput,
    to: 'field mix',
  });
  const set = await measureSet(mix);
  if (set !== undefined) {
    const share = set / throughput;
    measured.push({ name: 'detection/RE2.Set', value: set, unit: 'MB/s', ratio: share, to: 'field mix' });
  }
  for (const [name, text] of Object.entries({ name: 'Ingrid', id: '482913', sku: 'ABCD-4821-XY' })) {
    const values = Array.from({ length: 24_000 }, () => ({ field: name, bytes: Buffer.from(text) }));
    const ns = (timeOf(() => scanAll(engine, values)) * 1e6) / values.length;
    measured.push({ name: `detection/clean short field ${name}`, value: ns / 1000, unit: 'us' });
  }
  for (const [name, make] of Object.entries(hostileValues)) {
    const value = make();
    const scanner = engine.scannerFor({ name: 'note', path: [], kind: 'text' }) as FieldScanner;
    const took = timeOf(() => scanOne(scanner, value));
    measured.push({ name: `detection/hostile ${name}`, value: value.length / 1e3 / took, unit: 'MB/s' });
  }
  return measured;
}

async function measureStart(): Promise<{ engine: DetectionEngine; measured: Measured[] }> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const start = performance.now();
  const engine = await loadEngine({}, await loadRe2());
  const ms = performance.now() - start;
  globalThis.gc?.();
  const after = process.memoryUsage();
  if (engine === undefined) throw new Error('there are no rules');
  const held = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  return {
    engine,
    measured: [
      { name: 'detection/rules', value: engine.rules.length, unit: 'rules' },
      { name: 'detection/start', value: ms, unit: 'ms' },
      { name: 'detection/start memory', value: held / 1e6, unit: 'MB' },
    ],
  };
}

interface Re2Set {
  test(bytes: Uint8Array): boolean;
}

interface NativeRe2 {
  readonly default: { readonly Set: new (patterns: readonly string[], flags: string) => Re2Set };
}

/** As few sets as the binding's limit of memory allows. */
function compileSets(native: NativeRe2['default'], patterns: readonly string[]): readonly Re2Set[] {
  try {
    return [new native.Set(patterns, 'u')];
  } catch (error) {
    if (patterns.length === 1) throw error;
    const half = Math.ceil(patterns.length / 2);
    const halves = [patterns.slice(0, half), patterns.slice(half)];
    return halves.flatMap((part) => compileSets(native, part));
  }
}

/**
 * Asks RE2.Sets of all patterns whether anything matches: less than finding where. Only the native binding
 * has sets, and it is an optional dependency.
 */
async function measureSet(mix: readonly MixedValue[]): Promise<number | undefined> {
  const packageName: string = 're2';
  const native = await import(packageName).then(
    (module: NativeRe2) => module.default,
    () => undefined,
  );
  if (native === undefined) return undefined;
  const rules = await loadRules({}, await loadRe2());
  const patterns = rules.flatMap(({ facts }) => (facts['patterns'] ?? []) as readonly string[]);
  const sets = compileSets(native, patterns);
  const size = mix.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const ms = timeOf(() => {
    for (const { bytes } of mix) for (const set of sets) set.test(bytes);
  });
  return size / 1e3 / ms;
}

async function measureEveryRule(mix: readonly MixedValue[]): Promise<number> {
  const rules = await loadRules({}, await loadRe2());
  const patterns = rules.flatMap((rule) =>
    rule.patterns.flatMap(({ matcher }) => (matcher.how === 'pattern' ? [matcher.pattern()] : [])),
  );
  const span = new PatternSpan();
  const part = mix.filter((_, index) => index % Math.ceil(mix.length / REFERENCE_VALUES) === 0);
  const size = part.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const start = performance.now();
  for (const { bytes } of part) for (const pattern of patterns) pattern.find(bytes, 0, 0, span);
  return size / 1e3 / (performance.now() - start);
}

const target = Buffer.alloc(4096);

/** Copies every value byte by byte: what looking at each byte once costs. */
function copyAll(values: readonly MixedValue[]): void {
  for (const { bytes } of values) for (let at = 0; at < bytes.length; at++) target[at] = bytes[at] as number;
}

const findings = new FindingList();
const budget = { remaining: 0 };

function scanAll(engine: DetectionEngine, values: readonly MixedValue[]): void {
  const scanners = new Map<string, FieldScanner | undefined>();
  for (const { field, bytes } of values) {
    let scanner = scanners.get(field);
    if (scanner === undefined) {
      scanner = engine.scannerFor({ name: field, path: [], kind: 'text' });
      scanners.set(field, scanner);
    }
    if (scanner !== undefined) scanOne(scanner, bytes);
  }
}

function scanOne(scanner: FieldScanner, bytes: Uint8Array): void {
  findings.clear();
  budget.remaining = workBudgetFor(bytes.length);
  scanner.scan(bytes, 0, bytes.length, findings, budget);
}

function timeOf(run: () => void): number {
  run();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return median(times);
}
