import { collectCalledNames } from './called-names.ts';
import { collectColumns, hasHiddenColumns } from './columns.ts';
import { FactDraft } from './fact-draft.ts';
import { isFreeOfColumns, outputFacts } from './output-facts.ts';
import type { WriteSources } from './statement-facts.ts';
import {
  type KindAndNode,
  listOf,
  nodeOf,
  stringNodeTexts,
  type TreeNode,
  unwrap,
  unwrapAs,
} from './syntax-tree.ts';
import { usingExpressions } from './using-expressions.ts';
import { walkTree } from './walk-tree.ts';

// Conditions choose rows; what they compare is stored nowhere.
const conditions: ReadonlySet<string> = new Set(['whereClause', 'quals', 'joinCondition', 'condition']);

/**
 * Gathers what flows into the targets of a statement.
 *
 * @param statement - The wrapped statement node.
 * @param rowNames - Names that stand for a row anywhere in the statement.
 */
export function writeSources(statement: unknown, rowNames: ReadonlySet<string>): WriteSources {
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
  for (const name of rowNames) draft.rowNames.add(name);
  let isConstant = true;
  for (const write of writes) {
    const flow = flowOf(write, statement);
    if (flow.isConstant) continue;
    isConstant = false;
    if (flow.isElsewhere === true) draft.hasHiddenColumns = true;
    for (const part of flow.parts) collect(draft, part);
    collect(draft, flow.onConflict, isExcluded);
    for (const query of queries) if (unwrap(query)?.node !== write.node) collect(draft, query);
  }
  return {
    columnNames: draft.columnNames,
    hasHiddenColumns: hasHiddenColumns(draft),
    functions: draft.functions.names,
    isConstant,
  };
}

function isWrite(kind: string, node: TreeNode): boolean {
  switch (kind) {
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'MergeStmt':
    case 'CreateTableAsStmt':
      return true;
    case 'AlterTableStmt':
      return usingExpressions(node).length > 0;
    case 'SelectStmt':
      return nodeOf(node['intoClause']) !== undefined;
    default:
      // DELETE and TRUNCATE store nothing; COPY FROM and REFRESH bring no value of this statement.
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
  const query = queryFlow(node['selectStmt']);
  const onConflict = nodeOf(node['onConflictClause'])?.['targetList'];
  return {
    ...query,
    onConflict,
    isConstant: query.isConstant && areFree(assignedIn(onConflict)),
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
      collectColumns(draft, kind, node);
      collectCalledNames(draft, kind, node);
    },
    conditions,
  );
}
