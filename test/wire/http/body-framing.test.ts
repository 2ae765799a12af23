import { describe, expect, it } from 'vitest';
import { framingOfRequest, framingOfResponse } from '../../../src/wire/http/body-framing.ts';
import type { HeaderField } from '../../../src/wire/http/head.ts';
import { expectOnlyWiremaskErrors } from '../../support/properties.ts';

function fieldsOf(text: string): HeaderField[] {
  if (text === '') return [];
  return text.split('\n').map((line) => {
    const [name = '', value = ''] = line.split(': ');
    return { name, value };
  });
}

function request(method: string, fields: string, minorVersion: 0 | 1 = 1) {
  return framingOfRequest({ method, target: '/', minorVersion, fields: fieldsOf(fields) });
}

function response(status: number, fields: string, method = 'GET', minorVersion: 0 | 1 = 1) {
  return framingOfResponse({ status, reason: '', minorVersion, fields: fieldsOf(fields) }, method);
}

const none = { kind: 'none' };
const chunked = { kind: 'chunked' };
const close = { kind: 'close' };
const five = { kind: 'length', size: 5 };

describe('framingOfRequest', () => {
  it('a request without a framing field has no body', () => {
    expect(request('POST', '')).toEqual(none);
    expect(request('POST', '', 0)).toEqual(none);
    expect(request('POST', 'Content-Lengths: 5\nX-Transfer-Encoding: chunked')).toEqual(none);
    expect(request('CONNECT', 'Content-Length: 0')).toEqual(none);
  });

  it('reads length and chunked, whatever the case and the method', () => {
    expect(request('GET', 'CONTENT-LENGTH: 5')).toEqual(five);
    expect(request('PUT', 'content-length: 0')).toEqual(none);
    expect(request('PUT', 'content-length: 9007199254740991')).toEqual({
      kind: 'length',
      size: Number.MAX_SAFE_INTEGER,
    });
    expect(request('DELETE', 'transfer-encoding: Chunked')).toEqual(chunked);
    expect(request('POST', 'Content-Length: 5', 0)).toEqual(five);
  });
});

describe('framingOfResponse', () => {
  it('ends with the connection where nothing else is said', () => {
    expect(response(200, '')).toEqual(close);
    expect(response(200, '', 'GET', 0)).toEqual(close);
    expect(response(205, '')).toEqual(close);
    expect(response(407, '', 'CONNECT')).toEqual(close);
  });

  it('reads length and chunked', () => {
    expect(response(200, 'Content-Length: 5')).toEqual(five);
    expect(response(500, 'Content-Length: 0')).toEqual(none);
    expect(response(206, 'Transfer-Encoding: chunked')).toEqual(chunked);
  });

  it('1xx, 204, 304, HEAD and an established tunnel have no body', () => {
    for (const status of [100, 101, 103, 199, 204]) {
      expect(response(status, '')).toEqual(none);
      expect(response(status, 'Content-Length: 0')).toEqual(none);
    }
    for (const fields of ['', 'Content-Length: 5', 'Transfer-Encoding: chunked']) {
      expect(response(304, fields)).toEqual(none);
      expect(response(200, fields, 'HEAD')).toEqual(none);
      expect(response(404, fields, 'HEAD')).toEqual(none);
    }
    expect(response(200, '', 'CONNECT')).toEqual(none);
  });

  it('refuses a body where none can be', () => {
    const code = (status: number, fields: string, method?: string) =>
      expectOnlyWiremaskErrors(() => response(status, fields, method));
    for (const fields of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
      expect(code(204, fields)).toBe('WIREMASK_ERR_HTTP_FRAMING');
      expect(code(103, fields)).toBe('WIREMASK_ERR_HTTP_FRAMING');
      expect(code(200, fields, 'CONNECT')).toBe('WIREMASK_ERR_HTTP_FRAMING');
    }
    expect(code(200, 'Content-Length: 5\nContent-Length: 5', 'HEAD')).toBe('WIREMASK_ERR_HTTP_FRAMING');
  });
});
