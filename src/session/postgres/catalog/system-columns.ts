import { createValueMasker } from '../../../mask/create-masker.ts';
import { compileColumnPattern } from '../../../policy/column-pattern.ts';
import type { ColumnRule } from '../../../policy/masking-policy.ts';

// System relations whose columns repeat values of user tables: planner statistics keep samples of the
// columns, activity and statement views keep statement texts with their constants, large objects are
// user data, and authentication tables hold password hashes.
// Statistics can be aimed: the average width of a column made for it spells a value as well as a sample does.
const statistics = [
  'null_frac',
  'avg_width',
  'n_distinct',
  'correlation',
  'most_common_vals',
  'most_common_freqs',
  'histogram_bounds',
  'most_common_elems',
  'most_common_elem_freqs',
  'elem_count_histogram',
  'range_length_histogram',
  'range_empty_frac',
  'range_bounds_histogram',
];
const columns: readonly (readonly [relation: string, ...columns: string[]])[] = [
  ['pg_statistic', 'stanullfrac', 'stawidth', 'stadistinct', 'stanumbers*', 'stavalues*'],
  ['pg_stats', ...statistics],
  ['pg_statistic_ext_data', 'stxdmcv', 'stxdexpr', 'stxdndistinct', 'stxddependencies'],
  ['pg_stats_ext', 'n_distinct', 'dependencies', 'most_common_*'],
  ['pg_stats_ext_exprs', ...statistics],
  ['pg_stat_activity', 'query'],
  ['pg_prepared_statements', 'statement'],
  ['pg_cursors', 'statement'],
  ['pg_prepared_xacts', 'gid'],
  ['pg_largeobject', 'data'],
  ['pg_authid', 'rolpassword'],
  ['pg_shadow', 'passwd'],
  ['pg_user_mapping', 'umoptions'],
  ['pg_user_mappings', 'umoptions'],
  ['pg_subscription', 'subconninfo'],
];

/** Names in pg_catalog of the system relations above. */
export const sensitiveSystemRelations: readonly string[] = columns.map(([relation]) => relation);

/** Built-in rules, in force as soon as a policy has any column rule. */
export const systemColumnRules: readonly ColumnRule[] = [
  ...columns.flatMap(([relation, ...names]) => names.map((name) => `pg_catalog.${relation}.${name}`)),
  '*.pg_stat_statements.query',
  'pg_toast.*.chunk_data',
].map(systemRule);

function systemRule(source: string): ColumnRule {
  const pattern = compileColumnPattern(source);
  if (typeof pattern === 'string') throw new TypeError(pattern);
  return { id: 'system-catalog', pattern, masker: createValueMasker({ mask: 'redact' }), jsonPaths: [] };
}
