import { beforeAll, describe, expect, it } from 'vitest';
import type { PostgresSession } from '../../../src/session/postgres/session.ts';
import { message } from '../../support/raw-client.ts';
import { statements } from '../../support/scripted-statements.ts';
import { answer } from '../../support/scripted-values.ts';
import { createSessionFactory, type OpenOptions, type SessionFactory } from '../../support/session.ts';
import { escaped } from '../../support/show-bytes.ts';
import { openReady, shownDown } from './ready-session.ts';

let factory: SessionFactory;
const text = (size: number): Buffer => Buffer.alloc(size, 'lorem ipsum dolor ');
const masked = Buffer.from('[masked]');

beforeAll(async () => {
  factory = await createSessionFactory({ detect: { mask: 'redact' } });
});

/** A session in the rows of a statement with two text columns that the detectors look into. */
function inRows(options: OpenOptions): PostgresSession {
  const session = openReady(factory, options);
  session.fromDownstream(message.query(statements.cities));
  session.fromUpstream(
    answer.rowDescription([
      { name: 'a', type: 'text' },
      { name: 'b', type: 'text' },
    ]),
  );
  return session;
}

function expectRow(session: PostgresSession, given: readonly Buffer[], shown: readonly Buffer[]): void {
  expect(shownDown(session.fromUpstream(answer.dataRow(given)))).toBe(escaped(answer.dataRow(shown)));
}

describe('a value within its budget', () => {
  it('passes unless something is found in it', () => {
    const session = inRows({});
    expectRow(session, [text(100), text(2000)], [text(100), text(2000)]);
    expectRow(
      session,
      [Buffer.from('to jane.roe@example.com'), text(5)],
      [Buffer.from('to [masked:EMAIL_ADDRESS]'), text(5)],
    );
    expect(session.report.masked).toEqual(new Map([['email', 1]]));
    expect(session.report.failedClosed.size).toBe(0);
  });
});

describe('a value beyond its budget is masked whole and counted', () => {
  it('by size', () => {
    const session = inRows({ limits: { valueSizeMax: 100 } });
    expectRow(session, [text(100), text(101)], [text(100), masked]);
    expect(session.report.failedClosed).toEqual(new Map([['budget', 1]]));
  });

  it('by the work of one value', () => {
    const session = inRows({ budget: { workPerValueMax: 500 } });
    expectRow(session, [text(20), text(5000)], [text(20), masked]);
    expect(session.report.failedClosed).toEqual(new Map([['budget', 1]]));
  });

  it('by the work of one message, which the next message has anew', () => {
    const session = inRows({ budget: { workPerMessageMax: 10_000 } });
    expectRow(session, [text(4000), text(4000)], [text(4000), masked]);
    expectRow(session, [text(4000), text(20)], [text(4000), text(20)]);
  });

  it('by time, between two values, which the next message has anew', () => {
    let now = 0;
    const session = inRows({ budget: { latencyMs: 10 }, now: () => (now += 11) });
    const large = text(70_000);
    expectRow(session, [large, large], [large, large]);
    const session2 = inRows({ budget: { latencyMs: 10 }, now: () => (now += 11) });
    const wide = Array.from({ length: 4 }, () => large);
    session2.fromUpstream(answer.commandComplete('SELECT 0'));
    session2.fromUpstream(answer.readyForQuery());
    session2.fromDownstream(message.query(statements.cities));
    session2.fromUpstream(answer.rowDescription('abcd'.split('').map((name) => ({ name, type: 'text' }))));
    expectRow(session2, wide, [large, large, masked, masked]);
    expectRow(session2, wide, [large, large, masked, masked]);
    expect(session2.report.failedClosed).toEqual(new Map([['budget', 4]]));
  });
});

describe('a value that is not text in the encoding it says', () => {
  it('is masked whole and counted', () => {
    const session = inRows({});
    expectRow(session, [Buffer.from([0x66, 0xff, 0x66]), text(5)], [masked, text(5)]);
    expect(session.report.failedClosed).toEqual(new Map([['encoding', 1]]));
  });
});
