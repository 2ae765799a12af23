import type { QualifiedName } from './statement-facts.ts';

// Immutable: the result depends on the arguments alone.
const immutableFunctions = `
  abbrev abs acldefault acos acosd acosh any_value area array_agg array_append array_cat array_dims
  array_fill array_length array_lower array_ndims array_position array_positions array_prepend
  array_remove array_replace array_reverse array_sort array_to_tsvector array_upper ascii asin asind
  asinh atan atan2 atan2d atand atanh avg bit bit_and bit_count bit_length bit_or bit_xor bool
  bool_and bool_or bound_box box bpchar broadcast btrim bytea cardinality casefold cash_words cbrt
  ceil ceiling center char char_length character_length chr cidr circle corr cos cosd cosh cot cotd
  count covar_pop covar_samp crc32 crc32c cume_dist date_bin datemultirange daterange
  daterange_canonical daterange_subdiff decode degrees dense_rank dexp diagonal diameter div dlog1
  dlog10 dround dtrunc encode erf erfc every exp factorial family first_value float4 float8 floor
  gamma gcd generate_subscripts get_bit get_byte hashtext hashtextextended height host
  hostmask icu_unicode_version inet_merge
  inet_same_family initcap int2 int4 int4multirange int4range int4range_canonical int4range_subdiff
  int8 int8multirange int8range int8range_canonical int8range_subdiff interval is_normalized isclosed
  isempty isfinite ishorizontal isopen isparallel isperp isvertical json_array_elements
  json_array_elements_text json_array_length json_each json_each_text json_extract_path
  json_extract_path_text json_object json_object_keys json_strip_nulls json_typeof
  jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_concat jsonb_delete
  jsonb_delete_path jsonb_each jsonb_each_text jsonb_exists jsonb_exists_all jsonb_exists_any
  jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg
  jsonb_object_agg_strict jsonb_object_agg_unique jsonb_object_agg_unique_strict jsonb_object_keys
  jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array jsonb_path_query_first
  jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof justify_days justify_hours
  justify_interval lag last_value lcm lead left lgamma like like_escape line ln log log10 lower
  lower_inc lower_inf lpad lseg ltrim macaddr macaddr8 macaddr8_set7bit make_date make_interval
  make_time make_timestamp masklen max md5 min min_scale mod mode multirange name nameconcatoid
  netmask network normalize notlike npoints nth_value ntile num_nonnulls num_nulls numeric_div_trunc
  numeric_exp numeric_ln numeric_log numeric_sqrt nummultirange numnode numrange numrange_subdiff
  octet_length oid overlay parse_ident path pclose percent_rank percentile_cont percentile_disc
  pg_encoding_max_length pg_lsn pg_partition_root pg_size_bytes pg_size_pretty pg_snapshot_xip
  pg_snapshot_xmax pg_snapshot_xmin pg_visible_in_snapshot pg_wal_lsn_diff pg_walfile_name
  pg_walfile_name_offset pi point polygon popen position pow power querytree quote_ident radians
  radius range_agg range_intersect_agg range_merge rank regexp_count regexp_instr regexp_like
  regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table regexp_substr
  regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat
  replace reverse right round row_number rpad rtrim scale set_bit set_byte set_masklen setweight
  sha224 sha256 sha384 sha512 sign similar_escape similar_to_escape sin sind sinh slope split_part
  sqrt starts_with stddev stddev_pop stddev_samp string_agg string_to_array string_to_table strip
  strpos substr substring sum tan tand tanh text textlen to_ascii to_bin to_hex to_oct translate
  trim_array trim_scale trunc ts_delete ts_filter ts_lexize ts_rank ts_rank_cd tsmultirange tsrange
  tsrange_subdiff tstzmultirange tstzrange tstzrange_subdiff tsvector_to_array txid_snapshot_xip
  txid_snapshot_xmax txid_snapshot_xmin txid_visible_in_snapshot unicode_assigned unicode_version
  unistr unnest upper upper_inc upper_inf uuid_extract_timestamp uuid_extract_version var_pop var_samp
  varbit varchar variance width width_bucket xid xml_is_well_formed_content
  xml_is_well_formed_document xmlagg xmlcomment xmlexists xmltext xpath xpath_exists
`;

