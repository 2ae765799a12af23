import { beforeAll, describe, expect, it } from 'vitest';
import { extended, talk } from '../../support/conversation.ts';
import { message } from '../../support/raw-client.ts';
import { statements } from '../../support/scripted-statements.ts';
import { answer } from '../../support/scripted-values.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { escaped, showMessages } from '../../support/show-bytes.ts';
import { openReady, shownDown, shownUp } from './ready-session.ts';

const { query, parse, bind, describe: describePortal, execute, sync, copyData, copyDone } = message;

let factory: SessionFactory;
let empty: SessionFactory;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
  empty = await createSessionFactory({});
});

/** The first lines of what a client hears, without their fields beyond the SQLSTATE. */
function kindsOf(answers: Buffer): string[] {
  return showMessages(answers).map((line) =>
    line.startsWith('E')
      ? `E ${/C(.{5})/.exec(line)?.[1]} ${/WIREMASK_\w+/.exec(line)?.[0] ?? ''}`.trim()
      : line[0]!,
  );
}

const refusedText = 'wiremask refused this statement';
// A Parse of a text that is no SQL, under a name of our own.
const poison = new RegExp(String.raw`^P\\00\\00\\00[^w]+wiremask_\w+\\00${refusedText}\\00\\00\\00$`);

