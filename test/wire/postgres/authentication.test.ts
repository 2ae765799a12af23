import { serialize } from 'pg-protocol';
import { describe, expect, it } from 'vitest';
import {
  encodeAuthenticationSasl,
  gs2Flag,
  parseAuthentication,
  parseSaslInitialResponse,
} from '../../../src/wire/postgres/authentication.ts';
import { parseBackendKeyData } from '../../../src/wire/postgres/backend-key-data.ts';
import { everyTruncation, expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';
import { bodyOf, hex, readAsClient, utf8 } from './bytes.ts';

describe('parseAuthentication', () => {
  it('names every request of the specification', () => {
    expect(parseAuthentication(hex('00000000'))).toEqual({ kind: 'ok' });
    expect(parseAuthentication(hex('00000002'))).toEqual({ kind: 'kerberos-v5', code: 2 });
    expect(parseAuthentication(hex('00000003'))).toEqual({ kind: 'cleartext-password' });
    expect(parseAuthentication(hex('00000005 01020304'))).toEqual({
      kind: 'md5-password',
      salt: hex('01020304'),
    });
    expect(parseAuthentication(hex('00000007'))).toEqual({ kind: 'gss', code: 7 });
    expect(parseAuthentication(hex('00000008 aabb'))).toEqual({ kind: 'gss-continue', code: 8 });
    expect(parseAuthentication(hex('00000009'))).toEqual({ kind: 'sspi', code: 9 });
    expect(parseAuthentication(hex('0000000b 7231'))).toEqual({ kind: 'sasl-continue', data: utf8('r1') });
    expect(parseAuthentication(hex('0000000c 7632'))).toEqual({ kind: 'sasl-final', data: utf8('v2') });
  });

  it('calls what it does not know unknown', () => {
    expect(parseAuthentication(hex('00000006 01'))).toEqual({ kind: 'unknown', code: 6 });
    expect(parseAuthentication(hex('ffffffff'))).toEqual({ kind: 'unknown', code: -1 });
  });

  it('refuses bytes after a request that has none', () => {
    for (const body of ['00000000 00', '00000003 00', '00000005 0102030405', '0000000a 00 00']) {
      expect(expectOnlyWiremaskErrors(() => parseAuthentication(hex(body)))).toBe(
        'WIREMASK_ERR_MESSAGE_BODY',
      );
    }
  });
});

describe('encodeAuthenticationSasl', () => {
  it('writes a message another parser reads', async () => {
    const [message] = await readAsClient(encodeAuthenticationSasl(['SCRAM-SHA-256']));
    expect(message).toMatchObject({ name: 'authenticationSASL', mechanisms: ['SCRAM-SHA-256'] });
  });
});

describe('parseSaslInitialResponse', () => {
  it('reads what a real client writes', () => {
    const message = serialize.sendSASLInitialResponseMessage('SCRAM-SHA-256', 'n,,n=*,r=abc');
    expect(parseSaslInitialResponse(bodyOf(message))).toEqual({
      mechanism: 'SCRAM-SHA-256',
      data: utf8('n,,n=*,r=abc'),
    });
  });

  it('tells no data from empty data', () => {
    expect(parseSaslInitialResponse(hex('4100 ffffffff')).data).toBeNull();
    expect(parseSaslInitialResponse(hex('4100 00000000')).data).toEqual(new Uint8Array(0));
  });

  it('refuses truncation, trailing bytes and impossible sizes', () => {
    const body = hex('4100 00000002 6e2c');
    for (const truncated of everyTruncation(body)) {
      const code = expectOnlyWiremaskErrors(() => parseSaslInitialResponse(truncated));
      expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    for (const literal of ['4100 00000001 6e2c', '4100 fffffffe', '4100 80000000', '4100 7fffffff 00']) {
      const code = expectOnlyWiremaskErrors(() => parseSaslInitialResponse(hex(literal)));
      expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    for (const damaged of mutations(body, 4, 500)) {
      expectOnlyWiremaskErrors(() => parseSaslInitialResponse(damaged));
    }
  });
});

describe('gs2Flag', () => {
  it('reads the channel binding flag', () => {
    expect(gs2Flag(utf8('n,,n=,r=x'))).toBe('n');
    expect(gs2Flag(utf8('y,,n=,r=x'))).toBe('y');
    expect(gs2Flag(utf8('p=tls-server-end-point,,n=,r=x'))).toBe('p');
  });

  it('is undefined for anything else', () => {
    expect(gs2Flag(null)).toBeUndefined();
    for (const text of ['', 'n', 'n=', 'y=', 'p,', 'N,,', 'x,,'])
      expect(gs2Flag(utf8(text)), text).toBeUndefined();
  });
});

describe('parseBackendKeyData', () => {
  it('takes the keys of protocol 3.0 and 3.2', () => {
    for (const size of [4, 32, 256]) {
      const body = hex(`00000007 ${'00'.repeat(size)}`);
      expect(parseBackendKeyData(body)).toEqual({ processId: 7, secretKey: new Uint8Array(size) });
    }
  });

  it('refuses keys of other sizes', () => {
    for (const size of [0, 3, 257]) {
      const body = Buffer.concat([hex('00000007'), new Uint8Array(size)]);
      expect(expectOnlyWiremaskErrors(() => parseBackendKeyData(body))).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});
