import type { ColumnRuleOptions } from 'wiremask';
import { type RuleTarget, targetOf } from './rule-target.ts';

/** A column of a sample, with the place in a database it stands for. */
export interface SampleColumn {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly typeOid: number;
}

/** Rows to measure with. Values are bytes in text format; `null` = SQL NULL. They are never printed. */
export interface Sample {
  /** `built-in`, or the name of the file. */
  readonly source: string;
  readonly columns: readonly SampleColumn[];
  readonly rows: readonly (readonly (Uint8Array | null)[])[];
  /** Rules that no column of the sample meets. */
  readonly unmetRules: readonly string[];
}

/**
 * Type OIDs of the columns a sample can have.
 *
 * @see https://www.postgresql.org/docs/current/catalog-pg-type.html
 */
export const SAMPLE_TYPES = { bool: 16, int8: 20, int4: 23, text: 25, float8: 701, jsonb: 3802 } as const;

const ROW_COUNT = 20_000;
const CITIES = ['London', 'Reykjavik', 'Frankfurt am Main', 'Ouagadougou', 'Valparaiso', 'Wellington'];
const NAMES = ['Ada', 'Grace', 'Marie', 'Bo', 'Ingrid', 'Tomasz', 'Chidi', 'Yuki'];
const FAMILIES = ['Lovelace', 'Hopper', 'Andersson', 'Okonkwo', 'Tanaka', 'Kowalska', 'Curie'];
const STATES = ['active', 'pending', 'closed', 'on-hold'];
const NOTES = [
  'Called back on the second day, will order again in spring',
  'Left at the door: ring twice, the dog is friendly enough',
  'Asked for the large format and a printed copy of the list',
];

type Cell = (row: number) => string;

// About 170 bytes a row on the wire: 130 of text, 8 cell lengths, the message's header.
const BUILT_IN: readonly (readonly [name: string, typeOid: number, cell: Cell])[] = [
  ['id', SAMPLE_TYPES.int4, (row) => String(100_000 + row)],
  ['first_name', SAMPLE_TYPES.text, (row) => pick(NAMES, row)],
  ['family_name', SAMPLE_TYPES.text, (row) => pick(FAMILIES, row)],
  ['city', SAMPLE_TYPES.text, (row) => pick(CITIES, row)],
  ['status', SAMPLE_TYPES.text, (row) => pick(STATES, row)],
  ['article', SAMPLE_TYPES.text, (row) => `article ${row % 977} in ${pick(STATES, row)} stock`],
  [
    'changed',
    SAMPLE_TYPES.text,
    (row) => `2024-03-${String(10 + (row % 20))} 08:15:${String(10 + (row % 50))}`,
  ],
  ['note', SAMPLE_TYPES.text, (row) => pick(NOTES, row)],
];

// Columns that rules take over, in this order; `id` stays what it is.
const CLAIMABLE = [5, 6, 7, 3, 2, 1, 4];

/**
 * Rows of about 170 bytes in eight columns that hold nothing a detector should find. Each column rule
 * takes one column over, under the name the rule asks for, as long as there are columns.
 */
export function builtInSample(rules: readonly ColumnRuleOptions[]): Sample {
  const columns = BUILT_IN.map(([name, typeOid]) => ({ schema: 'public', table: 'sample', name, typeOid }));
  const cells = BUILT_IN.map(([, , cell]) => cell);
  for (const [order, index] of CLAIMABLE.entries()) {
    const rule = rules[order];
    if (rule === undefined) break;
    const target = targetOf(rule);
    const typeOid = target.documentKeys.length > 0 ? SAMPLE_TYPES.jsonb : SAMPLE_TYPES.text;
    const cell = cells[index] as Cell;
    columns[index] = { schema: target.schema, table: target.table, name: target.column, typeOid };
    if (target.documentKeys.length > 0) cells[index] = (row) => documentOf(target, cell(row));
  }
  return {
    source: 'built-in',
    columns,
    rows: Array.from({ length: ROW_COUNT }, (_, row) => cells.map((cell) => Buffer.from(cell(row)))),
    unmetRules: rules.slice(CLAIMABLE.length).map((rule) => rule.column),
  };
}

/** Puts columns that are known by name only where the rules for such a name apply. */
export function placeColumns(
  columns: readonly { readonly name: string; readonly typeOid: number }[],
  rules: readonly ColumnRuleOptions[],
): { readonly columns: readonly SampleColumn[]; readonly unmetRules: readonly string[] } {
  const targets = rules.map((rule) => ({ rule, target: targetOf(rule) }));
  const placed = columns.map(({ name, typeOid }) => {
    const match = targets.find(({ target }) => target.matchesColumn(name))?.target;
    return { schema: match?.schema ?? 'public', table: match?.table ?? 'sample', name, typeOid };
  });
  const unmet = targets.filter(({ target }) => !columns.some(({ name }) => target.matchesColumn(name)));
  return { columns: placed, unmetRules: unmet.map(({ rule }) => rule.column) };
}

function pick(values: readonly string[], row: number): string {
  return values[row % values.length] as string;
}

function documentOf({ documentKeys }: RuleTarget, text: string): string {
  return JSON.stringify({ kind: 'sample', ...Object.fromEntries(documentKeys.map((key) => [key, text])) });
}
