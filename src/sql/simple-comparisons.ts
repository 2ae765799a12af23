import { listOf, nodeOf, stringNodeTexts, type TreeNode, unwrap, unwrapAs } from './syntax-tree.ts';

const comparisonKinds: ReadonlySet<string> = new Set([
  'AEXPR_OP',
  'AEXPR_OP_ANY',
  'AEXPR_OP_ALL',
  'AEXPR_DISTINCT',
  'AEXPR_NOT_DISTINCT',
  'AEXPR_IN',
  'AEXPR_LIKE',
  'AEXPR_ILIKE',
  'AEXPR_SIMILAR',
  'AEXPR_BETWEEN',
  'AEXPR_NOT_BETWEEN',
]);

// Operators of pg_catalog that say yes or no about two values of the usual types.
const comparisonOperators: ReadonlySet<string> = new Set(
  '= <> != < <= > >= ~~ !~~ ~~* !~~* ~ ~* !~ !~* @> <@ && ? ?| ?& ^@ BETWEEN'.split(' '),
);

/**
 * Gathers the column references of a node that compares one column with constants or parameters. Such a
 * condition says yes or no about what the client knows already; every other one can turn a value into
 * something else, such as a number of rows.
 *
 * @param references - Gets the nodes of the references, which a walk meets after this one.
 */
export function collectComparedColumns(
  references: Set<TreeNode>,
  kind: string | undefined,
  node: TreeNode,
): void {
  if (kind === 'NullTest') {
    addReference(references, node['arg']);
    return;
  }
  if (kind !== 'A_Expr' || !comparisonKinds.has(String(node['kind']))) return;
  const name = stringNodeTexts(node['name']).at(-1) ?? '';
  if (!comparisonOperators.has(name.replace(/^NOT /, ''))) return;
  const { lexpr: left, rexpr: right } = node;
  if (isConstant(right)) addReference(references, left);
  else if (isConstant(left)) addReference(references, right);
}

function addReference(references: Set<TreeNode>, expression: unknown): void {
  const reference = unwrapAs(expression, 'ColumnRef');
  if (reference !== undefined) references.add(reference);
}

// The depth is bounded by nestingMax.
function isConstant(expression: unknown): boolean {
  const unwrapped = unwrap(expression);
  switch (unwrapped?.kind) {
    case 'A_Const':
    case 'ParamRef':
      return true;
    case 'TypeCast':
      return isConstant(unwrapped.node['arg']);
    case 'List':
      return listOf(unwrapped.node['items']).every(isConstant);
    default:
      return false;
  }
}

/** Gathers the column references and stars that a list of output columns gives out as they are. */
export function collectPlainOutputs(references: Set<TreeNode>, list: unknown): void {
  for (const item of listOf(list)) {
    const reference = unwrapAs(unwrapAs(item, 'ResTarget')?.['val'] ?? item, 'ColumnRef');
    if (reference === undefined) continue;
    references.add(reference);
    for (const field of listOf(reference['fields'])) {
      const star = nodeOf(nodeOf(field)?.['A_Star']);
      if (star !== undefined) references.add(star);
    }
  }
}
