import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RE2Set as PortableSet } from 're2js';
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
import type { DetectionStart } from './detection-start.ts';
import { buildFieldMix, hostileValues, layOut, type MixedValue } from './field-mix.ts';

const ROUNDS = 15;
const REFERENCE_VALUES = 400;
// The default is too little for all patterns: the set would then try them one by one.
const SET_MEMORY = 268_435_456;

/** Measures what finding costs on one core, with every default rule on. */
export async function measureDetection(): Promise<Measured[]> {
  const measured = measureStart();
  const engine = await loadEngine({}, await loadRe2());
  if (engine === undefined) throw new Error('there are no rules');
  const mix = buildFieldMix();
  const size = sizeOf(mix);
  const ms = timeScan(engine, mix);
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
  const share = set / throughput;
  measured.push({ name: 'detection/RE2.Set', value: set, unit: 'MB/s', ratio: share, to: 'field mix' });
  for (const [name, valueAt] of Object.entries(shortValues)) {
    const values = layOut(
      Array.from({ length: 24_000 }, (_, index) => ({ field: name, text: valueAt(index) })),
    );
    const ns = (timeScan(engine, values) * 1e6) / values.length;
    measured.push({ name: `detection/clean short field ${name}`, value: ns / 1000, unit: 'us' });
  }
  measured.push({ name: 'detection/field mix over budget', value: countOver(engine, mix), unit: 'values' });
  let hostileOver = 0;
  for (const [name, make] of Object.entries(hostileValues)) {
    const value = make();
    const scanner = engine.scannerFor({ name: 'note', path: [], kind: 'text' }) as FieldScanner;
    const took = timeOf(() => scanOne(scanner, value, 0, value.length));
    measured.push({ name: `detection/hostile ${name}`, value: value.length / 1e3 / took, unit: 'MB/s' });
    if (!scanOne(scanner, value, 0, value.length)) hostileOver++;
  }
  measured.push({ name: 'detection/hostile over budget', value: hostileOver, unit: 'values' });
  return measured;
}

/** Values with nothing in them, none like the one before: what comes again is not looked at again. */
const shortValues: Readonly<Record<string, (index: number) => string>> = {
  name: (index) => `Ing${index.toString(26).replaceAll(/[0-9]/g, (digit) => 'qrstuvwxyz'[Number(digit)]!)}`,
  id: (index) => String(482_913 + index),
  sku: (index) => `ABCD-${1000 + (index % 9000)}-XY`,
};

const STARTS = 3;

/** The median of processes that do nothing else. */
function measureStart(): Measured[] {
  const script = fileURLToPath(new URL('./detection-start.js', import.meta.url));
  const starts = Array.from({ length: STARTS }, () => {
    const output = execFileSync(process.execPath, ['--expose-gc', script], { encoding: 'utf8' });
    return JSON.parse(output) as DetectionStart;
  });
  return [
    { name: 'detection/rules', value: median(starts.map(({ rules }) => rules)), unit: 'rules' },
    { name: 'detection/start', value: median(starts.map(({ ms }) => ms)), unit: 'ms' },
    { name: 'detection/start memory', value: median(starts.map(({ held }) => held)) / 1e6, unit: 'MB' },
  ];
}

interface Re2Set {
  test(bytes: Uint8Array): boolean;
}

interface NativeRe2 {
  readonly Set: new (patterns: readonly string[], flags: string) => Re2Set;
}

/** As few sets as the binding's limit of memory allows. */
function compileNativeSets(native: NativeRe2, patterns: readonly string[]): readonly Re2Set[] {
  try {
    return [new native.Set(patterns, 'u')];
  } catch (error) {
    if (patterns.length === 1) throw error;
    const half = Math.ceil(patterns.length / 2);
    const halves = [patterns.slice(0, half), patterns.slice(half)];
    return halves.flatMap((part) => compileNativeSets(native, part));
  }
}

function compilePortableSet(patterns: readonly string[]): Re2Set {
  const set = new PortableSet(PortableSet.UNANCHORED, 0, SET_MEMORY);
  for (const pattern of patterns) set.add(pattern);
  set.compile();
  return { test: (bytes) => set.match(bytes).length > 0 };
}

