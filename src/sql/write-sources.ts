import { collectCalledNames } from './called-names.ts';
import { collectColumns, hasHiddenColumns } from './columns.ts';
import { FactDraft } from './fact-draft.ts';
import { isFreeOfColumns, outputFacts } from './output-facts.ts';
import { collectComparedColumns } from './simple-comparisons.ts';
import type { Assignment, QualifiedName, WriteSources } from './statement-facts.ts';
import {
  type KindAndNode,
  listOf,
  nodeOf,
  relationNameOf,
  stringNodeTexts,
  type TreeNode,
  textOf,
  unwrap,
  unwrapAs,
} from './syntax-tree.ts';
import { usingExpressions } from './using-expressions.ts';
import { walkTree } from './walk-tree.ts';

// Where rows are chosen: over one relation, what is compared there is stored nowhere.
const conditions: ReadonlySet<string> = new Set(['whereClause', 'quals', 'joinCondition', 'condition']);

/**
 * Gathers what flows into the targets of a statement.
 *
 * @param statement - The wrapped statement node.
 * @param facts - What the walk over the whole statement has gathered.
 */
export function writeSources(statement: unknown, facts: FactDraft): WriteSources {
  const writes: KindAndNode[] = [];
  const queries: unknown[] = [];
  walkTree(statement, (kind, node) => {
    if (kind === 'CommonTableExpr') queries.push(node['ctequery']);
    if (kind !== undefined && isWrite(kind, node)) writes.push({ kind, node });
    // An arm of a set operation is not wrapped.
    if (kind === undefined && nodeOf(node['intoClause']) !== undefined)
      writes.push({ kind: 'SelectStmt', node });
  });
  const draft = new FactDraft();
  for (const name of facts.rowNames) draft.rowNames.add(name);
  let isConstant = true;
  for (const write of writes) {
    const flow = flowOf(write, statement);
    collectCalls(draft, [flow.parts, flow.onConflict, queries]);
    if (!areFree(assignedIn(flow.onConflict))) {
      isConstant = false;
      collect(draft, flow.onConflict, isExcluded);
    }
    const ctes = queries.filter((query) => unwrap(query)?.node !== write.node);
    const choosing = choosingParts(write, statement, ctes, facts);
    const isOverSeveral = choosing.length > 0;
    if (flow.isConstant && !isOverSeveral) continue;
    if (write.kind === 'InsertStmt' && !namesRelation([flow.parts, ctes], facts)) continue;
    isConstant = false;
    if (flow.isElsewhere === true) draft.hasHiddenColumns = true;
    for (const part of [...flow.parts, ...ctes]) collect(draft, part);
    collectConditions(draft, choosing);
  }
  return {
    columnNames: draft.columnNames,
    hasHiddenColumns: hasHiddenColumns(draft),
    functions: draft.functions.names,
    relations: draft.relations.names.filter((name) => isAmong(facts.relations.names, name)),
    isConstant,
    assignments: writes.length === 1 && queries.length === 0 ? assignmentsOf(writes[0]!, facts) : undefined,
  };
}

// With FROM, conditions choose what is stored; a multiple assignment does not say which value goes where.
function assignmentsOf({ kind, node }: KindAndNode, facts: FactDraft): readonly Assignment[] | undefined {
  if (kind !== 'UpdateStmt' || listOf(node['fromClause']).length > 0) return undefined;
  const assignments: Assignment[] = [];
  for (const item of listOf(node['targetList'])) {
    const target = unwrapAs(item, 'ResTarget');
    const column = textOf(target?.['name']);
    const isMultiple = unwrapAs(target?.['val'], 'MultiAssignRef') !== undefined;
    if (column === undefined || isMultiple) return undefined;
    const draft = new FactDraft();
    for (const name of facts.rowNames) draft.rowNames.add(name);
    for (const part of assignedIn([item])) collect(draft, part);
    assignments.push({ column, columnNames: draft.columnNames, hasHiddenColumns: hasHiddenColumns(draft) });
  }
  return assignments;
}

function isAmong(names: readonly QualifiedName[], { schema, name }: QualifiedName): boolean {
  return names.some((other) => other.name === name && other.schema === schema);
}

/** Whether any relation, CTEs left out, is named. Without one, only constants and parameters can flow. */
function namesRelation(parts: readonly unknown[], facts: FactDraft): boolean {
  let isNamed = false;
  walkTree(parts, (_, node) => {
    const name = relationNameOf(node);
    if (name !== undefined && isAmong(facts.relations.names, name)) isNamed = true;
  });
  return isNamed;
}

/**
 * The parts of a write that choose rows by more than one relation: what is stored there, or stays there,
 * then tells what the others hold.
 */
function choosingParts(
  { kind, node }: KindAndNode,
  statement: unknown,
  ctes: readonly unknown[],
  facts: FactDraft,
): readonly unknown[] {
  const isApart = kind === 'InsertStmt' || kind === 'CreateTableAsStmt';
  const own = isApart ? [node['selectStmt'] ?? node['query'], node['onConflictClause']] : [node];
  // The arm of a set operation that holds INTO is not the whole query.
  const parts = [...(kind === 'SelectStmt' ? [statement] : own), ...ctes];
  let count = 0;
  walkTree(parts, (inner, at) => {
    const name = relationNameOf(at);
    if (name !== undefined && isAmong(facts.relations.names, name)) count++;
    if (inner !== undefined && furtherSources.has(inner)) count++;
  });
  // SELECT INTO holds its target beside the sources, as UPDATE, DELETE and MERGE do.
  return count > (kind === 'SelectStmt' ? 2 : 1) ? parts : [];
}

