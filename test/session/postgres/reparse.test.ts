import { Readable } from 'node:stream';
import { parse as parseAsClient } from 'pg-protocol';
import { describe, expect, it } from 'vitest';
import type { MaskingOptions } from '../../../src/policy/masking-rule.ts';
import { clientTurns, extended, talk } from '../../support/conversation.ts';
import { backendMessages, message } from '../../support/raw-client.ts';
import { secrets, statements } from '../../support/scripted-statements.ts';
import { createSessionFactory, sampleMasking } from '../../support/session.ts';

interface Read {
  readonly name: string;
  readonly fields?: readonly unknown[];
}

/** What pg-protocol, an independent parser, makes of the bytes. */
async function read(bytes: Buffer): Promise<readonly Read[]> {
  const messages: Read[] = [];
  await parseAsClient(Readable.from([bytes]), (parsed) => {
    // Its messages may be reused.
    messages.push({ ...(parsed as unknown as Read), name: parsed.name });
  });
  return messages;
}

async function rowsOf(masking: MaskingOptions, turns: readonly (readonly Buffer[])[]): Promise<unknown[]> {
  const factory = await createSessionFactory(masking);
  const { answers } = talk(factory.open(), turns);
  return (await read(answers)).filter(({ name }) => name === 'dataRow').map(({ fields }) => fields);
}

const ssnWith = (rule: Omit<NonNullable<MaskingOptions['columns']>[number], 'column'>): MaskingOptions => ({
  columns: [{ column: 'public.u.ssn', ...rule }],
});
const oneRow = [[message.query(statements.update)]];

describe('what an independent client reads', () => {
  it.each(Object.entries(clientTurns))(
    '%s: every message, in the order the server sent them',
    async (_name, turns) => {
      const factory = await createSessionFactory(sampleMasking);
      const { answers, heard } = talk(factory.open(), turns);
      expect(heard.failure).toBeUndefined();
      const messages = await read(answers);
      expect(messages).toHaveLength(backendMessages(answers).length);
      expect(messages.filter(({ name }) => name === 'readyForQuery').length).toBeGreaterThan(0);
    },
  );

  it.each<[string, Parameters<typeof ssnWith>[0], string | null]>([
    ['longer', { mask: 'replace', value: 'x'.repeat(70_000) }, 'x'.repeat(70_000)],
    ['shorter', { mask: 'replace', value: 'x' }, 'x'],
    ['empty', { mask: 'replace', value: '' }, ''],
    ['of several bytes per character', { mask: 'replace', value: 'żółć 🐤' }, 'żółć 🐤'],
    ['NULL', { mask: 'nullify' }, null],
    ['a label', { mask: 'redact' }, '[masked]'],
    ['a label of its own', { mask: 'redact', label: '<gone>' }, '<gone>'],
    ['partial', { mask: 'partial', keepLast: 4 }, '***-*******-***-**-1120'],
    [
      'as long as before',
      { mask: 'replace', value: 'y'.repeat(secrets.ssn.length) },
      'y'.repeat(secrets.ssn.length),
    ],
  ])('a replacement that is %s', async (_name, rule, expected) => {
    expect(await rowsOf(ssnWith(rule), oneRow)).toEqual([[expected]]);
  });

  it('a keyed hash: the same for the same value', async () => {
    const masking = ssnWith({ mask: 'keyed-hash', key: Buffer.alloc(32, 7) });
    const rows = (await rowsOf(masking, [[message.query(statements.ssn)]])) as string[][];
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map(([, ssn]) => ssn)).size).toBe(1);
    expect(rows[0]![1]).not.toBe(secrets.ssn);
  });

  it('every kind of column at once, in text', async () => {
    expect(await rowsOf(sampleMasking, [[message.query(statements.all)]])).toEqual([
      [
        '1',
        '[masked]',
        'm***.*********@*******.***',
        '0',
        '{"ssn": "[masked]", "city": "Lodz"}',
        '{[masked],[masked]}',
      ],
      ['2', null, '[masked]', null, null, null],
    ]);
  });

  it('every kind of column at once, in binary', async () => {
    const { answers } = talk((await createSessionFactory(sampleMasking)).open(), [
      extended(statements.all, { resultFormats: [1] }),
    ]);
    const row = backendMessages(answers).find(({ type }) => type === 'D')!.body;
    const cells: string[] = [];
    for (let at = 2; at < row.length; ) {
      const size = row.readInt32BE(at);
      cells.push(row.toString('hex', at + 4, at + 4 + size));
      at += 4 + size;
    }
    const label = Buffer.from('[masked]').toString('hex');
    expect(cells).toEqual([
      '00000001',
      label,
      Buffer.from('m***.*********@*******.***').toString('hex'),
      '00000000',
      `01${Buffer.from('{"ssn": "[masked]", "city": "Lodz"}').toString('hex')}`,
      `00000001000000000000001900000002000000010000000${8}${label}00000008${label}`,
    ]);
  });

  it('rows without a protected column as they were', async () => {
    expect(await rowsOf(sampleMasking, [[message.query(statements.cities)]])).toEqual([
      ['1', 'Oslo'],
      ['2', 'Łódź'],
      ['3', null],
    ]);
  });
});
