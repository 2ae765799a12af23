import { describe, expect, it } from 'vitest';
import { PolicyError } from '../../src/errors.ts';
import { compilePolicy } from '../../src/policy/compile-policy.ts';
import { rulesForColumn } from '../../src/policy/masking-policy.ts';
import type { MaskingOptions } from '../../src/policy/masking-rule.ts';

function problemsOf(options: unknown): string[] {
  try {
    compilePolicy(options as MaskingOptions, undefined);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    expect(error.code).toBe('WIREMASK_ERR_POLICY');
    expect(error.message).toBe(error.problems.map((p) => `${p.path}: ${p.message}`).join('\n'));
    return error.problems.map((p) => `${p.path}: ${p.message}`);
  }
  return [];
}

describe('compilePolicy', () => {
  it('names every problem at once, each with its place', () => {
    const problems = problemsOf({
      columns: [
        { column: 'ssn', mask: 'redact' },
        { column: 'a.b.c', mask: 'partial' },
        { column: 'a.b.c', mask: 'partial', keepFirst: -1 },
        { column: 'a.b.c', mask: 'partial', keepLast: 1.5 },
        { column: 'a.b.c', mask: 'keyed-hash' },
        { column: 'a.b.c', mask: 'keyed-hash', key: Buffer.alloc(15) },
        { column: 'a.b.c', mask: 'replace' },
        { column: 'a.b.c', mask: 'scramble' },
        { column: 'a.b.c', mask: 'redact', path: ['$.ok', 'wrong'] },
        { column: 'a.b', mask: 'replace', path: 'x' },
      ],
      detect: { mask: 'partial' },
      unattributed: 'pass',
      unmaskable: 'forward',
    });
    expect(problems).toEqual([
      'columns[0].column: "ssn" has 1 part(s); write schema.table.column, with * for any, as in *.*.ssn',
      'columns[1].keepLast: partial needs keepFirst or keepLast; or use mask: redact',
      'columns[2].keepFirst: must be a whole number of characters, 0 or more',
      'columns[3].keepLast: must be a whole number of characters, 0 or more',
      'columns[4].key: keyed-hash needs a key',
      'columns[5].key: the key has 15 bytes; keyed-hash needs at least 16',
      'columns[6].value: replace needs a value',
      'columns[7].mask: must be redact, partial, keyed-hash, nullify or replace',
      'columns[8].path: "wrong" must start with $, as in $.ssn',
      'columns[9].column: "a.b" has 2 part(s); write schema.table.column, with * for any, as in *.*.b',
      'columns[9].value: replace needs a value',
      'columns[9].path: "x" must start with $, as in $.ssn',
      'detect.keepLast: partial needs keepFirst or keepLast; or use mask: redact',
      'unattributed: must be "mask" or "scan"',
      'unmaskable: must be "refuse"',
    ]);
  });

  it('never names a key or a replacement', () => {
    const problems = problemsOf({
      columns: [
        { column: 'a', mask: 'keyed-hash', key: Buffer.from('topsecretkey') },
        { column: 'a', mask: 'replace', value: 'topsecretvalue' },
      ],
    });
    expect(problems.join()).not.toContain('topsecret');
  });

  it('is strict unless asked otherwise', () => {
    const policy = compilePolicy({ columns: [{ column: '*.*.ssn', mask: 'nullify' }] }, undefined);
    expect(policy).toMatchObject({
      unattributed: 'mask',
      allowsOpaqueStatements: false,
      allowsCopiesOfProtectedColumns: false,
      forwardsUnreadableStatements: false,
      allowsMaskedValuesWrittenBack: false,
      isEmpty: false,
    });
    expect(compilePolicy({}, undefined).isEmpty).toBe(true);
  });

  it('knows the labels and shapes its maskers write', () => {
    const policy = compilePolicy(
      {
        columns: [
          { column: '*.*.a', mask: 'redact', label: '<a>' },
          { column: '*.*.b', mask: 'partial', keepLast: 4 },
          { column: '*.*.c', mask: 'nullify' },
        ],
      },
      undefined,
    );
    expect(policy.labels).toEqual(['<a>']);
    expect(policy.partialShapes).toEqual([{ mask: 'partial', keepFirst: 0, keepLast: 4 }]);
  });
});

describe('rulesForColumn', () => {
  const policy = compilePolicy(
    {
      columns: [
        { column: 'public.u.j', mask: 'redact', path: '$.a' },
        { column: '*.u.j', mask: 'nullify', path: ['$.b', '$.c'] },
        { column: 'private.u.j', mask: 'redact' },
        { column: '*.*.ssn', mask: 'redact' },
        { column: 'public.u.ssn', mask: 'nullify' },
      ],
    },
    undefined,
  );
  const ids = (schema: string, table: string, column: string): string[] =>
    rulesForColumn(policy, schema, table, column).map(({ id }) => id);

  it('gives the first rule for the whole column alone', () => {
    expect(ids('public', 'u', 'ssn')).toEqual(['*.*.ssn']);
    expect(ids('private', 'u', 'j')).toEqual(['private.u.j']);
  });

  it('gives every rule for a path when none is for the whole column', () => {
    expect(ids('public', 'u', 'j')).toEqual(['public.u.j $.a', '*.u.j $.b $.c']);
  });

  it('gives none where no rule names the column', () => {
    expect(ids('public', 'u', 'name')).toEqual([]);
  });
});
