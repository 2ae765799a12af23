import { beforeAll, describe, expect, it } from 'vitest';
import type { PostgresSession } from '../../../src/session/postgres/session.ts';
import { leakedNeedle, startup } from '../../support/conversation.ts';
import { backendMessages, frame, message } from '../../support/raw-client.ts';
import { ScriptedServer } from '../../support/scripted-server.ts';
import { columnsOfU, scripts, secrets, statements } from '../../support/scripted-statements.ts';
import { answer, int16, int32, sized } from '../../support/scripted-values.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { escaped } from '../../support/show-bytes.ts';
import { fatalText, openReady, shownDown } from './ready-session.ts';

let factory: SessionFactory;
const id = Buffer.from('1');
const ssn = Buffer.from(secrets.ssn);
const description = answer.rowDescription(columnsOfU('id', 'ssn'));

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
});

/** A session in the middle of the rows of a statement. */
function inRows(options: Parameters<typeof openReady>[1] = {}): PostgresSession {
  const session = openReady(factory, options);
  session.fromDownstream(message.query(statements.ssn));
  session.fromUpstream(description);
  return session;
}

/** A session whose next message is the first row of a COPY TO STDOUT. */
function inCopy(text: string): PostgresSession {
  const session = openReady(factory);
  const server = new ScriptedServer(scripts);
  server.take(startup);
  const sent = session.fromDownstream(message.query(text));
  const answers = server.take(Buffer.concat(sent.toUpstream));
  const messages = backendMessages(answers).map(({ type, body }) => frame(type, body));
  const end = messages.findIndex((bytes) => bytes[0] === 0x48);
  const output = session.fromUpstream(Buffer.concat(messages.slice(0, end + 1)));
  expect(output.failure).toBeUndefined();
  return session;
}

function expectFailure(output: ReturnType<PostgresSession['fromUpstream']>, code: string): void {
  expect(output.failure?.code).toBe(code);
  const shown = Buffer.concat(output.toDownstream);
  expect(leakedNeedle(shown)).toBeUndefined();
  expect(leakedNeedle(Buffer.from(output.failure?.message ?? ''))).toBeUndefined();
  // One error of ours and nothing else.
  expect(shown[0]).toBe(0x45);
  expect(shown.readInt32BE(1) + 1).toBe(shown.length);
}

describe('rows without a plan', () => {
  it('a DataRow nobody asked for ends the connection', () => {
    const output = openReady(factory).fromUpstream(answer.dataRow([ssn]));
    expect(shownDown(output)).toBe(
      fatalText('08P01', 'DataRow without a RowDescription', 'WIREMASK_ERR_MESSAGE_ORDER'),
    );
  });

  it('a DataRow before its RowDescription ends the connection', () => {
    const session = openReady(factory);
    session.fromDownstream(message.query(statements.ssn));
    expectFailure(session.fromUpstream(answer.dataRow([id, ssn])), 'WIREMASK_ERR_MESSAGE_ORDER');
  });

  it('a DataRow after the end of its rows ends the connection', () => {
    const session = inRows();
    session.fromUpstream(answer.commandComplete('SELECT 0'));
    expectFailure(session.fromUpstream(answer.dataRow([id, ssn])), 'WIREMASK_ERR_MESSAGE_ORDER');
  });

  it.each([
    ['CopyData', answer.copyData(secrets.ssn)],
    ['CopyDone', answer.copyDone()],
    ['RowDescription', description],
    ['NoData', answer.noData()],
    ['ParseComplete', answer.parseComplete()],
    ['BindComplete', answer.bindComplete()],
    ['CloseComplete', answer.closeComplete()],
    ['CommandComplete', answer.commandComplete('SELECT 1')],
    ['PortalSuspended', answer.portalSuspended()],
    ['ParameterDescription', answer.parameterDescription([])],
    ['CopyOutResponse', answer.copyOut(0, 1)],
    ['CopyInResponse', answer.copyIn(0, 1)],
    ['AuthenticationOk', answer.authenticationOk()],
  ])('%s that answers nothing ends the connection', (_name, bytes) => {
    expectFailure(openReady(factory).fromUpstream(bytes), 'WIREMASK_ERR_MESSAGE_ORDER');
  });

  it('CopyBothResponse is refused: it would begin replication', () => {
    const output = openReady(factory).fromUpstream(frame('W', Buffer.of(0), int16(0)));
    expectFailure(output, 'WIREMASK_ERR_UNSUPPORTED_REPLICATION');
  });

  it('an answer to FunctionCall is refused: none ever went to the server', () => {
    const output = openReady(factory).fromUpstream(frame('V', sized(ssn)));
    expect(output.failure?.code).toMatch(/^WIREMASK_ERR_/);
    expect(leakedNeedle(Buffer.concat(output.toDownstream))).toBeUndefined();
  });
});

