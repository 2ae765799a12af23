import type { Field, FieldKind } from '../../detect/detector.ts';
import type { ColumnRule } from '../../policy/masking-policy.ts';
import type { OutputFacts } from '../../sql/statement-facts.ts';
import type { ColumnDescription } from '../../wire/postgres/row-description.ts';
import type { FormatCode, PostgresType, TypeLookup } from '../../wire/postgres/types/postgres-type.ts';
import type { Catalog } from './catalog/catalog-store.ts';
import type { ColumnProtection } from './catalog/column-protection.ts';
import type { PlanContext } from './plan-context.ts';
import type { CellMasker, CellScanner, CellType } from './values/cell.ts';
import { compileCellMasker } from './values/compile-cell-masker.ts';
import { compileCellScanner } from './values/compile-cell-scanner.ts';
import { DocumentFields } from './values/document-fields.ts';

/** What the cells of one column get. */
export type CellPlan =
  | { readonly action: 'forward' }
  | { readonly action: 'scan'; readonly scanner: CellScanner }
  /** `maskers` run one after the other (several JSON paths); `scanner` looks at what they left. */
  | {
      readonly action: 'mask';
      readonly maskers: readonly CellMasker[];
      readonly constant: Uint8Array | null | undefined;
      /** Does all there is to do, if it can. */
      readonly maskInto?: CellMasker['maskInto'];
      readonly ruleId: string;
      readonly scanner: CellScanner | undefined;
    };

/** What the rows of one resultset get. */
export interface ResultPlan {
  readonly columns: readonly CellPlan[];
  /** Index of the last column that is not forwarded; -1 when every row passes as it is. */
  readonly lastActive: number;
}

/** Rule id under which values are counted that no rule names. */
const unattributedRuleId = 'unattributed';

const forward: CellPlan = { action: 'forward' };

/** What is known of the statement a resultset comes from. */
export interface ResultContext {
  readonly catalog: Catalog | undefined;
  /** The catalog may be out of date: what it calls clean is unknown. */
  readonly isCatalogStale: boolean;
  /** The statement may see protected values. */
  readonly touches: boolean;
  /** Facts of its output columns; `undefined` when they cannot be matched to positions. */
  readonly outputs: readonly OutputFacts[] | undefined;
  /** Names the statement's text must show, if the catalog is true; `undefined` when it cannot be told. */
  readonly named: NamedColumns | undefined;
  /**
   * Views may have been redefined since the rows were chosen: what is clean in one now need not have been.
   */
  readonly isViewDoubtful: boolean;
  readonly isDateStyleIso: boolean;
}

/** Column names of a statement's text. */
export interface NamedColumns {
  readonly columnNames: ReadonlySet<string>;
  /** Columns can come in without being named: then under their own name. */
  readonly hasHiddenColumns: boolean;
}

/** Makes one plan per column: decided once per resultset, followed for every row. */
export function planResult(
  columns: readonly ColumnDescription[],
  context: ResultContext,
  plans: PlanContext,
): ResultPlan {
  const outputs = context.outputs?.length === columns.length ? context.outputs : undefined;
  const cells = columns.map((column, index) => {
    const protection = protectionOf(column, outputs?.[index], context, plans);
    return planCell(column, protection, context, plans);
  });
  return { columns: cells, lastActive: cells.findLastIndex((cell) => cell.action !== 'forward') };
}

function protectionOf(
  column: ColumnDescription,
  output: OutputFacts | undefined,
  context: ResultContext,
  plans: PlanContext,
): ColumnProtection {
  if (!plans.hasColumnRules) return { kind: 'clean' };
  if (column.tableOid === 0) {
    const isClean = !context.touches || output?.isFreeOfColumns === true;
    return { kind: isClean ? 'clean' : 'unattributed' };
  }
  if (!context.catalog) return { kind: 'unknown' };
  const protection = context.catalog.protections.ofColumn(column.tableOid, column.columnAttribute);
  if (!isConsistent(column, context.catalog, context.named)) return { kind: 'unknown' };
  if (protection.kind !== 'clean') return protection;
  const { kind } = context.catalog.snapshot.relations.get(column.tableOid) ?? {};
  const isDoubtful = context.isCatalogStale || (context.isViewDoubtful && kind === 'v');
  return isDoubtful ? { kind: 'unknown' } : protection;
}

/**
 * Whether the catalog's name of a result column can be the one the statement used. When the text names
 * no such column, somebody has renamed columns since the catalog was read.
 */
export function isConsistent(
  column: ColumnDescription,
  catalog: Catalog,
  named: NamedColumns | undefined,
): boolean {
  const name = catalog.snapshot.relations.get(column.tableOid)?.columns.get(column.columnAttribute);
  if (named === undefined || name === undefined || named.columnNames.has(name)) return true;
  return named.hasHiddenColumns && Buffer.from(column.name).toString('utf8') === name;
}

