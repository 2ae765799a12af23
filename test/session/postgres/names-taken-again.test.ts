import { beforeAll, expect, it } from 'vitest';
import { leakedNeedle, talk } from '../../support/conversation.ts';
import { message } from '../../support/raw-client.ts';
import { statements } from '../../support/scripted-statements.ts';
import { createSessionFactory, sampleMasking, type SessionFactory } from '../../support/session.ts';
import { showMessages } from '../../support/show-bytes.ts';

const { query, parse, bind, describe, execute, sync } = message;

let factory: SessionFactory;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
});

/** A statement through an unnamed portal, without Sync. */
const run = (text: string): Buffer[] => [parse('', text), bind({}), execute()];

function expectMasked(...turns: readonly (readonly Buffer[])[]): void {
  const { heard, answers } = talk(factory.open(), turns);
  expect(heard.failure).toBeUndefined();
  const shown = showMessages(answers);
  expect(leakedNeedle(answers)).toBeUndefined();
  expect(shown.filter((line) => line.startsWith('E'))).toEqual([]);
  expect(shown.join('\n')).toContain('[masked]');
}

it('a cursor declared again in the same pipeline gets a plan of its own', () => {
  expectMasked(
    [query(statements.begin)],
    [...run(statements.declareCities), execute('c', 1), ...run(statements.close)],
    [...run(statements.declare), execute('c', 1), sync()],
  );
});

it('a cursor declared again by simple queries, without a Sync between, gets a plan of its own', () => {
  expectMasked(
    [query(statements.begin)],
    [query(statements.declareCities)],
    [execute('c', 1), query(statements.close)],
    [query(statements.declare)],
    [execute('c', 1), sync()],
  );
});

it('a cursor that follows a portal of the same name is not taken for that portal', () => {
  expectMasked(
    [query(statements.begin)],
    [parse('', statements.ones), bind({ portal: 'c' }), describe('P', 'c'), execute('c'), sync()],
    [query(statements.close)],
    [query(statements.declareComputed)],
    [describe('P', 'c'), execute('c'), sync()],
  );
});

it('a portal that follows a cursor of the same name is not taken for that cursor', () => {
  expectMasked(
    [query(statements.begin)],
    [query(statements.declareOnes)],
    [query(statements.commit)],
    [query(statements.begin)],
    [parse('', statements.computed), bind({ portal: 'c' }), sync()],
    [query(statements.fetch)],
  );
});

it('a cursor declared behind a harmless statement of the same text does not inherit its harmlessness', () => {
  expectMasked(
    [query(statements.begin)],
    [query(statements.onesAndDeclare)],
    [describe('P', 'c'), execute('c'), sync()],
  );
});

it('a statement prepared behind a harmless one of the same text does not inherit its harmlessness', () => {
  expectMasked(
    [query(statements.onesAndPrepare)],
    [bind({ statement: 'p' }), describe('P'), execute(), sync()],
  );
});

it('a cursor of an ended transaction, declared again without a Sync between, can still be read', () => {
  expectMasked(
    [query(statements.begin)],
    [query(statements.declare)],
    [execute('c', 1), query(statements.commit)],
    [query(statements.begin)],
    [query(statements.declare)],
    [execute('c', 1), sync()],
  );
});

it('a statement prepared again by SQL is the new one', () => {
  expectMasked(
    [query(statements.prepareOnes)],
    [query(statements.execute)],
    [query(statements.deallocate)],
    [query(statements.prepareComputed)],
    [query(statements.execute)],
    [bind({ statement: 'p' }), execute(), sync()],
  );
});