describe('a DataRow that is not what it says', () => {
  const overflowing = 0x7fffffff;
  it.each<[string, Buffer]>([
    ['has no cell count', frame('D', Buffer.of(0))],
    ['has too few cells', answer.dataRow([id])],
    ['has too many cells', answer.dataRow([id, ssn, ssn])],
    ['has no cells', answer.dataRow([])],
    ['ends in a cell length', frame('D', int16(2), sized(id), Buffer.of(0, 0))],
    ['ends in a cell', frame('D', int16(2), sized(id), int32(ssn.length + 1), ssn)],
    ['has a cell length of -2', frame('D', int16(2), sized(id), int32(-2), ssn)],
    ['has the smallest cell length', frame('D', int16(2), int32(-0x80000000), sized(ssn))],
    ['has the largest cell length', frame('D', int16(2), int32(overflowing), sized(ssn))],
    ['has bytes after its last cell', frame('D', int16(2), sized(id), sized(ssn), Buffer.of(0))],
  ])('ends the connection when it %s, without a byte of the row', (_name, row) => {
    expectFailure(inRows().fromUpstream(row), 'WIREMASK_ERR_MESSAGE_BODY');
  });

  it('does not take the whole rows before it along', () => {
    const output = inRows().fromUpstream(Buffer.concat([answer.dataRow([id, ssn]), answer.dataRow([id])]));
    const whole = escaped(answer.dataRow([id, Buffer.from('[masked]')]));
    expect(shownDown(output).startsWith(`${whole}E`)).toBe(true);
  });
});

describe('message lengths', () => {
  it.each([0, 3, -1, -0x80000000, 0x40000004])('%i ends the connection, in either direction', (length) => {
    const header = Buffer.concat([Buffer.from('D'), int32(length)]);
    expectFailure(inRows().fromUpstream(header), 'WIREMASK_ERR_MESSAGE_LENGTH');
    const fromClient = openReady(factory).fromDownstream(Buffer.concat([Buffer.from('Q'), int32(length)]));
    expectFailure(fromClient, 'WIREMASK_ERR_MESSAGE_LENGTH');
    expect(fromClient.toUpstream).toEqual([]);
  });

  it('a message beyond messageSizeMax is refused by its header when it has to be held', () => {
    const session = inRows({ limits: { messageSizeMax: 1000 } });
    expectFailure(
      session.fromUpstream(Buffer.concat([Buffer.from('D'), int32(1000)])),
      'WIREMASK_ERR_MESSAGE_SIZE',
    );
    const client = openReady(factory, { limits: { messageSizeMax: 1000 } });
    const output = client.fromDownstream(Buffer.concat([Buffer.from('Q'), int32(1000)]));
    expectFailure(output, 'WIREMASK_ERR_MESSAGE_SIZE');
  });

  it('a message as large as messageSizeMax is taken', () => {
    const row = answer.dataRow([id, ssn]);
    const session = inRows({ limits: { messageSizeMax: row.length } });
    expect(session.fromUpstream(row.subarray(0, 10)).failure).toBeUndefined();
    const output = session.fromUpstream(row.subarray(10));
    expect(shownDown(output)).toBe(escaped(answer.dataRow([id, Buffer.from('[masked]')])));
  });

  it('a row without a protected column passes as it arrives, whatever its size', () => {
    const session = openReady(factory, { limits: { messageSizeMax: 1000 } });
    session.fromDownstream(message.query(statements.cities));
    session.fromUpstream(
      answer.rowDescription([{ name: 'name', type: 'text', tableOid: 20_003, attribute: 2 }]),
    );
    const row = answer.dataRow([Buffer.alloc(5000, 'x')]);
    const first = session.fromUpstream(row.subarray(0, 100));
    expect(shownDown(first)).toBe(escaped(row.subarray(0, 100)));
    expect(shownDown(session.fromUpstream(row.subarray(100)))).toBe(escaped(row.subarray(100)));
  });

  it('a stream that ends in the middle of a message is truncated', () => {
    const session = inRows();
    session.fromUpstream(answer.dataRow([id, ssn]).subarray(0, 20));
    const output = session.end('upstream');
    expect(output.failure?.code).toBe('WIREMASK_ERR_TRUNCATED');
    expect(output.toDownstream).toEqual([]);
    expect(inRows().end('upstream').failure).toBeUndefined();
  });
});

