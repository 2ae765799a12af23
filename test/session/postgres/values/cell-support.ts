import type { FieldScanner, FindingList, WorkBudget } from '../../../../src/detect/detector.ts';
import { createValueMasker } from '../../../../src/mask/create-masker.ts';
import type { MaskerSpec } from '../../../../src/mask/masker.ts';
import type { CellScannerOptions, CellType } from '../../../../src/session/postgres/values/cell.ts';
import { compileCellMasker } from '../../../../src/session/postgres/values/compile-cell-masker.ts';
import { compileCellScanner } from '../../../../src/session/postgres/values/compile-cell-scanner.ts';
import type { FormatCode, PostgresType } from '../../../../src/wire/postgres/types/postgres-type.ts';
import { builtinTypes } from '../../../../src/wire/postgres/types/type-oids.ts';

/** Types as a catalog would describe them. */
export const MOOD: PostgresType = { oid: 90001, name: 'mood', shape: 'enum', labels: ['sad', 'happy'] };
export const MOODS: PostgresType = { oid: 90002, name: '_mood', shape: 'array', inner: 90001 };
export const PERSON: PostgresType = {
  oid: 90003,
  name: 'person',
  shape: 'composite',
  attributes: [
    { name: 'id', typeOid: 23 },
    { name: 'email', typeOid: 25 },
    { name: 'tags', typeOid: 1009 },
    { name: 'born', typeOid: 1082 },
    { name: 'mystery', typeOid: 90099 },
  ],
};
export const PEOPLE: PostgresType = { oid: 90004, name: '_person', shape: 'array', inner: 90003 };
export const EMAIL_DOMAIN: PostgresType = { oid: 90005, name: 'email', shape: 'domain', inner: 90006 };
export const TEXT_DOMAIN: PostgresType = { oid: 90006, name: 'short', shape: 'domain', inner: 25 };
export const TEXT_RANGE: PostgresType = { oid: 90007, name: 'textrange', shape: 'range', inner: 25 };
export const TEXT_MULTIRANGE: PostgresType = {
  oid: 90008,
  name: 'textmultirange',
  shape: 'multirange',
  inner: 90007,
};
export const CIRCLE: PostgresType = { oid: 90009, name: 'loop', shape: 'domain', inner: 90009 };
export const GEOMETRY: PostgresType = { oid: 90010, name: 'geometry', shape: 'base' };

const catalog = new Map(
  [MOOD, MOODS, PERSON, PEOPLE, EMAIL_DOMAIN, TEXT_DOMAIN, TEXT_RANGE, TEXT_MULTIRANGE, CIRCLE, GEOMETRY].map(
    (type) => [type.oid, type],
  ),
);

export const typeOf = (oid: number): PostgresType | undefined => builtinTypes.get(oid) ?? catalog.get(oid);

/** OID of a type by its name. */
export function oidOf(name: string): number {
  for (const type of [...builtinTypes.values(), ...catalog.values()]) if (type.name === name) return type.oid;
  throw new Error(`no type ${name}`);
}

export interface CellSetup {
  readonly formatCode?: FormatCode;
  readonly typeModifier?: number;
  readonly isDateStyleIso?: boolean;
  readonly jsonPaths?: readonly string[];
}

function cellType(typeOid: number, setup: CellSetup): CellType {
  return {
    typeOid,
    typeModifier: setup.typeModifier ?? -1,
    formatCode: setup.formatCode ?? 0,
    typeOf,
    isDateStyleIso: setup.isDateStyleIso ?? true,
  };
}

/** Bytes of other cells, which no value may reach into. */
const NEIGHBOUR = Buffer.from('neighbour"{(');

function inBody<T>(value: Uint8Array, use: (body: Uint8Array, start: number, end: number) => T): T {
  const body = Buffer.concat([NEIGHBOUR, value, NEIGHBOUR]);
  return use(body, NEIGHBOUR.length, NEIGHBOUR.length + value.length);
}

/** Masks one value by a column rule. */
export function maskCell(
  spec: MaskerSpec,
  typeName: string,
  value: Uint8Array | string,
  setup: CellSetup = {},
): Buffer | null {
  const type = cellType(oidOf(typeName), setup);
  const masker = compileCellMasker({
    masker: createValueMasker(spec),
    type,
    jsonPaths: setup.jsonPaths ?? [],
  });
  const masked = inBody(Buffer.from(value as string), (body, start, end) => masker.mask(body, start, end));
  if (masker.constant !== undefined && masked !== masker.constant) throw new Error('not the constant');
  return masked === null ? null : Buffer.from(masked);
}

export const maskText = (
  spec: MaskerSpec,
  typeName: string,
  value: string,
  setup: CellSetup = {},
): string | null => maskCell(spec, typeName, value, setup)?.toString('utf8') ?? null;

/** Finds `alice@example.com` (rule 0, EMAIL_ADDRESS) and `4111111111111111` (rule 1, CREDIT_CARD). */
export const wordScanner: FieldScanner = {
  scan(bytes: Uint8Array, start: number, end: number, findings: FindingList, budget: WorkBudget): boolean {
    budget.remaining -= end - start;
    if (budget.remaining < 0) return false;
    const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    for (const match of text.matchAll(/alice@example\.com|4111111111111111/g)) {
      const at = start + match.index;
      findings.push(match[0].startsWith('a') ? 0 : 1, at, at + match[0].length, 1);
    }
    return true;
  },
};

export interface ScanResult {
  /** `undefined` when nothing was found. */
  readonly masked: Buffer | null | undefined;
  readonly found: readonly number[];
  readonly failedClosed: readonly string[];
}

export interface ScanSetup extends CellSetup {
  readonly spec?: MaskerSpec;
  readonly fallback?: MaskerSpec;
  readonly budget?: number;
}

/** Scans one value. */
export function scanCell(typeName: string, value: Uint8Array | string, setup: ScanSetup = {}): ScanResult {
  const found: number[] = [];
  const failedClosed: string[] = [];
  const masker = createValueMasker(setup.spec ?? { mask: 'redact' });
  const options: CellScannerOptions = {
    scanner: wordScanner,
    type: cellType(oidOf(typeName), setup),
    maskerFor: () => masker,
    entityOf: (rule) => (rule === 0 ? 'EMAIL_ADDRESS' : 'CREDIT_CARD'),
    fallback: createValueMasker(setup.fallback ?? { mask: 'redact' }),
    report: {
      found: (rule) => {
        found.push(rule);
      },
      failedClosed: (reason) => {
        failedClosed.push(reason);
      },
    },
  };
  const scanner = compileCellScanner(options);
  const budget = { remaining: setup.budget ?? 1_000_000 };
  const masked = inBody(Buffer.from(value as string), (body, start, end) =>
    scanner.scan(body, start, end, budget),
  );
  return { masked: masked ? Buffer.from(masked) : (masked as null | undefined), found, failedClosed };
}

export const scanText = (
  typeName: string,
  value: string,
  setup: ScanSetup = {},
): string | null | undefined => {
  const { masked } = scanCell(typeName, value, setup);
  return masked ? masked.toString('utf8') : (masked as null | undefined);
};