describe('FunctionCall', () => {
  it('is refused in the words of the protocol, and the session goes on', () => {
    const { answers, server, heard } = talk(factory.open(), [
      [message.functionCall(1, ['a'])],
      [query(statements.cities)],
    ]);
    expect(heard.failure).toBeUndefined();
    expect(kindsOf(answers)).toEqual([
      'E 0A000 WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL',
      ...['Z', 'T', 'D', 'D', 'D', 'C', 'Z'],
    ]);
    expect(server.texts).toEqual([refusedText, statements.cities]);
    expect(server.received.map(({ type }) => type)).not.toContain('F');
  });

  it('fails an open transaction, as any error does', () => {
    const { answers } = talk(factory.open(), [
      [query(statements.begin)],
      [message.functionCall(1, ['a'])],
      [query(statements.cities)],
      [query(statements.rollback)],
    ]);
    expect(showMessages(answers).filter((line) => line.startsWith('Z'))).toEqual([
      'Z T',
      'Z E',
      'Z E',
      'Z I',
    ]);
  });

  it('is refused under an empty policy, too', () => {
    const output = openReady(empty).fromDownstream(message.functionCall(1, ['a']));
    expect(output.failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL');
    expect(output.toUpstream).toEqual([]);
  });
});

describe('a refused statement', () => {
  it.each([
    ['do $$ begin end $$', '42501', 'WIREMASK_ERR_STATEMENT_OPAQUE'],
    [
      'create function f() returns int language sql as $$ select 1 $$',
      '42501',
      'WIREMASK_ERR_STATEMENT_OPAQUE',
    ],
    ['create table copy as select ssn from public.u', '42501', 'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED'],
    [`copy public.u to '/tmp/u'`, '42501', 'WIREMASK_ERR_STATEMENT_SERVER_FILE'],
    ['select from from', '42601', 'WIREMASK_ERR_STATEMENT_UNREADABLE'],
    [`set client_encoding = 'LATIN1'`, '0A000', 'WIREMASK_ERR_UNSUPPORTED_ENCODING'],
    [`copy public.u to stdout (encoding 'LATIN1')`, '0A000', 'WIREMASK_ERR_UNSUPPORTED_ENCODING'],
    [`insert into public.city values (9, '[masked]')`, '42501', 'WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK'],
    [
      `insert into public.city values (9, '[masked:US_SSN]')`,
      '42501',
      'WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK',
    ],
  ])('%s', (text, sqlstate, code) => {
    const session = factory.open();
    const { answers, server } = talk(session, [[query(text)], extended(text), [query(statements.cities)]]);
    const rows = ['T', 'D', 'D', 'D', 'C', 'Z'];
    expect(kindsOf(answers)).toEqual([`E ${sqlstate} ${code}`, 'Z', `E ${sqlstate} ${code}`, 'Z', ...rows]);
    expect(new Set(server.texts)).toEqual(new Set([refusedText, statements.cities]));
    expect(session.report.refused.get(code)).toBeGreaterThanOrEqual(2);
  });

  it('is counted once, also where the messages that follow it in a pipeline are refused with it', () => {
    const session = factory.open();
    talk(session, [extended('create table copy as select ssn from public.u')]);
    expect(session.report.refused).toEqual(new Map([['WIREMASK_ERR_STATEMENT_COPIES_PROTECTED', 1]]));
  });

  it('says nothing of the statement in its error', () => {
    const output = openReady(factory);
    output.fromDownstream(query('do $$ secret text $$'));
    const refused = output.fromUpstream(
      answer.error('42601', 'syntax error at or near "wiremask"', { P: '1' }),
    );
    const told =
      'statement runs or defines code that cannot be read; dangerouslyAllowOpaqueStatements lets it through';
    expect(shownDown(refused)).toBe(
      escaped(answer.error('42501', `wiremask: ${told}`, { D: 'WIREMASK_ERR_STATEMENT_OPAQUE' })),
    );
  });

  it('in the middle of a pipeline lets what stands before it pass, and skips what stands behind', () => {
    const { answers, server } = talk(factory.open(), [
      [
        ...extended(statements.cities).slice(0, -1),
        ...extended('do $$ begin end $$').slice(0, -1),
        ...extended(statements.ssn),
      ],
      extended(statements.ssn),
    ]);
    expect(kindsOf(answers)).toEqual([
      ...['1', '2', 'T', 'D', 'D', 'D', 'C'],
      'E 42501 WIREMASK_ERR_STATEMENT_OPAQUE',
      ...['Z', '1', '2', 'T', 'D', 'D', 'D', 'D', 'D', 'C', 'Z'],
    ]);
    expect(server.texts).toEqual([statements.cities, refusedText, statements.ssn]);
  });

  it('goes to the server as a Parse that fails there', () => {
    const output = openReady(factory).fromDownstream(parse('mine', 'do $$ begin end $$'));
    expect(shownUp(output)).toMatch(poison);
  });

  it('does not take the name it asked for', () => {
    const { answers } = talk(factory.open(), [
      [parse('mine', 'do $$ begin end $$'), sync()],
      [bind({ statement: 'mine' }), describePortal('P'), execute(), sync()],
    ]);
    expect(kindsOf(answers)).toEqual([
      'E 42501 WIREMASK_ERR_STATEMENT_OPAQUE',
      'Z',
      expect.stringMatching(/^E 26000/),
      'Z',
    ]);
  });

  it('that the server accepts all the same ends the connection', () => {
    const session = openReady(factory);
    session.fromDownstream(parse('mine', 'do $$ begin end $$'));
    expect(session.fromUpstream(answer.parseComplete()).failure?.code).toBe('WIREMASK_ERR_MESSAGE_ORDER');
  });
});

describe('a masked value written back', () => {
  it('is refused as a parameter, at its place in the pipeline', () => {
    const { answers, server } = talk(factory.open(), [
      [parse('', statements.cities), bind({ values: ['[masked]'] }), describePortal('P'), execute(), sync()],
      [parse('', statements.cities), bind({ values: ['masked'] }), execute(), sync()],
    ]);
    expect(kindsOf(answers)).toEqual([
      ...['1', 'E 42501 WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK', 'Z'],
      ...['1', '2', 'D', 'D', 'D', 'C', 'Z'],
    ]);
    expect(server.received.some(({ body }) => body.includes('[masked]'))).toBe(false);
  });

  it('is refused inside a longer parameter, and with an entity', () => {
    for (const value of ['call [masked] today', '[masked:EMAIL_ADDRESS]', 'm***.*********@*******.***']) {
      const session = openReady(factory);
      session.fromDownstream(parse('', statements.cities));
      expect(shownUp(session.fromDownstream(bind({ values: [value] }))), value).toMatch(poison);
    }
  });

  it('is refused as a row of COPY FROM STDIN, which ends the copy', () => {
    const { answers, server } = talk(factory.open(), [
      [query(statements.copyIn)],
      [copyData('4\tRome\n'), copyData('5\t[masked]\n'), copyData('6\tOslo\n'), copyDone()],
      [query(statements.cities)],
    ]);
    expect(kindsOf(answers)).toEqual([
      ...['G', 'E 42501 WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK', 'Z'],
      ...['T', 'D', 'D', 'D', 'C', 'Z'],
    ]);
    expect(server.received.some(({ body }) => body.includes('[masked]'))).toBe(false);
  });

  it('passes where the policy allows it', async () => {
    const open = await createSessionFactory({
      ...sampleMasking,
      dangerouslyAllowMaskedValuesWrittenBack: true,
    });
    const session = openReady(open);
    session.fromDownstream(parse('', statements.cities));
    const bytes = bind({ values: ['[masked]'] });
    expect(shownUp(session.fromDownstream(bytes))).toBe(escaped(bytes));
  });
});

describe('requests without an answer', () => {
  it('are bounded by pendingStatementsMax', () => {
    const session = openReady(factory, { limits: { pendingStatementsMax: 3 } });
    expect(session.fromDownstream(Buffer.concat([sync(), sync(), sync()])).failure).toBeUndefined();
    const output = session.fromDownstream(sync());
    expect(output.failure?.code).toBe('WIREMASK_ERR_PENDING_STATEMENTS');
    expect(output.failure?.message).toBe('requests without an answer: 4 exceeds pendingStatementsMax (3)');
    expect(output.toUpstream).toEqual([]);
  });

  it('do not add up once they are answered', () => {
    const session = openReady(factory, { limits: { pendingStatementsMax: 1 } });
    for (let round = 0; round < 5; round++) {
      expect(session.fromDownstream(sync()).failure).toBeUndefined();
      expect(session.fromUpstream(answer.readyForQuery()).failure).toBeUndefined();
    }
  });
});
