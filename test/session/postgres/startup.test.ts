import { beforeAll, describe, expect, it } from 'vitest';
import { startup } from '../../support/conversation.ts';
import { frame, message } from '../../support/raw-client.ts';
import { answer, cstring, int32 } from '../../support/scripted-values.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { escaped } from '../../support/show-bytes.ts';
import { fatalText, loginAnswer, openReady, shownDown, shownUp } from './ready-session.ts';

let factory: SessionFactory;
let empty: SessionFactory;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
  empty = await createSessionFactory({});
});

describe('requests for encryption', () => {
  it.each([
    ['SSLRequest', message.sslRequest(), 'ssl-request'],
    ['GSSENCRequest', message.gssEncRequest(), 'gssenc-request'],
  ])('%s is answered N once, and refused when it comes again', (_name, packet, kind) => {
    const session = factory.open();
    const first = session.fromDownstream(packet);
    expect(shownDown(first)).toBe('N');
    expect(first.toUpstream).toEqual([]);
    const second = session.fromDownstream(packet);
    const text = `second ${kind} on one connection`;
    expect(shownDown(second)).toBe(fatalText('08P01', text, 'WIREMASK_ERR_STARTUP'));
    expect(second.toUpstream).toEqual([]);
    expect(() => session.fromDownstream(startup)).toThrow(second.failure);
  });

  it('one of each may come before the StartupMessage', () => {
    const session = factory.open();
    const whole = Buffer.concat([message.gssEncRequest(), message.sslRequest(), startup]);
    const output = session.fromDownstream(whole);
    expect(shownDown(output)).toBe('NN');
    expect(shownUp(output)).toBe(escaped(startup));
  });
});

describe('CancelRequest', () => {
  it('passes, and ends the conversation', () => {
    const packet = message.cancelRequest(4711, Buffer.from([1, 2, 3, 4]));
    const session = factory.open();
    const output = session.fromDownstream(packet);
    expect(shownUp(output)).toBe(escaped(packet));
    expect(output.toDownstream).toEqual([]);
    const more = session.fromDownstream(startup);
    expect(more.failure?.code).toBe('WIREMASK_ERR_STARTUP');
    expect(more.toUpstream).toEqual([]);
  });
});