async function compileSets(patterns: readonly string[]): Promise<readonly Re2Set[]> {
  const packageName: string = 're2';
  const native = await import(packageName).then(
    (module: { readonly default: NativeRe2 }) => module.default,
    () => undefined,
  );
  return native === undefined ? [compilePortableSet(patterns)] : compileNativeSets(native, patterns);
}

async function patternsOfRules(): Promise<readonly string[]> {
  const rules = await loadRules({}, await loadRe2());
  return rules.flatMap(({ facts }) => (facts['patterns'] ?? []) as readonly string[]);
}

/** A share of the values: every rule on every value takes seconds. */
function partOf(mix: readonly MixedValue[]): readonly MixedValue[] {
  return mix.filter((_, index) => index % Math.ceil(mix.length / REFERENCE_VALUES) === 0);
}

/**
 * Asks RE2.Sets of all patterns whether anything matches: less than finding where. With the native binding
 * where it is installed, else with the portable one.
 */
async function measureSet(mix: readonly MixedValue[]): Promise<number> {
  const sets = await compileSets(await patternsOfRules());
  const part = partOf(mix);
  const values = part.map(textOf);
  const run = (): void => {
    for (const value of values) for (const set of sets) set.test(value);
  };
  // The first time fills the tables of the set.
  run();
  const start = performance.now();
  run();
  return sizeOf(part) / 1e3 / (performance.now() - start);
}

async function measureEveryRule(mix: readonly MixedValue[]): Promise<number> {
  const re2 = await loadRe2();
  const patterns = (await patternsOfRules()).map((pattern) => re2.compile(pattern));
  const span = new PatternSpan();
  const part = partOf(mix);
  const values = part.map(textOf);
  const start = performance.now();
  for (const value of values) for (const pattern of patterns) pattern.find(value, 0, 0, span);
  return sizeOf(part) / 1e3 / (performance.now() - start);
}

function sizeOf(values: readonly MixedValue[]): number {
  return values.reduce((sum, { start, end }) => sum + end - start, 0);
}

function textOf({ bytes, start, end }: MixedValue): Uint8Array {
  return bytes.subarray(start, end);
}

const target = Buffer.alloc(4096);

/** Copies every value byte by byte: what looking at each byte once costs. */
function copyAll(values: readonly MixedValue[]): void {
  for (const { bytes, start, end } of values) {
    for (let at = start; at < end; at++) target[at - start] = bytes[at] as number;
  }
}

const findings = new FindingList();
const budget = { remaining: 0 };

/** Milliseconds to scan all values; as in a session, columns are planned before. */
function timeScan(engine: DetectionEngine, values: readonly MixedValue[]): number {
  const planned = values.flatMap(({ field, bytes, start, end }) => {
    const scanner = engine.scannerFor({ name: field, path: [], kind: 'text' });
    return scanner === undefined ? [] : [{ scanner, bytes, start, end }];
  });
  return timeOf(() => {
    for (const { scanner, bytes, start, end } of planned) scanOne(scanner, bytes, start, end);
  });
}

/** Values that cost more than their budget: they would be masked whole. */
function countOver(engine: DetectionEngine, values: readonly MixedValue[]): number {
  return values.filter(({ field, bytes, start, end }) => {
    const scanner = engine.scannerFor({ name: field, path: [], kind: 'text' });
    return scanner !== undefined && !scanOne(scanner, bytes, start, end);
  }).length;
}

function scanOne(scanner: FieldScanner, bytes: Uint8Array, start: number, end: number): boolean {
  findings.clear();
  budget.remaining = workBudgetFor(end - start);
  return scanner.scan(bytes, start, end, findings, budget);
}

// Until what runs has been compiled; a session of a proxy lives longer than that.
const WARM_UP_MS = 300;

function timeOf(run: () => unknown): number {
  const start = performance.now();
  while (performance.now() - start < WARM_UP_MS) run();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return median(times);
}
