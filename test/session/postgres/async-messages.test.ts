import { beforeAll, describe, expect, it } from 'vitest';
import type { PostgresSession } from '../../../src/session/postgres/session.ts';
import { leakedNeedle } from '../../support/conversation.ts';
import { message } from '../../support/raw-client.ts';
import { columnsOfU, secrets, statements } from '../../support/scripted-statements.ts';
import { answer } from '../../support/scripted-values.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { escaped } from '../../support/show-bytes.ts';
import { openReady, shownDown } from './ready-session.ts';

let factory: SessionFactory;
let scanning: SessionFactory;
const secretText = `saw ${secrets.ssn}`;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
  scanning = await createSessionFactory({
    ...sampleMasking,
    unattributed: 'scan',
    detect: { mask: 'redact' },
  });
});

/** A session that waits for the answer to this statement. */
function asked(text: string, from: SessionFactory = factory): PostgresSession {
  const session = openReady(from);
  session.fromDownstream(message.query(text));
  return session;
}

function expectDown(session: PostgresSession, given: Buffer, shown: Buffer): void {
  const output = session.fromUpstream(given);
  expect(output.failure).toBeUndefined();
  expect(shownDown(output)).toBe(escaped(shown));
}

describe('an error of a statement that touches protected columns', () => {
  it('keeps SQLSTATE, names and places, and withholds every free text', () => {
    const given = answer.error('22P02', `invalid input syntax for type integer: "${secrets.ssn}"`, {
      D: secretText,
      H: secretText,
      P: '8',
      p: '9',
      q: `select ${secrets.ssn}`,
      W: secretText,
      s: 'public',
      t: 'u',
      c: 'ssn',
      n: 'u_pkey',
      F: 'numutils.c',
      L: '323',
      R: 'pg_strtoint32_safe',
    });
    const shown = answer.error('22P02', 'invalid input syntax for type integer: [masked]', {
      D: '[masked]',
      H: '[masked]',
      q: '[masked]',
      W: '[masked]',
      s: 'public',
      t: 'u',
      c: 'ssn',
      n: 'u_pkey',
      F: 'numutils.c',
      L: '323',
      R: 'pg_strtoint32_safe',
    });
    expectDown(asked(statements.ssn), given, shown);
  });

  it('does not pass values that stand where names should', () => {
    const everywhere = { s: secrets.ssn, t: secrets.ssn, c: secrets.ssn, d: secrets.ssn, n: secrets.ssn };
    const given = answer.error('P0001', secrets.ssn, {
      ...everywhere,
      F: secretText,
      L: 'x',
      R: secretText,
      X: secretText,
    });
    const text = 'raise exception (message text withheld: the statement reads protected columns)';
    expectDown(asked(statements.ssn), given, answer.error('P0001', text));
  });

  it.each([
    [`relation "${secrets.ssn}" does not exist`, '42P01'],
    [`duplicate key value violates unique constraint "${secrets.ssn}"`, '23505'],
    [`division by zero ${secrets.ssn}`, '22012'],
    [`${secrets.ssn} division by zero`, '22012'],
    [`invalid input syntax for type ${secrets.ssn}: "x"`, '22P02'],
  ])('a message that only resembles a known one is withheld: %s', (text, sqlstate) => {
    const output = asked(statements.ssn).fromUpstream(answer.error(sqlstate, text));
    expect(leakedNeedle(Buffer.concat(output.toDownstream))).toBeUndefined();
    expect(shownDown(output)).toContain('message text withheld');
  });

  it('an SQLSTATE or severity that is none is replaced', () => {
    const output = asked(statements.ssn).fromUpstream(
      answer.error(secrets.ssn, 'x', { S: secrets.ssn, V: '1234567891' }),
    );
    expect(leakedNeedle(Buffer.concat(output.toDownstream))).toBeUndefined();
    expect(shownDown(output)).toContain('CXX000');
  });
});

describe('an error of a statement that touches nothing protected', () => {
  it('passes with all its fields', () => {
    const given = answer.error('22012', 'division by zero', {
      D: 'some detail',
      W: 'somewhere',
      q: 'select 1',
    });
    expectDown(asked(statements.cities), given, given);
  });

  it('is masked when an earlier statement of its transaction did touch', () => {
    const session = asked(statements.begin);
    session.fromUpstream(Buffer.concat([answer.commandComplete('BEGIN'), answer.readyForQuery('T')]));
    session.fromDownstream(message.query(statements.ssn));
    const rows = [answer.rowDescription(columnsOfU('id', 'ssn')), answer.commandComplete('SELECT 0')];
    session.fromUpstream(Buffer.concat([...rows, answer.readyForQuery('T')]));
    session.fromDownstream(message.query(statements.commit));
    const output = session.fromUpstream(answer.error('23514', secretText));
    expect(leakedNeedle(Buffer.concat(output.toDownstream))).toBeUndefined();
  });

  it('passes again in the next transaction', () => {
    const session = asked(statements.ssn);
    session.fromUpstream(Buffer.concat([answer.error('22012', 'division by zero'), answer.readyForQuery()]));
    session.fromDownstream(message.query(statements.cities));
    const given = answer.error('22012', 'something about cities');
    expectDown(session, given, given);
  });
});

