import { describe, expect, it } from 'vitest';
import { bodyOf, get, httpSessions, ok, play, refusalOf, sized } from '../../support/http-session.ts';

const masking = {
  fields: [
    { path: '$..ssn', mask: 'redact' },
    { name: '*token*', mask: 'redact' },
  ],
  detect: { mask: 'redact', label: '[gone]' },
} as const;
const open = await httpSessions(masking);

const mail = 'canary@qz7vkp.com';
const json = `{ "ssn" : "canary", "n":1.0,"s":"see ${mail} " }`;
const masked = '{ "ssn" : "[masked]", "n":1.0,"s":"see [gone] " }';

const bodyAs = (type: string | undefined, body: string | Uint8Array): string =>
  bodyOf(open, sized(ok(type), body));
const refusedAs = (type: string | undefined, body: string | Uint8Array): string =>
  refusalOf(open, [
    ['client', get],
    ['server', sized(ok(type), body)],
  ]);

describe('JSON under any label', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8";profile=x',
    'application/problem+json',
    'application/vnd.api+json; version=1',
    'text/json',
    'application/graphql-response+json',
    'application/ld+json',
    'text/plain',
    'text/html; charset=utf-8',
    'application/javascript',
    'application/x-ndjson',
    undefined,
    '',
  ])('%s', (type) => {
    expect(bodyAs(type, json)).toBe(masked);
    expect(bodyAs(type, ` \r\n${json}\n`)).toBe(` \r\n${masked}\n`);
  });

  it.each([
    'application/octet-stream',
    'image/png',
    'application/json, text/plain',
    'json',
    'application/x-protobuf',
    'multipart/mixed; boundary=a',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=utf-16',
    'text/plain; charset=utf-7',
  ])('%s: is refused', (type) => {
    expect(refusedAs(type, json)).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
  });

  it('two Content-Type fields are refused', () => {
    const response = sized(ok('application/json', 'Content-Type: application/json'), json);
    expect(
      refusalOf(open, [
        ['client', get],
        ['server', response],
      ]),
    ).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
  });

  it.each([
    [")]}',\n", 'text/plain'],
    [")]}'\n", 'application/javascript'],
    ['while(1);', 'text/javascript'],
    ['for (;;);', undefined],
  ])('behind %j', (prefix, type) => {
    expect(bodyAs(type, prefix + json)).toBe(prefix + masked);
  });

  it('a prefix under a JSON type is refused', () => {
    expect(refusedAs('application/json', `)]}',\n${json}`)).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('a byte order mark: refused under a JSON type, kept under a text type', () => {
    expect(refusedAs('application/json', `\ufeff${json}`)).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(bodyAs('text/plain', `\ufeff${json}`)).toBe(`\ufeff${masked}`);
  });

  it('UTF-16 and UTF-32 are refused', () => {
    const utf16 = Buffer.from(json, 'utf16le');
    const utf32 = Buffer.from([...json].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0]));
    const forms = [utf16, Buffer.from(utf16).swap16(), Buffer.from(`\ufeff${json}`, 'utf16le'), utf32];
    for (const bytes of forms) {
      expect(refusedAs('application/json', bytes)).toBe('WIREMASK_ERR_MESSAGE_BODY');
      for (const type of ['text/plain', undefined]) {
        expect(refusedAs(type, bytes)).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
      }
    }
  });
});