describe('other messages that are not what they say', () => {
  it.each<[string, Buffer]>([
    [
      'RowDescription with a format nobody knows',
      frame('T', int16(1), Buffer.from('a\0'), Buffer.alloc(16), int16(2)),
    ],
    ['RowDescription cut short', frame('T', int16(1), Buffer.from('a\0'))],
    ['ErrorResponse without an end', frame('E', Buffer.from(`M${secrets.ssn}`))],
    ['NoticeResponse without an end', frame('N', Buffer.from(`M${secrets.ssn}`))],
    ['ParameterStatus without a value', frame('S', Buffer.from(`${secrets.ssn}\0`))],
    ['NotificationResponse cut short', frame('A', int32(1), Buffer.from(secrets.ssn))],
    ['ReadyForQuery of no status', frame('Z', Buffer.from('Q'))],
    ['a tag that is a value', answer.commandComplete(secrets.ssn)],
    ['a tag with a value behind it', answer.commandComplete(`SELECT ${secrets.ssn}`)],
    ['a tag with a long number', answer.commandComplete('SELECT 123456789012345678901')],
  ])('%s', (_name, bytes) => {
    const session = openReady(factory);
    session.fromDownstream(message.query(statements.ssn));
    expectFailure(session.fromUpstream(bytes), 'WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('COPY rows that are not what they say', () => {
  it('a row of another number of columns than the server described ends the connection', () => {
    for (const row of [`1\t${secrets.ssn}\t${secrets.ssn}\n`, `${secrets.ssn}\n`]) {
      expectFailure(
        inCopy(statements.copyText).fromUpstream(answer.copyData(row)),
        'WIREMASK_ERR_MESSAGE_BODY',
      );
    }
  });

  it.each<[string, string, readonly (string | Buffer)[]]>([
    ['csv: a quote that does not close', statements.copyCsv, ['id,ssn\n', `1,"${secrets.ssn}\n`]],
    ['csv: text behind a closing quote', statements.copyCsv, ['id,ssn\n', `1,"a"${secrets.ssn}\n`]],
    ['binary without its signature', statements.copyBinary, [secrets.ssn]],
    ['text in one message with the next row', statements.copyText, [`1\ta\n2\t${secrets.ssn}\n`]],
  ])('%s: nothing of it is shown', (_name, text, rows) => {
    const output = inCopy(text).fromUpstream(Buffer.concat(rows.map(answer.copyData)));
    expect(leakedNeedle(Buffer.concat(output.toDownstream))).toBeUndefined();
  });
});