// Depends on the arguments and on settings, types or locale.
const settingFunctions = `
  anytextcat array_sample array_shuffle array_to_json array_to_string bernoulli concat concat_ws
  convert convert_from convert_to date date_add date_part date_subtract date_trunc enum_first
  enum_last enum_range extract format json_agg json_agg_strict json_build_array json_build_object
  json_object_agg json_object_agg_strict json_object_agg_unique json_object_agg_unique_strict
  json_populate_record json_populate_recordset json_to_record json_to_recordset json_to_tsvector
  jsonb_agg jsonb_agg_strict jsonb_build_array jsonb_build_object jsonb_path_exists_tz
  jsonb_path_match_tz jsonb_path_query_array_tz jsonb_path_query_first_tz jsonb_path_query_tz
  jsonb_populate_record jsonb_populate_record_valid jsonb_populate_recordset jsonb_to_record
  jsonb_to_recordset jsonb_to_tsvector length make_timestamptz money numeric overlaps pg_collation_for
  pg_column_compression pg_column_size pg_input_error_info pg_input_is_valid pg_typeof
  phraseto_tsquery plainto_tsquery quote_literal quote_nullable regclass row_to_json system textanycat
  time timestamp timestamptz timetz timezone to_char to_date to_json to_jsonb to_number to_timestamp
  to_tsquery to_tsvector ts_debug ts_headline ts_parse ts_token_type websearch_to_tsquery xml
  xml_is_well_formed
`;

// Clock, random numbers, waiting, sequences: the result comes from no table, the effect holds no argument.
const clockAndSequenceFunctions = `
  age clock_timestamp currval gen_random_uuid generate_series lastval nextval now pg_sleep
  pg_sleep_for pg_sleep_until random random_normal statement_timestamp timeofday transaction_timestamp
  uuidv4 uuidv7
`;

// Session and server: who, where, which version, which setting.
const sessionFunctions = `
  current_database current_schema current_schemas current_setting current_user get_current_ts_config
  getdatabaseencoding getpgusername inet_client_addr inet_client_port inet_server_addr
  inet_server_port mxid_age pg_backend_pid pg_blocking_pids pg_char_to_encoding pg_client_encoding
  pg_conf_load_time pg_current_snapshot pg_current_wal_flush_lsn pg_current_wal_insert_lsn
  pg_current_wal_lsn pg_current_xact_id pg_current_xact_id_if_assigned pg_encoding_to_char
  pg_is_in_recovery pg_is_other_temp_schema pg_is_wal_replay_paused pg_jit_available
  pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_my_temp_schema
  pg_numa_available pg_postmaster_start_time pg_safe_snapshot_blocking_pids pg_timezone_names
  pg_trigger_depth pg_xact_commit_timestamp pg_xact_status row_security_active session_user
  system_user txid_current txid_current_if_assigned txid_current_snapshot txid_status version
`;

// Catalog: names, definitions, comments, privileges and sizes of objects.
const catalogFunctions = `
  aclexplode col_description format_type has_any_column_privilege has_column_privilege
  has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege
  has_language_privilege has_largeobject_privilege has_parameter_privilege has_schema_privilege
  has_sequence_privilege has_server_privilege has_table_privilege has_tablespace_privilege
  has_type_privilege obj_description oidvectortypes pg_available_extension_versions
  pg_available_extensions pg_basetype pg_collation_actual_version pg_collation_is_visible
  pg_column_is_updatable pg_conversion_is_visible pg_database_collation_actual_version
  pg_database_size pg_describe_object pg_extension_update_paths pg_filenode_relation
  pg_function_is_visible pg_get_acl pg_get_catalog_foreign_keys pg_get_constraintdef pg_get_expr
  pg_get_function_arg_default pg_get_function_arguments pg_get_function_identity_arguments
  pg_get_function_result pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef pg_get_keywords
  pg_get_object_address pg_get_partition_constraintdef pg_get_partkeydef pg_get_publication_tables
  pg_get_replica_identity_index pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef
  pg_get_statisticsobjdef_columns pg_get_statisticsobjdef_expressions pg_get_triggerdef
  pg_get_userbyid pg_get_viewdef pg_has_role pg_identify_object pg_identify_object_as_address
  pg_index_column_has_property pg_index_has_property pg_indexam_has_property pg_indexes_size
  pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible pg_options_to_table
  pg_partition_ancestors pg_partition_tree pg_relation_filenode pg_relation_is_publishable
  pg_relation_is_updatable pg_relation_size pg_sequence_last_value pg_sequence_parameters
  pg_settings_get_flags pg_statistics_obj_is_visible pg_table_is_visible pg_table_size
  pg_tablespace_databases pg_tablespace_location pg_tablespace_size pg_total_relation_size
  pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible
  pg_type_is_visible shobj_description to_regclass to_regcollation to_regnamespace to_regoper
  to_regoperator to_regproc to_regprocedure to_regrole to_regtype to_regtypemod
`;

