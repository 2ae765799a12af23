import { listOf, type TreeNode, unwrapAs } from './syntax-tree.ts';

/** The expressions of ALTER COLUMN ... TYPE ... USING: each row's column is made anew from them. */
export function usingExpressions(alterTable: TreeNode): readonly unknown[] {
  return listOf(alterTable['cmds']).flatMap((command) => {
    const definition = unwrapAs(unwrapAs(command, 'AlterTableCmd')?.['def'], 'ColumnDef');
    const using = definition?.['raw_default'];
    return using === undefined ? [] : [using];
  });
}