describe('start-up parameters', () => {
  it.each(['true', 'on', 'yes', '1', 'database', 'anything'])('refuses replication=%s', (replication) => {
    const output = factory.open().fromDownstream(message.startup({ user: 'app', replication }));
    expect(output.failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_REPLICATION');
    expect(output.toUpstream).toEqual([]);
    expect(shownDown(output)).toContain('C0A000');
  });

  it.each(['false', 'off', 'no', '0'])('lets replication=%s pass: it asks for none', (replication) => {
    const packet = message.startup({ user: 'app', replication });
    expect(shownUp(factory.open().fromDownstream(packet))).toBe(escaped(packet));
  });

  it.each(['LATIN1', 'GBK', 'WIN1252', 'SJIS', ''])('refuses client_encoding=%s', (encoding) => {
    const output = factory.open().fromDownstream(message.startup({ user: 'a', client_encoding: encoding }));
    expect(output.failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_ENCODING');
    expect(output.toUpstream).toEqual([]);
  });

  it.each(['UTF8', 'utf-8', "'utf-8'", 'Unicode', 'SQL_ASCII'])('takes client_encoding=%s', (encoding) => {
    const packet = message.startup({ user: 'a', client_encoding: encoding });
    expect(shownUp(factory.open().fromDownstream(packet))).toBe(escaped(packet));
  });

  it('with an empty policy any encoding passes: nothing is read', () => {
    const packet = message.startup({ user: 'a', client_encoding: 'LATIN1' });
    expect(shownUp(empty.open().fromDownstream(packet))).toBe(escaped(packet));
  });

  it('refuses a packet that is not there as a whole when its size is beyond the limit', () => {
    const output = factory.open().fromDownstream(int32(100_000));
    expect(output.failure?.code).toBe('WIREMASK_ERR_STARTUP_SIZE');
  });
});

describe('what the server says during log-in', () => {
  it('an encoding it chose itself ends the connection before any data', () => {
    const session = factory.open();
    session.fromDownstream(startup);
    const status = answer.parameterStatus('client_encoding', 'LATIN1');
    const output = session.fromUpstream(Buffer.concat([answer.authenticationOk(), status]));
    expect(output.failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_ENCODING');
  });

  it('an encoding it changes to later ends the connection', () => {
    const output = openReady(factory).fromUpstream(answer.parameterStatus('client_encoding', 'LATIN1'));
    expect(output.failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_ENCODING');
    expect(shownDown(output)).not.toContain('LATIN1');
  });

  it('anything before the client has asked is refused', () => {
    const output = factory.open().fromUpstream(answer.authenticationOk());
    expect(output.failure?.code).toBe('WIREMASK_ERR_MESSAGE_ORDER');
  });

  it.each([
    ['DataRow', answer.dataRow([Buffer.from('x')])],
    ['RowDescription', answer.rowDescription([{ name: 'a', type: 'text' }])],
    ['CopyData', answer.copyData('x')],
    ['CommandComplete', answer.commandComplete('SELECT 1')],
  ])('%s has no place there', (name, bytes) => {
    const session = factory.open();
    session.fromDownstream(startup);
    const output = session.fromUpstream(bytes);
    expect(output.failure?.code).toBe('WIREMASK_ERR_MESSAGE_ORDER');
    expect(shownDown(output)).toBe(fatalText('08P01', `${name} during log-in`, 'WIREMASK_ERR_MESSAGE_ORDER'));
  });

  it('what a hurried client sends during log-in waits for its end', () => {
    const session = factory.open();
    const query = message.query('select 1');
    expect(shownUp(session.fromDownstream(Buffer.concat([startup, query])))).toBe(escaped(startup));
    const output = session.fromUpstream(loginAnswer);
    expect(shownDown(output)).toBe(escaped(loginAnswer));
    expect(shownUp(output)).toBe(escaped(query));
  });

  it('keeps the key a CancelRequest needs', () => {
    const session = openReady(factory);
    expect(session.isReady).toBe(true);
    expect(session.backendKey?.processId).toBe(4711);
    expect(Buffer.from(session.backendKey!.secretKey)).toEqual(Buffer.from([1, 2, 3, 4]));
  });
});

describe('SCRAM channel binding where TLS ends', () => {
  const offer = answer.authenticationSasl(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']);
  const initial = (flag: string): Buffer =>
    frame('p', cstring('SCRAM-SHA-256'), int32(flag.length + 8), Buffer.from(`${flag},,n=,r=x`));
  const offered = (stripsChannelBinding: boolean): ReturnType<SessionFactory['open']> => {
    const session = factory.open({ stripsChannelBinding });
    session.fromDownstream(startup);
    return session;
  };

  it('is taken from the offer', () => {
    const output = offered(true).fromUpstream(offer);
    expect(shownDown(output)).toBe(escaped(answer.authenticationSasl(['SCRAM-SHA-256'])));
  });

  it('stays in the offer where TLS does not end', () => {
    expect(shownDown(offered(false).fromUpstream(offer))).toBe(escaped(offer));
  });

  it('is refused as the only offer', () => {
    const output = offered(true).fromUpstream(answer.authenticationSasl(['SCRAM-SHA-256-PLUS']));
    expect(output.failure?.code).toBe('WIREMASK_ERR_UNSUPPORTED_CHANNEL_BINDING');
  });

  it('lets a client log in that does not want it, and no other', () => {
    const calm = offered(true);
    calm.fromUpstream(offer);
    expect(shownUp(calm.fromDownstream(initial('n')))).toBe(escaped(initial('n')));
    for (const flag of ['y', 'p=tls-server-end-point']) {
      const session = offered(true);
      session.fromUpstream(offer);
      const output = session.fromDownstream(initial(flag));
      expect(output.failure?.code, flag).toBe('WIREMASK_ERR_UNSUPPORTED_CHANNEL_BINDING');
      expect(output.toUpstream).toEqual([]);
    }
  });
});
