import { describe, expect, it } from 'vitest';
import { afterEscape, byteBefore, NO_BYTE } from '../../src/scan/byte-class.ts';
import { found } from '../detect/support/scan.ts';

const at = (text: string): number => byteBefore(Buffer.from(text), Buffer.from(text).length, 0);

describe('the byte before', () => {
  it.each([
    ['', NO_BYTE],
    ['n', 0x6e],
    ['\\n', 0x5c],
    ['\\\\t', 0x5c],
    ['\\x', 0x78],
    ['%3D', 0x25],
    ['%20', 0x25],
    ['%3G', 0x47],
    ['a3D', 0x44],
  ])('%j', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it('does not look before the value', () => {
    expect(byteBefore(Buffer.from('\\n'), 2, 1)).toBe(0x6e);
    expect(byteBefore(Buffer.from('%3D'), 3, 1)).toBe(0x44);
    expect(afterEscape(Buffer.from('\\n1'), 1, 1, 3)).toBe(1);
  });
});

it.each([
  ['ip%3D203.0.113.77', 'ipv4-address 203.0.113.77'],
  ['ip%20203.0.113.77', 'ipv4-address 203.0.113.77'],
  ['\\n203.0.113.77', 'ipv4-address 203.0.113.77'],
  ['ip%3D2001:db8::17', 'ipv6-address 2001:db8::17'],
  ['\\nAKIAIOSFODNN7EXAMPLE', 'aws-access-key AKIAIOSFODNN7EXAMPLE'],
  ['\\nDE89370400440532013000', 'iban DE89370400440532013000'],
  ['\\n1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'crypto-address 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
  ['to%3D1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'crypto-address 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
  [
    '\\neyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
    'json-web-token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
  ],
])('after an escape written out: %j', (text, expected) => {
  expect(found(text)).toEqual([expected]);
});
