import type { Masker } from 'wiremask';
import {
  backend,
  encodeDataRow,
  encodeMessage,
  encodeQuery,
  encodeReadyForQuery,
  encodeRowDescription,
} from 'wiremask/postgres';
import { expectNoFailure, logIn } from '../scripted-login.ts';

const TEXT_OID = 25;
const ROW_COUNT = 20;
const ROUNDS_MAX = 40;
// Where code is slow to compile, starting is not held up for long.
const durationMsMax = 200;

/**
 * Runs a few statements that no client has sent through sessions that no socket has, so that the code of
 * the data path is compiled before the first client comes: the first row of a process then leaves after
 * 0.3 ms instead of 3.5.
 */
export function warmUp(masker: Masker): void {
  const row = [
    '17',
    'plain text of some length',
    '2024-03-10 08:15:10',
    'status=active, 3 items @ 4.50',
    'plain text. '.repeat(50),
  ];
  const answer = Buffer.concat([
    encodeRowDescription(row.map((_, index) => describe(`column_${index}`))),
    ...Array.from({ length: ROW_COUNT }, () => encodeDataRow(row.map((cell) => Buffer.from(cell)))),
    encodeMessage(backend.commandComplete, (writer) => writer.cstring(`SELECT ${ROW_COUNT}`)),
    encodeReadyForQuery('I'),
  ]);
  const end = performance.now() + durationMsMax;
  for (let round = 0; round < ROUNDS_MAX && performance.now() < end; round++) {
    const session = masker.postgres();
    logIn(session);
    // New texts are parsed, the same text is found again.
    for (const text of [`select ${round} as n`, 'select 1', 'select 1']) {
      expectNoFailure(session.fromDownstream(encodeQuery(text)));
      expectNoFailure(session.fromUpstream(answer));
    }
  }
}

function describe(name: string): Parameters<typeof encodeRowDescription>[0][number] {
  return {
    name: Buffer.from(name),
    tableOid: 0,
    columnAttribute: 0,
    typeOid: TEXT_OID,
    typeSize: -1,
    typeModifier: -1,
    formatCode: 0,
  };
}