// Helpers of the information schema that drivers call to read the catalog.
const informationSchemaFunctions = `
  _pg_char_max_length _pg_char_octet_length _pg_datetime_precision _pg_expandarray _pg_index_position
  _pg_interval_type _pg_numeric_precision _pg_numeric_precision_radix _pg_numeric_scale
  _pg_truetypid _pg_truetypmod
`;

/**
 * Built-in functions of PostgreSQL 18 and before that are known to be harmless: the result depends only on
 * the arguments or on metadata of session and server; no table data or server file is read, no query text
 * runs, and no argument is kept where a later statement could read it.
 */
export const harmlessFunctions: ReadonlySet<string> = wordSet(
  immutableFunctions,
  settingFunctions,
  clockAndSequenceFunctions,
  sessionFunctions,
  catalogFunctions,
);

const harmlessInformationSchema = wordSet(informationSchemaFunctions);

function wordSet(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.trim().split(/\s+/)));
}

/**
 * Fails closed: a function that is not in the list is not harmless. An unqualified name is taken for the
 * built-in function, as it is unless `search_path` puts another schema before pg_catalog.
 *
 * @param known - Further functions somebody vouches for, as `name` or `schema.name`.
 */
export function isHarmlessFunction(name: QualifiedName, known?: ReadonlySet<string>): boolean {
  if (known?.has(name.schema === undefined ? name.name : `${name.schema}.${name.name}`) === true) return true;
  if (name.schema === 'information_schema') return harmlessInformationSchema.has(name.name);
  return (name.schema === undefined || name.schema === 'pg_catalog') && harmlessFunctions.has(name.name);
}

// Sinks that give nothing back but what they were given, a number of their own, or nothing.
const writeOnlySinks = `
  lo_close lo_creat lo_create lo_from_bytea lo_lseek lo_lseek64 lo_open lo_put lo_tell lo_tell64 lo_truncate
  lo_truncate64 lo_unlink lowrite pg_create_restore_point pg_logical_emit_message pg_notify set_config
  setseed setval
`;

const sinkNames: ReadonlySet<string> = wordSet(
  writeOnlySinks,
  `loread pg_backup_start pg_create_logical_replication_slot pg_create_physical_replication_slot
  pg_copy_logical_replication_slot pg_copy_physical_replication_slot pg_file_rename pg_file_write
  pg_start_backup`,
);

const writeOnlySinkNames: ReadonlySet<string> = wordSet(writeOnlySinks);

const lockPrefixes = ['pg_advisory_', 'pg_try_advisory_'] as const;

const sinkPrefixes = [
  'binary_upgrade_',
  'dblink',
  'lo_',
  'pg_replication_origin_',
  'pg_restore_',
  ...lockPrefixes,
] as const;

/**
 * @returns Whether the function keeps its arguments where another statement, session or server can read them:
 *   settings, sequences, notifications, locks, large objects, files, replication, remote connections.
 *   The schema is not looked at: extensions live anywhere.
 */
export function isStateSink(name: QualifiedName): boolean {
  return sinkNames.has(name.name) || sinkPrefixes.some((prefix) => name.name.startsWith(prefix));
}

/**
 * @returns Whether the function is a built-in sink that reads nothing: a statement that gives it nothing of
 *   a table is as harmless as any other.
 */
export function isWriteOnlySink({ schema, name }: QualifiedName): boolean {
  if (schema !== undefined && schema !== 'pg_catalog') return false;
  return writeOnlySinkNames.has(name) || lockPrefixes.some((prefix) => name.startsWith(prefix));
}

/** @returns Whether the function changes a sequence, which tells later how often it was called. */
export function isSequenceStep({ schema, name }: QualifiedName): boolean {
  return name === 'nextval' && (schema === undefined || schema === 'pg_catalog');
}
