import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRequestHead,
  decodeResponseHead,
  decodeTrailers,
  encodeRequestHead,
  encodeResponseHead,
  encodeTrailers,
  type HeaderField,
  membersOf,
  valuesOf,
} from '../../../src/wire/http/head.ts';
import { everyTruncation, expectOnlyWiremaskErrors } from '../../support/properties.ts';
import { bytesOf, textOf } from './read-messages.ts';

const request = 'POST /a?b=%20 HTTP/1.1\r\nHost: a.example:80\r\nX-A: \xe4 "b"\tc\r\nx-a:\r\n\r\n';
const response = 'HTTP/1.1 200 All right\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n';

const token = fc.string({ unit: fc.constantFrom(..."!#$%&'*+-.^_`|~09azAZ"), minLength: 1, maxLength: 20 });
const value = fc
  .string({ unit: fc.constantFrom(...' \t!"(),/:;<=>?@[\\]{}az09\x80\xff'), maxLength: 20 })
  .map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
const fields: fc.Arbitrary<HeaderField[]> = fc.array(
  fc.record({ name: token.map((name) => `x-${name}`), value }),
  { maxLength: 8 },
);

describe('decodeRequestHead', () => {
  it('gives names as spelt, values without the blanks around them, in order', () => {
    expect(decodeRequestHead(bytesOf(request.replace('a.example:80', ' \t a.example:80\t ')))).toEqual({
      method: 'POST',
      target: '/a?b=%20',
      minorVersion: 1,
      fields: [
        { name: 'Host', value: 'a.example:80' },
        { name: 'X-A', value: '\xe4 "b"\tc' },
        { name: 'x-a', value: '' },
      ],
    });
  });

  it('reads no other white space as blanks', () => {
    const head = decodeRequestHead(bytesOf('GET / HTTP/1.1\r\nHost: a\r\nX: \xa0y\x85\r\n\r\n'));
    expect(head.fields[1]).toEqual({ name: 'X', value: '\xa0y\x85' });
  });

  it.each([
    'GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n',
    'GET HTTP://A.example:80?q HTTP/1.1\r\nHost: a.EXAMPLE\r\n\r\n',
    'GET https://a.example HTTP/1.1\r\nHost: a.example:443\r\n\r\n',
    'GET http://a.example/ HTTP/1.0\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n',
    'OPTIONS /a HTTP/1.1\r\nHost:\r\n\r\n',
    'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n',
    'CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n',
    'GET //a/../b?c\\d|{} HTTP/1.1\r\nHost: a\r\n\r\n',
    'M-SEARCH / HTTP/1.0\r\n\r\n',
  ])('takes every form of a target where it belongs: %j', (text) => {
    expect(textOf(encodeRequestHead(decodeRequestHead(bytesOf(text)))).replace('Host: \r', 'Host:\r')).toBe(
      text,
    );
  });

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(token, fields, (method, others) => {
        fc.pre(!/^(head|connect)$/i.test(method));
        const head = {
          method,
          target: '/a',
          minorVersion: 1,
          fields: [{ name: 'Host', value: 'a' }, ...others],
        };
        expect(decodeRequestHead(encodeRequestHead({ ...head, minorVersion: 1 }))).toEqual(head);
      }),
    );
  });

  it('refuses every truncation, and bytes behind the end', () => {
    for (const cut of everyTruncation(bytesOf(request)))
      expect(expectOnlyWiremaskErrors(() => decodeRequestHead(cut))).toBe('WIREMASK_ERR_HTTP_HEAD');
    for (const text of [`${request}x`, `${request}\r\n`, `${request}${request}`])
      expect(expectOnlyWiremaskErrors(() => decodeRequestHead(bytesOf(text)))).toBe('WIREMASK_ERR_HTTP_HEAD');
  });

  it('reads its part of a larger buffer only', () => {
    const bytes = bytesOf(`xx${request}xx`);
    expect(decodeRequestHead(bytes.subarray(2, -2))).toEqual(decodeRequestHead(bytesOf(request)));
  });
});

