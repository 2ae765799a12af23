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
import { HttpExchange } from './http-exchange.ts';

const TEXT_OID = 25;
const ROW_COUNT = 20;
const EVENT_COUNT = 10;
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
  const json = JSON.stringify({ rows, total: 1.5, complete: true });
  const event = JSON.stringify({ choices: [{ index: 0, delta: { content: ' text' } }], id: 'a-1' });
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n');
  const body = responseOf('application/json', `Content-Length: ${json.length}`, json);
  const events = [
    responseOf('text/event-stream', 'Transfer-Encoding: chunked', ''),
    ...Array.from({ length: EVENT_COUNT }, () => Buffer.from(chunkOf(`data: ${event}\n\n`))),
    Buffer.from(`${chunkOf('data: end\n\n')}0\r\n\r\n`),
  ];
  const upstream = { address: nowhere, tls: undefined, authority: 'localhost', pathPrefix: '' };
  const routes = [{ host: undefined, path: '', upstream }];
  const end = performance.now() + durationMsMax;
  for (let round = 0; round < ROUNDS_MAX && performance.now() < end; round++) {
    const client = { address: '127.0.0.1', isEncrypted: false };
    const { rewriteRequest, rewriteResponse } = new HttpExchange(routes, client, () => false);
    const session = masker.http({ isOneAtATime: true, rewriteRequest, rewriteResponse });
    for (const chunks of [[body], events]) {
      const outputs = [
        session.fromDownstream(request),
        ...chunks.map((chunk) => session.fromUpstream(chunk)),
      ];
      // Limits may be set so low that not even this passes.
      if (outputs.some(({ failure }) => failure !== undefined)) return;
      session.nextRequest();
    }
  }
}

const nowhere = { kind: 'unix', path: '' } as const;

function responseOf(type: string, framing: string, body: string): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n${body}`);
}

function chunkOf(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
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
