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

describe('maskRow: what is no text', () => {
  const made = createMasker({ masking: { detect: { mask: 'redact' } } });

  it('looks at numbers under their names', async () => {
    const masker = await made;
    expect(masker.maskRow({ ssn: 219_099_999, id: 219_099_999, big: { ssn: 219_099_999n } })).toEqual({
      ssn: 0,
      id: 219_099_999,
      big: { ssn: 0n },
    });
  });

  it('masks keys inside a value, and leaves the names of columns', async () => {
    const masker = await made;
    expect(masker.maskRow({ 'ada@example.com': { 'ada@example.com': true, plain: true } })).toEqual({
      'ada@example.com': { '[masked:EMAIL_ADDRESS]': true, plain: true },
    });
  });

  it('withholds bytes that hold a finding', async () => {
    const masker = await made;
    const [plain, binary] = [Buffer.from('nothing'), Uint8Array.of(0xff, 0xfe, 0x40)];
    const row = masker.maskRow({
      plain,
      binary,
      found: Buffer.from('ada@example.com'),
      array: new TextEncoder().encode('write to ada@example.com'),
      notUtf8: Buffer.from('\xff\xfe ada@example.com', 'latin1'),
    });
    expect(row).toEqual({ plain, binary, found: null, array: null, notUtf8: null });
    expect(row.plain).toBe(plain);
  });

  it('walks maps and sets', async () => {
    const masker = await made;
    const map = new Map<unknown, unknown>([
      ['ada@example.com', 1],
      ['mail', ['bob@example.com']],
      [{ mail: 'eve@example.com' }, 2],
    ]);
    const email = '[masked:EMAIL_ADDRESS]';
    expect(masker.maskRow({ map, set: new Set(['a', 'ada@example.com']) })).toEqual({
      map: new Map<unknown, unknown>([
        [email, 1],
        ['mail', [email]],
        [{ mail: email }, 2],
      ]),
      set: new Set(['a', email]),
    });
  });

  it('passes an object that is a text in JSON, or withholds it', async () => {
    const masker = await made;
    const date = new Date(0);
    const url = new URL('https://example.com/docs');
    const row = masker.maskRow({ date, url, found: new URL('mailto:ada@example.com') });
    expect(row.date).toBe(date);
    expect(row.url).toBe(url);
    expect(row.found).toBeNull();
    // String() of it says nothing.
    expect(masker.maskRow({ found: { toJSON: () => 'ada@example.com' } })).toEqual({ found: null });
  });

  it('takes an object that is an object in JSON for that', async () => {
    const masker = await createMasker({
      masking: {
        columns: [{ column: '*.*.profile', mask: 'redact', path: '$.phone' }],
        detect: { mask: 'redact' },
      },
    });
    class Model {
      readonly #values = { phone: '1', mail: 'ada@example.com' };
      toJSON(): unknown {
        return this.#values;
      }
    }
    expect(masker.maskRow({ profile: new Model() })).toEqual({
      profile: { phone: '[masked]', mail: '[masked:EMAIL_ADDRESS]' },
    });
  });
});