describe('notices', () => {
  it('are masked like errors', () => {
    const given = answer.notice('00000', secretText, { D: secretText });
    const text = 'successful completion (message text withheld: the statement reads protected columns)';
    expectDown(asked(statements.ssn), given, answer.notice('00000', text, { D: '[masked]' }));
  });

  it('pass when the statement touches nothing protected', () => {
    const given = answer.notice('00000', 'table "x" does not exist, skipping');
    expectDown(asked(statements.cities), given, given);
  });
});

describe('ParameterStatus', () => {
  it('of a free setting is withheld while a statement touches', () => {
    const given = answer.parameterStatus('application_name', secrets.ssn);
    expectDown(asked(statements.ssn), given, answer.parameterStatus('application_name', '[masked]'));
  });

  it('of a free setting passes when the client has sent the text itself', () => {
    const given = answer.parameterStatus('application_name', 'app');
    expectDown(asked(statements.ssn), given, given);
  });

  it('of a known setting passes while it looks like itself, and is left out otherwise', () => {
    const zone = answer.parameterStatus('TimeZone', 'Europe/Lisbon');
    expectDown(asked(statements.ssn), zone, zone);
    expectDown(asked(statements.ssn), answer.parameterStatus('TimeZone', secrets.email), Buffer.alloc(0));
    expectDown(asked(statements.ssn), answer.parameterStatus('TimeZone', 'A12345'), Buffer.alloc(0));
  });

  it('passes when nothing protected is at work', () => {
    const given = answer.parameterStatus('application_name', 'other');
    expectDown(openReady(factory), given, given);
    expectDown(asked(statements.cities), given, given);
  });

  it('of DateStyle decides how text dates are written', async () => {
    const dates = await createSessionFactory({ columns: [{ column: '*.*.ssn', mask: 'redact' }] });
    const session = asked(statements.ssn, dates);
    const dateType = Buffer.from(answer.rowDescription(columnsOfU('ssn')));
    // int32 type OID stands after the name, the table OID and the attribute number.
    dateType.writeInt32BE(1082, 7 + 'ssn\0'.length + 6);
    session.fromUpstream(answer.parameterStatus('DateStyle', 'German, DMY'));
    session.fromUpstream(dateType);
    const output = session.fromUpstream(answer.dataRow([Buffer.from('01.02.2003')]));
    expect(shownDown(output)).toBe(escaped(answer.dataRow([null])));
  });
});

describe('NotificationResponse', () => {
  it('loses its payload where column rules exist: nobody can tell where it comes from', () => {
    expectDown(
      openReady(factory),
      answer.notification(7, 'news', secrets.email),
      answer.notification(7, 'news', '[masked]'),
    );
  });

  it('without a payload passes', () => {
    const given = answer.notification(7, 'news', '');
    expectDown(openReady(factory), given, given);
  });

  it('is scanned where unattributed values are', () => {
    expectDown(
      openReady(scanning),
      answer.notification(7, 'news', 'mail to jane.roe@example.com now'),
      answer.notification(7, 'news', 'mail to [masked:EMAIL_ADDRESS] now'),
    );
    const harmless = answer.notification(7, 'news', 'row 5 has changed');
    expectDown(openReady(scanning), harmless, harmless);
  });
});

describe('unattributed: scan', () => {
  it('scans computed values instead of masking them, and still masks columns with a rule', () => {
    const session = asked(statements.computed, scanning);
    session.fromUpstream(
      answer.rowDescription([{ name: 'x', type: 'text' }, { name: 'y', type: 'text' }, ...columnsOfU('ssn')]),
    );
    const texts = ['plain', 'to jane.roe@example.com', secrets.ssn];
    const shown = ['plain', 'to [masked:EMAIL_ADDRESS]', '[masked]'];
    expectDown(
      session,
      answer.dataRow(texts.map((text) => Buffer.from(text))),
      answer.dataRow(shown.map((text) => Buffer.from(text))),
    );
  });

  it('scans the names of columns', () => {
    const named = (name: string): Buffer => answer.rowDescription([{ name, type: 'text' }]);
    expectDown(
      asked(statements.cities, scanning),
      named('jane.roe@example.com'),
      named('[masked:EMAIL_ADDRESS]'),
    );
  });
});
