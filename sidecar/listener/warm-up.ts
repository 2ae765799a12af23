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
import type { ListenerConfig } from '../sidecar-types.ts';

const TEXT_OID = 25;
const ROW_COUNT = 20;
const ROUNDS_MAX = 40;
// Where code is slow to compile, starting is not held up for long.
const durationMsMax = 200;

/**
 * Runs a few statements or requests that no client has sent through sessions that no socket has, so that the
 * code of the data path is compiled before the first client comes: the first row of a process then leaves
 * after 0.3 ms instead of 3.5.
 */
export function warmUp(masker: Masker, protocol: ListenerConfig['protocol']): void {
  if (protocol === 'http') warmUpHttp(masker);
  else warmUpPostgres(masker);
}

function warmUpHttp(masker: Masker): void {
  const text = 'plain text of some length, status=active, 3 items @ 4.50. ';
  const rows = Array.from({ length: ROW_COUNT }, (_, id) => ({ id, text, more: text.repeat(10), at: null }));
  const body = JSON.stringify({ rows, total: 1.5, complete: true });
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n');
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const response = Buffer.from(head + body);
  const end = performance.now() + durationMsMax;
  for (let round = 0; round < ROUNDS_MAX && performance.now() < end; round++) {
    const session = masker.http();
    // Limits may be set so low that not even this passes.
    const failure = session.fromDownstream(request).failure ?? session.fromUpstream(response).failure;
    if (failure !== undefined) return;
  }
}

function warmUpPostgres(masker: Masker): void {
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
