import type { FactDraft } from './fact-draft.ts';
import {
  constantText,
  listOf,
  nodeOf,
  qualifiedNameOf,
  relationNameOf,
  stringNodeTexts,
  type TreeNode,
  textOf,
  unwrapAs,
} from './syntax-tree.ts';

/** Gathers what SET, RESET, DISCARD ALL, ALTER ROLE ... SET, set_config() and UPDATE pg_settings set. */
export function collectSettings(draft: FactDraft, kind: string | undefined, node: TreeNode): void {
  switch (kind) {
    case 'VariableSetStmt':
      addVariable(draft, node);
      return;
    case 'AlterRoleSetStmt':
    case 'AlterDatabaseSetStmt':
    case 'AlterSystemStmt': {
      const set = nodeOf(node['setstmt']);
      if (set !== undefined) addVariable(draft, set);
      return;
    }
    case 'DiscardStmt':
      if (node['target'] === 'DISCARD_ALL')
        draft.settings.push({ name: 'all', value: undefined, isKnown: true });
      return;
    case 'FuncCall':
      addSetConfig(draft, node);
      return;
    case 'UpdateStmt':
      // A rule on this view turns the update into set_config().
      if (relationNameOf(nodeOf(node['relation']))?.name === 'pg_settings')
        draft.settings.push(unknownSetting);
      return;
    default:
  }
}

const unknownSetting = { name: '', value: '', isKnown: false } as const;

function addVariable(draft: FactDraft, node: TreeNode): void {
  const name = (textOf(node['name']) ?? 'all').toLowerCase();
  if (node['kind'] === 'VAR_SET_VALUE' || node['kind'] === 'VAR_SET_MULTI') {
    const values = listOf(node['args']).map(constantText);
    const isKnown = values.length > 0 && values.every((value) => value !== undefined);
    draft.settings.push({ name, value: isKnown ? values.join(', ') : '', isKnown });
    return;
  }
  // SET x FROM CURRENT keeps a value this reader does not know; the others go back to the default.
  const isKnown = node['kind'] !== 'VAR_SET_CURRENT';
  draft.settings.push({ name, value: isKnown ? undefined : '', isKnown });
}

function addSetConfig(draft: FactDraft, node: TreeNode): void {
  const name = qualifiedNameOf(stringNodeTexts(node['funcname']));
  if (name?.name !== 'set_config') return;
  const named = new Map<string, unknown>();
  const positional: unknown[] = [];
  for (const argument of listOf(node['args'])) {
    const pair = unwrapAs(argument, 'NamedArgExpr');
    if (pair === undefined) positional.push(argument);
    else named.set(textOf(pair['name']) ?? '', pair['arg']);
  }
  const variable = constantText(positional[0] ?? named.get('setting_name'));
  const value = constantText(positional[1] ?? named.get('new_value'));
  const isKnown = variable !== undefined && value !== undefined;
  draft.settings.push({ name: (variable ?? '').toLowerCase(), value: value ?? '', isKnown });
}