describe('decodeResponseHead', () => {
  it('gives status, reason and fields', () => {
    expect(decodeResponseHead(bytesOf(response))).toEqual({
      status: 200,
      reason: 'All right',
      minorVersion: 1,
      fields: [
        { name: 'Set-Cookie', value: 'a=b' },
        { name: 'Set-Cookie', value: 'c=d' },
      ],
    });
  });

  it('takes a status line without reason, with and without the space before it', () => {
    for (const line of ['HTTP/1.0 404', 'HTTP/1.0 404 '])
      expect(decodeResponseHead(bytesOf(`${line}\r\n\r\n`))).toEqual({
        status: 404,
        reason: '',
        minorVersion: 0,
        fields: [],
      });
  });

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999 }), value, fields, (status, reason, all) => {
        const head = { status, reason, minorVersion: 0 as const, fields: all };
        expect(decodeResponseHead(encodeResponseHead(head))).toEqual(head);
      }),
    );
  });

  it('refuses every truncation', () => {
    for (const cut of everyTruncation(bytesOf(response)))
      expect(expectOnlyWiremaskErrors(() => decodeResponseHead(cut))).toBe('WIREMASK_ERR_HTTP_HEAD');
  });
});

describe('encodeRequestHead, encodeResponseHead, encodeTrailers', () => {
  it('give the bytes that were read', () => {
    expect(textOf(encodeRequestHead(decodeRequestHead(bytesOf(request))))).toBe(
      request.replace('x-a:', 'x-a: '),
    );
    expect(textOf(encodeResponseHead(decodeResponseHead(bytesOf(response))))).toBe(response);
    expect(textOf(encodeTrailers([]))).toBe('\r\n');
  });

  it('write nothing that ends a line, not even by the low byte of a character', () => {
    for (const text of ['a\r\nb', 'a\nb', 'a\0', '\u010a', '\u2028']) {
      expect(() => encodeTrailers([{ name: 'x', value: text }])).toThrow(
        'a field line that nobody could read',
      );
      expect(() => encodeTrailers([{ name: text, value: '' }])).toThrow(
        'a field line that nobody could read',
      );
      const head = { minorVersion: 1 as const, fields: [] };
      expect(() => encodeResponseHead({ ...head, status: 200, reason: text })).toThrow('a status line');
      expect(() => encodeRequestHead({ ...head, method: 'GET', target: text })).toThrow('a request line');
      expect(() => encodeRequestHead({ ...head, method: text, target: '/' })).toThrow('a request line');
    }
  });
});

describe('decodeTrailers', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fields, (all) => {
        expect(decodeTrailers(encodeTrailers(all))).toEqual(all);
      }),
    );
  });

  it('refuses fields that frame, route or explain the message', () => {
    for (const name of ['Content-Length', 'TRANSFER-ENCODING', 'host', 'Content-Type', 'Content-Range'])
      expect(expectOnlyWiremaskErrors(() => decodeTrailers(encodeTrailers([{ name, value: '1' }])))).toBe(
        'WIREMASK_ERR_HTTP_HEAD',
      );
  });

  it('refuses what is no section', () => {
    for (const text of ['', '\n\r', 'ab', '\r\n\r\n', 'a: b\r\n'])
      expect(expectOnlyWiremaskErrors(() => decodeTrailers(bytesOf(text)))).toBe('WIREMASK_ERR_HTTP_HEAD');
  });
});

describe('valuesOf', () => {
  it('gives the values of all lines, whatever the case of the name', () => {
    const { fields: all } = decodeResponseHead(bytesOf(response.replace('Set', 'sEt')));
    expect(valuesOf(all, 'set-cookie')).toEqual(['a=b', 'c=d']);
    expect(valuesOf(all, 'cookie')).toEqual([]);
  });
});

describe('membersOf', () => {
  it('gives the members of all lines in lower case, without empty ones', () => {
    const all = [
      { name: 'Content-Encoding', value: 'GZIP,\t, br ' },
      { name: 'x', value: 'a' },
      { name: 'content-encoding', value: 'zstd,' },
    ];
    expect(membersOf(all, 'content-encoding')).toEqual(['gzip', 'br', 'zstd']);
  });
});