const furtherSources: ReadonlySet<string> = new Set([
  'SubLink',
  'RangeFunction',
  'RangeTableFunc',
  'JsonTable',
]);

function isWrite(kind: string, node: TreeNode): boolean {
  switch (kind) {
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
    case 'CreateTableAsStmt':
      return true;
    case 'AlterTableStmt':
      return usingExpressions(node).length > 0;
    case 'SelectStmt':
      return nodeOf(node['intoClause']) !== undefined;
    default:
      // TRUNCATE stores nothing; COPY FROM and REFRESH bring no value of this statement.
      return false;
  }
}

/** The parts of a write whose values it stores. */
interface Flow {
  readonly parts: readonly unknown[];
  readonly isConstant: boolean;
  /** Values of ON CONFLICT DO UPDATE. */
  readonly onConflict?: unknown;
  /** The query stands elsewhere, as in CREATE TABLE AS EXECUTE. */
  readonly isElsewhere?: boolean;
}

function flowOf(write: KindAndNode, statement: unknown): Flow {
  const { kind, node } = write;
  switch (kind) {
    case 'InsertStmt':
      return insertFlow(node);
    case 'UpdateStmt':
      return {
        parts: [node['targetList'], node['fromClause']],
        isConstant: areFree(assignedIn(node['targetList'])),
      };
    case 'DeleteStmt':
      return { parts: [node['usingClause']], isConstant: true };
    case 'MergeStmt':
      return mergeFlow(node);
    case 'CreateTableAsStmt':
      return queryFlow(node['query']);
    case 'AlterTableStmt':
      return { parts: usingExpressions(node), isConstant: false };
    default:
      // SELECT INTO: the arm that holds INTO is not the whole query.
      return { parts: [statement], isConstant: false };
  }
}

function insertFlow(node: TreeNode): Flow {
  return {
    ...queryFlow(node['selectStmt']),
    onConflict: nodeOf(node['onConflictClause'])?.['targetList'],
  };
}

function queryFlow(query: unknown): Flow {
  // INSERT ... DEFAULT VALUES.
  if (query === undefined) return { parts: [], isConstant: true };
  const select = unwrapAs(query, 'SelectStmt');
  // Fails closed: what is no SELECT brings values nobody here has seen.
  if (select === undefined) return { parts: [query], isConstant: false, isElsewhere: true };
  const outputs = outputFacts('SelectStmt', select);
  return { parts: [query], isConstant: outputs?.every((output) => output.isFreeOfColumns) === true };
}

function mergeFlow(node: TreeNode): Flow {
  const clauses = listOf(node['mergeWhenClauses']).map((clause) => unwrapAs(clause, 'MergeWhenClause'));
  const values = clauses.flatMap((clause) => [
    ...listOf(clause?.['values']),
    ...assignedIn(clause?.['targetList']),
  ]);
  return { parts: [values, node['sourceRelation']], isConstant: areFree(values) };
}

/** The right-hand sides, and the subscripts on the left. */
function assignedIn(targetList: unknown): unknown[] {
  const parts: unknown[] = [];
  for (const item of listOf(targetList)) {
    const target = unwrapAs(item, 'ResTarget');
    if (target?.['val'] !== undefined) parts.push(target['val']);
    if (target?.['indirection'] !== undefined) parts.push(target['indirection']);
  }
  return parts;
}

function areFree(expressions: readonly unknown[]): boolean {
  return expressions.every(isFreeOfColumns);
}

// `excluded.x` is what this very statement was about to insert: its query is looked at already.
function isExcluded(kind: string | undefined, node: TreeNode): boolean {
  const names = kind === 'ColumnRef' ? stringNodeTexts(node['fields']) : [];
  return names.length === 2 && names[0] === 'excluded';
}

function collect(
  draft: FactDraft,
  part: unknown,
  isSkipped: (kind: string | undefined, node: TreeNode) => boolean = () => false,
): void {
  walkTree(
    part,
    (kind, node) => {
      if (isSkipped(kind, node)) return;
      draft.relations.add(relationNameOf(node));
      collectColumns(draft, kind, node);
    },
    conditions,
  );
}

/** Functions count wherever they stand: one that only shares its name with a built-in can bring any value. */
function collectCalls(draft: FactDraft, parts: readonly unknown[]): void {
  walkTree(parts, (kind, node) => collectCalledNames(draft, kind, node), conditions);
}

function collectConditions(draft: FactDraft, parts: readonly unknown[]): void {
  const found: unknown[] = [];
  walkTree(parts, (_, node) => {
    for (const field of conditions) if (node[field] !== undefined) found.push(node[field]);
  });
  const compared = new Set<TreeNode>();
  walkTree(found, (kind, node) => {
    collectComparedColumns(compared, kind, node);
    if (compared.has(node) || isExcluded(kind, node)) return;
    draft.relations.add(relationNameOf(node));
    collectColumns(draft, kind, node);
    collectCalledNames(draft, kind, node);
  });
}
