import { describe, expect, it } from 'vitest';
import { createMasker, PolicyError } from '../src/index.ts';

const key = Buffer.from('a key of at least 16 bytes');

describe('createMasker', () => {
  it('reports every problem of the options at once', async () => {
    const masking = {
      columns: [
        { column: 'ssn', mask: 'redact' as const },
        { column: 'a.b.c', mask: 'partial' as const },
        { column: 'a.b.d', mask: 'keyed-hash' as const, key: Buffer.from('short') },
      ],
    };
    const error = await createMasker({ masking }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as PolicyError).problems.map(({ path }) => path)).toEqual([
      'columns[0].column',
      'columns[1].keepLast',
      'columns[2].key',
    ]);
  });

  it('names the rule packs there are when one is unknown', async () => {
    const error = await createMasker({ masking: { detect: { mask: 'redact', packs: ['pi'] } } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^WIREMASK_ERR_/) });
    expect(String(error)).toContain('pii');
  });
});

describe('maskText', () => {
  it('replaces what the detectors find and nothing else', async () => {
    const masker = await createMasker({ masking: { detect: { mask: 'redact' } } });
    expect(masker.maskText('Write to ada@example.com, or call.')).toBe(
      'Write to [masked:EMAIL_ADDRESS], or call.',
    );
    expect(masker.maskText('Nothing here: Zürich, 12.50')).toBe('Nothing here: Zürich, 12.50');
  });

  it('leaves every text alone without detectors', async () => {
    const masker = await createMasker({ masking: {} });
    expect(masker.maskText('ada@example.com')).toBe('ada@example.com');
  });
});

describe('maskRow', () => {
  it('masks columns by rule, whatever the type of the value', async () => {
    const masker = await createMasker({
      masking: {
        columns: [
          { column: 'public.customers.ssn', mask: 'partial', keepLast: 4 },
          { column: '*.*.salary', mask: 'nullify' },
          { column: '*.*.code', mask: 'redact' },
          { column: '*.*.token', mask: 'keyed-hash', key },
        ],
      },
    });
    const row = masker.maskRow({
      id: 7,
      ssn: '219-09-9999',
      salary: 81_500,
      code: 42,
      token: 'x',
      gone: null,
    });
    expect(row).toEqual({
      id: 7,
      ssn: '***-**-9999',
      salary: null,
      code: 0,
      token: expect.stringMatching(/^[0-9a-f]{32}$/),
      gone: null,
    });
  });

  it('masks JSON by path and what detectors find in what is left', async () => {
    const masker = await createMasker({
      masking: {
        columns: [{ column: '*.*.profile', mask: 'redact', path: '$..phone' }],
        detect: { mask: 'redact' },
      },
    });
    const profile = { phone: '1', home: [{ phone: '2', city: 'Rome' }], mail: 'ada@example.com' };
    expect(masker.maskRow({ profile })).toEqual({
      profile: {
        phone: '[masked]',
        home: [{ phone: '[masked]', city: 'Rome' }],
        mail: '[masked:EMAIL_ADDRESS]',
      },
    });
  });

  it('does not apply rules of another table', async () => {
    const masker = await createMasker({
      masking: { columns: [{ column: 'public.customers.ssn', mask: 'redact' }] },
    });
    expect(masker.maskRow({ ssn: 'x' }, { table: 'orders' })).toEqual({ ssn: 'x' });
    expect(masker.maskRow({ ssn: 'x' }, { table: 'customers' })).toEqual({ ssn: '[masked]' });
  });

  it('withholds what is nested too deep to be looked at', async () => {
    const masker = await createMasker({ masking: { detect: { mask: 'redact' } } });
    let nested: unknown = 'ada@example.com';
    for (let depth = 0; depth < 200; depth++) nested = [nested];
    expect(JSON.stringify(masker.maskRow({ nested }))).not.toContain('ada@');
  });
});
