import { beforeAll, expect, it } from 'vitest';
import { leakedNeedle, talk } from '../../support/conversation.ts';
import { message } from '../../support/raw-client.ts';
import { statements } from '../../support/scripted-statements.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
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

it('an error of the oldest of many prepared statements is still masked', () => {
  const session = factory.open({ limits: { pendingStatementsMax: 20 } });
  const more = Array.from({ length: 21 }, (_, index) => [parse(`more${index}`, statements.cities), sync()]);
  const { heard, answers } = talk(session, [
    [parse('old', statements.failing), sync()],
    ...more,
    [bind({ statement: 'old' }), describe('P'), execute(), sync()],
  ]);
  expect(heard.failure).toBeUndefined();
  expect(leakedNeedle(answers)).toBeUndefined();
  const errors = showMessages(answers).filter((line) => line.startsWith('E'));
  expect(errors.at(-1)).toContain('C22P02');
  for (const error of errors.slice(0, -1)) expect(error).toContain('WIREMASK_ERR_PENDING_STATEMENTS');
});

it('a prepared COPY asks anew what its names mean, each time it runs', () => {
  const turn = [bind({ statement: 'copy' }), execute(), sync()];
  const { heard, answers, server } = talk(factory.open(), [
    [parse('copy', statements.copyText), sync()],
    [query(statements.begin)],
    turn,
    turn,
  ]);
  expect(heard.failure).toBeUndefined();
  expect(leakedNeedle(answers)).toBeUndefined();
  const asked = server.texts.lastIndexOf('select "id", "ssn" from "public"."u"');
  expect(asked).toBeGreaterThan(server.texts.lastIndexOf(statements.begin));
  expect(server.texts.filter((text) => text.startsWith('select "id"')).length).toBeGreaterThanOrEqual(2);
});

it('a statement that executes itself is an error of the server, not of the session', () => {
  for (const turns of [
    [[parse('p', statements.execute), bind({ statement: 'p' }), execute(), sync()]],
    [[parse('p', 'execute q'), parse('q', statements.execute), bind({ statement: 'p' }), execute(), sync()]],
    [[query('prepare p as select 1'), parse('p', statements.execute), bind({ statement: 'p' }), sync()]],
  ]) {
    const { heard } = talk(factory.open(), turns);
    expect(heard.failure?.cause ?? heard.failure).toBeUndefined();
  }
});

it('running a statement that SQL has prepared does not prepare it once more', () => {
  const { heard, answers } = talk(factory.open(), [
    [query(statements.prepareOnes)],
    [bind({ statement: 'p' }), message.close('S', 'p'), parse('p', statements.failing), execute()],
    [bind({ statement: 'p' }), execute(), sync()],
  ]);
  expect(heard.failure).toBeUndefined();
  expect(showMessages(answers).some((line) => line.includes('C22P02'))).toBe(true);
  expect(leakedNeedle(answers)).toBeUndefined();
});