describe('sequences', () => {
  const line = '{"ssn":"canary","n":1}';
  const gone = '{"ssn":"[masked]","n":1}';

  it.each([
    ['NDJSON', `${line}\n${line}\r\n\n${line}`, `${gone}\n${gone}\r\n\n${gone}`],
    ['text sequences', `\x1e${line}\n\x1e${line}\n`, `\x1e${gone}\n\x1e${gone}\n`],
    ['nothing between', `${line}${line}[1]"a"`, `${gone}${gone}[1]"a"`],
  ])('%s', (_, body, expected) => {
    for (const type of ['application/x-ndjson', 'application/json-seq', 'text/plain', undefined]) {
      expect(bodyAs(type, body)).toBe(expected);
    }
  });

  it('are refused under a type that means one text', () => {
    expect(refusedAs('application/json', line + line)).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });

  it('a line that breaks off is refused', () => {
    expect(refusedAs('application/x-ndjson', `${line}\n{"ssn":canary}`)).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('JSON that breaks off under a text type', () => {
  it.each([
    '{"a":1,"ssn":"canary',
    '{"ssn":{"a":["canary", {"b":"canary',
    '{"ssn":{"a":NaN,"b":"canary"}}',
    '{"ssn":"canary"} and more',
    '{"a":1}\nplain\n{"ssn":"canary"}',
  ])('%s is refused where there are rules for fields', (text) => {
    expect(refusedAs('text/plain', text)).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
    expect(refusedAs(undefined, text)).toBe('WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE');
  });
});

describe('other kinds', () => {
  it('text, HTML, XML: what detectors find', () => {
    const text = `<p a='1'>write to ${mail} or\r\n not</p>\n`;
    for (const type of ['text/html', 'application/xml', 'text/plain; charset=iso-8859-1', undefined]) {
      expect(bodyAs(type, text)).toBe(text.replace(mail, '[gone]'));
    }
  });

  it('forms', () => {
    const form = `a=b+c&api_token=canary&mail=${encodeURIComponent(mail)}&%74oken=canary&x=%7e`;
    const out = bodyAs('application/x-www-form-urlencoded', form);
    expect(out).not.toContain('canary');
    expect(out).toMatch(/^a=b\+c&api_token=[^&]*masked[^&]*&mail=[^&]*gone[^&]*&.*&x=%7e$/);
  });

  it('CSV', () => {
    const csv = `id,"ssn_token",note\r\n1,canary,"a ""b"", ${mail}"\r\n2,"canary\r\ncanary",\r\n`;
    expect(bodyAs('text/csv', csv)).toBe(
      'id,"ssn_token",note\r\n1,[masked],"a ""b"", [gone]"\r\n2,[masked],\r\n'.replace(
        '2,[masked]',
        '2,"[masked]"',
      ),
    );
  });

  it('unmaskable bodies pass when asked for, their heads masked', async () => {
    const lax = await httpSessions({ ...masking, dangerouslyForwardUnmaskableBodies: true });
    const bytes = Buffer.from([0x89, 0x50, 0, 1, 2, 0xff]);
    const response = sized(ok('image/png', 'ETag: "x"', `X-Mail: ${mail}`), bytes);
    const { down } = play(lax(), [
      ['client', get],
      ['server', response],
    ]);
    expect(down).toEqual(Buffer.from(response.toString('latin1').replace(mail, '[gone]'), 'latin1'));
    expect(bodyOf(lax, sized(ok('application/json'), json))).toBe(masked);
  });
});

describe('APIs', () => {
  it('GraphQL: messages of errors, aliases', async () => {
    const body = `{"errors":[{"message":"no user ${mail}","path":["u",0]}],"data":{"x":{"ssn":"canary"}}}`;
    expect(bodyAs('application/graphql-response+json', body)).toBe(
      '{"errors":[{"message":"no user [gone]","path":["u",0]}],"data":{"x":{"ssn":"[masked]"}}}',
    );
    // An alias hides the name from rules; what can be found by its form is found.
    expect(bodyAs('application/json', `{"data":{"alias":"${mail}"}}`)).toBe('{"data":{"alias":"[gone]"}}');
  });

  it('JSON-RPC, MCP: JSON inside of texts', () => {
    const inner = JSON.stringify({ ssn: 'canary', rows: [{ token: 'canary' }], n: 1 });
    const result = { content: [{ type: 'text', text: inner }], isError: false };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, result });
    const out = JSON.parse(bodyAs('application/json', body)) as { result: typeof result };
    expect(JSON.parse(out.result.content[0]!.text)).toEqual({
      ssn: '[masked]',
      rows: [{ token: '[masked]' }],
      n: 1,
    });
    expect(bodyAs('text/event-stream', `event: message\ndata: ${body}\n\n`)).toBe(
      `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result: out.result })}\n\n`,
    );
  });
});