function planCell(
  column: ColumnDescription,
  protection: ColumnProtection,
  context: ResultContext,
  plans: PlanContext,
): CellPlan {
  const typeOf: TypeLookup = (oid) => plans.typeOf(oid, context.catalog?.snapshot);
  const type: CellType = {
    typeOid: column.typeOid,
    typeModifier: column.typeModifier,
    formatCode: (column.formatCode === 0 ? 0 : 1) as FormatCode,
    typeOf,
    isDateStyleIso: context.isDateStyleIso,
  };
  switch (protection.kind) {
    case 'rules':
      return maskByRules(protection.rules, type, column, context, plans);
    case 'unattributed':
    case 'unknown': {
      if (plans.policy.unattributed === 'scan') return scanOrForward(type, column, context, plans);
      return {
        action: 'mask',
        maskers: [],
        constant: standInOf(type, plans),
        ruleId: unattributedRuleId,
        scanner: undefined,
      };
    }
    case 'clean':
      return scanOrForward(type, column, context, plans);
    default:
      return protection satisfies never;
  }
}

// Nobody knows what such a value is made of, so nothing of it may show: not the length of an array,
// nor its bounds. NULL is honest where a label has no place; a 0 or false would be taken for a result.
function standInOf(type: CellType, plans: PlanContext): Uint8Array | null {
  const known = type.typeOf(type.typeOid);
  const isText = known?.shape === 'base' && fieldKindOf(known, type.typeOf) === 'text';
  if (!isText && known?.name !== 'json' && known?.name !== 'jsonb') return null;
  const masker = compileCellMasker({ masker: plans.policy.fallbackMasker, type, jsonPaths: [] });
  return masker.constant ?? null;
}

function maskByRules(
  rules: readonly ColumnRule[],
  type: CellType,
  column: ColumnDescription,
  context: ResultContext,
  plans: PlanContext,
): CellPlan {
  const maskers = rules.map((rule) =>
    compileCellMasker({ masker: rule.masker, type, jsonPaths: rule.jsonPaths }),
  );
  const first = rules[0] as ColumnRule;
  const isWhole = first.jsonPaths.length === 0;
  return {
    action: 'mask',
    maskers,
    constant: isWhole ? maskers[0]?.constant : undefined,
    maskInto: isWhole && maskers.length === 1 ? maskers[0]?.maskInto : undefined,
    ruleId: first.id,
    scanner: isWhole ? undefined : scannerOf(type, column, context, plans),
  };
}

function scanOrForward(
  type: CellType,
  column: ColumnDescription,
  context: ResultContext,
  plans: PlanContext,
): CellPlan {
  const scanner = scannerOf(type, column, context, plans);
  return scanner ? { action: 'scan', scanner } : forward;
}

function scannerOf(
  type: CellType,
  column: ColumnDescription,
  context: ResultContext,
  plans: PlanContext,
): CellScanner | undefined {
  const { engine } = plans.policy;
  if (!engine) return undefined;
  const relation = context.catalog?.snapshot.relations.get(column.tableOid);
  const origin = relation?.columns.get(column.columnAttribute);
  const path = relation && origin !== undefined ? [relation.schema, relation.name, origin] : [];
  if (
    relation &&
    origin !== undefined &&
    plans.policy.skippedColumns.some((p) => p.matches(relation.schema, relation.name, origin))
  )
    return undefined;
  const name = Buffer.from(column.name).toString('utf8');
  const field: Field = { name, path, kind: fieldKindOf(type.typeOf(type.typeOid), type.typeOf) };
  const scanner = engine.scannerFor(field);
  if (!scanner) return undefined;
  return compileCellScanner({
    scanner,
    documentFields:
      field.kind === 'document'
        ? new DocumentFields(field, (inside) => engine.scannerFor(inside))
        : undefined,
    type,
    maskerFor: (rule) => plans.policy.findingMaskers[rule] ?? plans.policy.fallbackMasker,
    entityOf: (rule) => engine.rules[rule]?.entity ?? 'VALUE',
    fallback: plans.policy.fallbackMasker,
    report: plans.cellReport,
  });
}

const kindsByName: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ...(['int2', 'int4', 'int8', 'oid', 'float4', 'float8', 'numeric', 'money'] as const).map(
    (name) => [name, 'number'] as const,
  ),
  ...(['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'] as const).map(
    (name) => [name, 'temporal'] as const,
  ),
  ...(['inet', 'cidr', 'macaddr', 'macaddr8'] as const).map((name) => [name, 'network'] as const),
  ...(['json', 'jsonb', 'xml', 'jsonpath'] as const).map((name) => [name, 'document'] as const),
  ['bool', 'boolean'],
  ['uuid', 'uuid'],
  ['bytea', 'binary'],
]);

/** @returns What a type's values are to a detector; a type nobody knows is text. */
function fieldKindOf(type: PostgresType | undefined, typeOf: TypeLookup, depth = 0): FieldKind {
  if (!type || depth > 8) return 'text';
  if (type.inner !== undefined && type.shape !== 'base') {
    return fieldKindOf(typeOf(type.inner), typeOf, depth + 1);
  }
  return kindsByName.get(type.name) ?? 'text';
}
