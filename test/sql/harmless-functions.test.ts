import { describe, expect, it } from 'vitest';
import { harmlessFunctions, isHarmlessFunction, isStateSink } from '../../src/sql/harmless-functions.ts';

const unqualified = (name: string) => ({ schema: undefined, name });

describe('isHarmlessFunction', () => {
  it.each(
    (
      'now clock_timestamp to_char date_trunc age concat format to_json row_to_json jsonb_build_object json_agg ' +
      'string_agg array_agg min max sum avg count row_number generate_series unnest random gen_random_uuid ' +
      'version current_database pg_backend_pid pg_get_viewdef format_type obj_description has_table_privilege ' +
      'pg_table_is_visible pg_relation_size txid_current nextval currval lower substr md5 coalesce_is_no_function'
    )
      .split(' ')
      .slice(0, -1),
  )('%s is', (name) => {
    expect(isHarmlessFunction(unqualified(name))).toBe(true);
    expect(isHarmlessFunction({ schema: 'pg_catalog', name })).toBe(true);
    expect(isHarmlessFunction({ schema: 'public', name })).toBe(false);
  });

  it.each(
    (
      'set_config setval setseed pg_notify lo_get lo_put lo_export lo_import loread lowrite pg_read_file ' +
      'pg_read_binary_file pg_ls_dir pg_stat_file query_to_xml query_to_xmlschema table_to_xml cursor_to_xml ' +
      'schema_to_xml database_to_xml database_to_xml_and_xmlschema ts_stat ts_rewrite pg_stat_get_activity ' +
      'pg_stat_get_backend_activity pg_cursor pg_prepared_statement pg_logical_slot_get_changes ' +
      'pg_logical_slot_peek_changes pg_logical_emit_message pg_advisory_lock pg_try_advisory_lock dblink ' +
      'dblink_exec pg_export_snapshot pg_mcv_list_items binary_upgrade_set_next_pg_type_oid pg_reload_conf ' +
      'pg_terminate_backend pg_hba_file_rules current_query pg_current_logfile no_such_function'
    ).split(' '),
  )('%s is not', (name) => {
    expect(isHarmlessFunction(unqualified(name))).toBe(false);
    expect(isHarmlessFunction({ schema: 'pg_catalog', name })).toBe(false);
  });

  it('somebody can vouch for further functions', () => {
    const known = new Set(['slug', 'app.tax']);
    expect(isHarmlessFunction(unqualified('slug'), known)).toBe(true);
    expect(isHarmlessFunction({ schema: 'app', name: 'tax' }, known)).toBe(true);
    expect(isHarmlessFunction({ schema: 'app', name: 'slug' }, known)).toBe(false);
    expect(isHarmlessFunction(unqualified('tax'), known)).toBe(false);
  });

  it('helpers of the information schema are harmless only there', () => {
    expect(isHarmlessFunction({ schema: 'information_schema', name: '_pg_expandarray' })).toBe(true);
    expect(isHarmlessFunction(unqualified('_pg_expandarray'))).toBe(false);
    expect(isHarmlessFunction({ schema: 'information_schema', name: 'lower' })).toBe(false);
  });

  it('names are spelled as the catalog spells them', () => {
    for (const name of harmlessFunctions) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(isHarmlessFunction(unqualified('LOWER'))).toBe(false);
  });
});

describe('isStateSink', () => {
  it.each(
    (
      'set_config setval setseed pg_notify lo_put lo_from_bytea lo_export lowrite pg_logical_emit_message ' +
      'pg_advisory_lock pg_advisory_xact_lock_shared pg_try_advisory_lock dblink_exec dblink dblink_send_query ' +
      'pg_file_write pg_replication_origin_create pg_create_restore_point'
    ).split(' '),
  )('%s keeps its arguments, in whatever schema', (name) => {
    expect(isStateSink(unqualified(name))).toBe(true);
    expect(isStateSink({ schema: 'ext', name })).toBe(true);
  });

  it('no harmless function is a sink', () => {
    expect([...harmlessFunctions].filter((name) => isStateSink(unqualified(name)))).toEqual([]);
  });
});
