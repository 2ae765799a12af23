import { describe, expect, it } from 'vitest';
import type { HttpSession } from '../../../src/session/http/session.ts';
import { readHttpMessages } from '../../support/http-reader.ts';
import { get, httpSessions, ok, play, sized } from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [
    { path: '$..ssn', mask: 'redact' },
    { name: '*token*', mask: 'redact' },
  ],
});

/** Sends a response through one piece of memory that is used again for every chunk, as sockets are read. */
function send(session: HttpSession, response: Buffer, size: number): string {
  const memory = Buffer.alloc(size);
  const down: Buffer[] = [play(session, [['client', get]]).down];
  for (let at = 0; at < response.length; at += size) {
    const length = response.copy(memory, 0, at, at + size);
    const { toDownstream, failure } = session.fromUpstream(memory.subarray(0, length));
    if (failure !== undefined) throw failure;
    down.push(Buffer.concat(toDownstream));
    memory.fill(0x7e);
  }
  const [message] = readHttpMessages(Buffer.concat(down));
  return message!.body;
}

describe('memory that is used again for the next chunk', () => {
  it.each([
    [
      'values before their names',
      '{"value":"canary","a":1,"name":"ssn"}',
      '{"value":"[masked]","a":1,"name":"ssn"}',
    ],
    [
      'keys that occur again',
      '[{"ssn":"canary","accessToken":"canary"},{"accessToken":"canary","ssn":"canary","ssm":"b"}]',
      '[{"ssn":"[masked]","accessToken":"[masked]"},{"accessToken":"[masked]","ssn":"[masked]","ssm":"b"}]',
    ],
    [
      'rows before their columns',
      '{"rows":[["canary",1],["canary",2]],"columns":["ssn","n"]}',
      '{"rows":[["[masked]",1],["[masked]",2]],"columns":["ssn","n"]}',
    ],
    ['JSON in strings', '["{\\"ssn\\":\\"canary\\"}","a"]', '["{\\"ssn\\":\\"[masked]\\"}","a"]'],
  ])('%s', (_, body, expected) => {
    const response = sized(ok('application/json'), body);
    const session = open();
    for (let size = 1; size <= response.length; size++) expect(send(session, response, size)).toBe(expected);
    expect(send(session, sized(ok('text/plain'), body), 5)).toBe(expected);
  });

  it('other kinds', () => {
    const session = open();
    for (let size = 1; size < 90; size++) {
      expect(
        send(session, sized(ok('application/x-www-form-urlencoded'), 'a=b&token=canary&c=d'), size),
      ).toMatch(/^a=b&token=[^&]*masked[^&]*&c=d$/);
      expect(send(session, sized(ok('text/csv'), 'a,token\n1,canary\n'), size)).toBe('a,token\n1,[masked]\n');
      expect(send(session, sized(ok('text/event-stream'), 'data: {"ssn":"canary"}\n\n'), size)).toBe(
        'data: {"ssn":"[masked]"}\n\n',
      );
    }
  });
});
