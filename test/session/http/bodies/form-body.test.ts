import { beforeAll, describe, expect, it } from 'vitest';
import { decodeFormText, encodeFormText, FormBody } from '../../../../src/session/http/bodies/form-body.ts';
import type { ValueScan } from '../../../../src/session/value-scan.ts';
import { loadScans, nameRules, outputsOf, replacingRule } from './support.ts';

let newScan: () => ValueScan;
beforeAll(async () => {
  newScan = await loadScans();
});

const rules = nameRules({ ssn: replacingRule('key ssn', 'a b&c'), gone: replacingRule('key gone', null) });
const create = (): FormBody => new FormBody(newScan(), rules);

describe('FormBody', () => {
  it.each([
    ['a rule', 'id=1&ssn=123&x=2', 'id=1&ssn=a+b%26c&x=2'],
    ['an encoded name', '%73s%6E=123', '%73s%6E=a+b%26c'],
    ['a nested name', 'user[ssn]=1&list%5Bssn%5D[0]=2', 'user[ssn]=a+b%26c&list%5Bssn%5D[0]=a+b%26c'],
    ['a value that becomes empty', 'gone=1&x', 'gone=&x'],
    ['a finding', 'who=jane.doe%40corp.com+!&x=%zz', 'who=%5Bmasked%3AEMAIL_ADDRESS%5D+%21&x=%zz'],
    ['a finding in a name', 'jane.doe@corp.com=1', '%5Bmasked%3AEMAIL_ADDRESS%5D=1'],
    ['text that is no form', 'card 4111 1111 1111 1111', 'card+%5Bmasked%3ACREDIT_CARD%5D'],
    ['plus signs', 'n=4111+1111+1111+1111', 'n=%5Bmasked%3ACREDIT_CARD%5D'],
  ])('masks at every split position: %s', (_name, body, expected) => {
    expect(outputsOf(create, body)).toEqual([expected]);
  });

  it('keeps every byte where nothing is to mask', () => {
    const body = '&&a=%4&b=%zz&c=%61+%2b&=&d==e&f\r\n&\xff=%ff%';
    expect(outputsOf(create, body)).toEqual([body]);
  });

  it('withholds a pair that is too large and goes on after it', () => {
    const scan = newScan();
    const make = (): FormBody => new FormBody(scan, rules, { pairSizeMax: 16 });
    expect(outputsOf(make, `a=1&b=${'x'.repeat(60)}&ssn=2`)).toEqual(['a=1&%5Bmasked%5D&ssn=a+b%26c']);
    expect(scan.report.failedClosed.get('size')).toBeGreaterThan(0);
  });
});

describe('decodeFormText', () => {
  it('takes malformed sequences literally', () => {
    expect(Buffer.from(decodeFormText(Buffer.from('a+b%20%2%zz%41%'))).toString()).toBe('a b %2%zzA%');
  });
});

describe('encodeFormText', () => {
  it('gives what URLSearchParams reads', () => {
    const bytes = Uint8Array.from({ length: 128 }, (_, index) => index);
    const text = Buffer.from(encodeFormText(bytes)).toString();
    expect(new URLSearchParams(`a=${text}`).get('a')).toBe(Buffer.from(bytes).toString());
  });
});
