import { expect, it } from 'vitest';
import type { FieldRuleOptions, HttpSession, MaskingOptions } from '../src/index.ts';
import { createMasker } from '../src/index.ts';

// Every answer over HTTP that ever got a value through. Entries are never removed.

const canary = 'CANARY-7f3a';
const json = 'application/json';

interface Leak {
  readonly type: string;
  readonly body: string;
  readonly rule?: Partial<FieldRuleOptions>;
  /** Bytes per chunk; all at once when left out. */
  readonly chunk?: number;
}

const leaks: Readonly<Record<string, Leak>> = {
  'a name beside a value hid a rule for its path': {
    type: json,
    rule: { path: '$..value' },
    body: `{"name":"x","value":"${canary}"}`,
  },
  'a name beside an object hid the paths inside it': {
    type: json,
    rule: { path: '$.user.data.ssn' },
    body: `{"user":{"name":"Bob","data":{"ssn":"${canary}"}}}`,
  },
  'a column hid a rule for an index': {
    type: json,
    rule: { path: '$.rows[*][1]' },
    body: `{"columns":["id","x"],"rows":[[1,"${canary}"]]}`,
  },
  'the second of two names counted': {
    type: json,
    body: `{"name":"ssn","label":"S","value":"${canary}"}`,
  },
  'the first of two names behind a value counted': {
    type: json,
    body: `{"value":"${canary}","label":"S","name":"ssn"}`,
  },
  'names in capitals': { type: json, body: `{"Name":"ssn","Value":"${canary}"}` },
  'labels of columns beside their names': {
    type: json,
    body: `{"columns":[{"name":"ssn","label":"S"}],"rows":[["${canary}"]]}`,
  },
  'a single row': { type: json, body: `{"columns":["id","ssn"],"row":[1,"${canary}"]}` },
  'rows as fields and values': {
    type: json,
    body: `{"schema":{"fields":[{"name":"ssn"}]},"rows":[{"f":[{"v":"${canary}"}]}]}`,
  },
  'lines of JSON in a string': {
    type: json,
    body: JSON.stringify({ p: `{"a":1}\n{"ssn":"${canary}"}` }),
  },
  'JSON in a string that breaks off': {
    type: json,
    body: JSON.stringify({ p: `{"a":NaN,"ssn":"${canary}"}` }),
  },
  'a fault inside of what is masked': {
    type: 'text/plain',
    body: `{"ssn":{"a":NaN,"b":"${canary}"}}`,
    chunk: 15,
  },
  'a fault before a field': { type: 'text/html', body: `{"a":NaN,"ssn":"${canary}"}` },
  'a prefix cut by the end of a chunk': { type: 'text/plain', body: `)]}',\n{"ssn":"${canary}"}`, chunk: 3 },
  'JSON in an event that breaks off': {
    type: 'text/event-stream',
    body: `data: {"a":NaN,"ssn":"${canary}"}\n\n`,
  },
  'JSON under the type of a form': {
    type: 'application/x-www-form-urlencoded',
    body: `{"ssn":"${canary}"}`,
  },
  'JSON under the type of a table': { type: 'text/csv', body: `{"ssn":"${canary}"}` },
  'UTF-16 under the type of a table': {
    type: 'text/csv',
    body: Buffer.from(`\ufeffssn\n${canary}\n`, 'utf16le').toString('latin1'),
  },
};

/** Feeds a response in chunks whose memory is used again, as sockets do. */
function answer(session: HttpSession, response: Buffer, chunk: number): string {
  const memory = Buffer.alloc(chunk);
  const output: Buffer[] = [];
  session.fromDownstream(Buffer.from('GET / HTTP/1.1\r\nHost: api\r\n\r\n'));
  for (let at = 0; at < response.length; at += chunk) {
    const size = response.copy(memory, 0, at, at + chunk);
    const { toDownstream, failure } = session.fromUpstream(memory.subarray(0, size));
    for (const part of toDownstream) output.push(Buffer.from(part));
    if (failure !== undefined) break;
  }
  return Buffer.concat(output).toString('latin1');
}

function responseOf({ type, body }: Leak): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.from(head + body, 'latin1');
}

it.each(Object.entries(leaks))('%s', async (_, leak) => {
  const rule = { ...(leak.rule ?? { name: 'ssn' }), mask: 'redact' } as FieldRuleOptions;
  const masking: MaskingOptions = { fields: [rule], detect: { mask: 'redact', packs: ['pii'] } };
  const masker = await createMasker({ masking });
  const response = responseOf(leak);
  for (const chunk of [leak.chunk ?? response.length, response.length, 1]) {
    const out = answer(masker.http(), response, chunk).replaceAll('\0', '');
    expect(out).toMatch(/^HTTP\/1\.1 (200|502) /);
    expect(out).not.toContain(canary);
  }
});

it('keys of a document lay in memory that was used again', async () => {
  const masker = await createMasker({ masking: { fields: [{ name: 'ssn', mask: 'redact' }] } });
  const first = responseOf({ type: json, body: '{"id":1,"foo":"hello"}' });
  const second = responseOf({ type: json, body: '{"id":1,"ssn":"12345"}' });
  const memory = Buffer.alloc(first.length);
  for (const response of [first, second, first, second]) {
    response.copy(memory);
    const session = masker.http();
    session.fromDownstream(Buffer.from('GET / HTTP/1.1\r\nHost: api\r\n\r\n'));
    const out = Buffer.concat(session.fromUpstream(memory).toDownstream).toString();
    expect(out).toContain(response === first ? '"foo":"hello"' : '"ssn":"[masked]"');
  }
});
