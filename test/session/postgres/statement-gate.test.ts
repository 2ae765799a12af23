import { beforeAll, describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../src/policy/compile-policy.ts';
import { CatalogStore } from '../../../src/session/postgres/catalog/catalog-store.ts';
import { refusalOf } from '../../../src/session/postgres/statement-verdict.ts';
import { loadPostgresParser, type PostgresStatementReader } from '../../../src/sql/postgres-statement.ts';
import { sampleSnapshot } from '../../support/scripted-statements.ts';

let reader: PostgresStatementReader;
beforeAll(async () => {
  reader = await loadPostgresParser();
});

describe('refusalOf', () => {
  const policy = compilePolicy({ columns: [{ column: 'public.u.ssn', mask: 'redact' }] }, undefined);
  const store = new CatalogStore(policy);
  store.replace(sampleSnapshot);
  const codeOf = (text: string): string | undefined =>
    refusalOf(reader.read(Buffer.from(text)), policy, store.current)?.error.code;

  it('judges the assignments of an UPDATE one by one', () => {
    expect(codeOf("update public.u set ssn = reverse(ssn), email = 'x' where id = 1")).toBeUndefined();
    expect(codeOf('update public.u set ssn = ssn, email = lower(email)')).toBeUndefined();
    expect(codeOf("update public.u set email = ssn, ssn = 'x'")).toBe(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
    );
    expect(codeOf('update public.u set (email, ssn) = (ssn, email)')).toBe(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
    );
    expect(codeOf('update public.u set email = (select max(ssn) from public.u)')).toBe(
      'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED',
    );
  });
});
