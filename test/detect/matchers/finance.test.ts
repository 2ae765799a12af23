import { describe, expect, it } from 'vitest';
import { cryptoAddress, cryptoAddressUnchecked } from '../../../src/detect/matchers/crypto-address.ts';
import { createDigitRunMatcher } from '../../../src/detect/matchers/digit-run.ts';
import { iban } from '../../../src/detect/matchers/iban.ts';
import { createLayoutMatcher } from '../../../src/detect/matchers/layout.ts';
import { paymentCard, paymentCardUncommon } from '../../../src/detect/matchers/payment-card.ts';
import { keccak256 } from '../../../src/detect/validators/keccak256.ts';
import { candidates } from '../support/sweep.ts';

describe('IBAN', () => {
  it.each([
    ['NO93 8601 1117 947, please', ['NO93 8601 1117 947']],
    ['gb82west12345698765432', ['gb82west12345698765432']],
    ['MA64 0115 1900 0001 2050 0053 4921', ['MA64 0115 1900 0001 2050 0053 4921']],
    ['GB82 WesT 1234 5698 7654 32', []], // mixed case
    ['GB82 W3ST 1234 5698 7654 32', []], // a digit where the bank's letters stand
    ['GB82WEST12345698765432@example.com', []],
    ['GB82/WEST/1234/5698/7654/32', []],
    ['QQ82WEST12345698765432', []],
  ])('%j', (text, expected) => {
    expect(candidates(iban, text)).toEqual(expected);
  });
});

describe('payment cards', () => {
  it('of twelve digits are uncommon', () => {
    expect(candidates(paymentCard, '500000000009')).toEqual([]);
    expect(candidates(paymentCardUncommon, 'no. 500000000009')).toEqual(['500000000009']);
    expect(candidates(paymentCardUncommon, '50000000009')).toEqual([]);
  });
});

describe('addresses of cryptocurrencies', () => {
  it.each([
    '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '3P14159f73E4gFr7JterCCQh9QjiTjiZrG',
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  ])('%s', (address) => {
    expect(candidates(cryptoAddress, address)).toEqual([address]);
    expect(candidates(cryptoAddress, `to ${address}, or`)).toEqual([address]);
    const changed = address.slice(0, -1) + (address.endsWith('a') ? 'b' : 'a');
    expect(candidates(cryptoAddress, changed)).toEqual([]);
  });

  it.each([
    'bc1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4',
    '11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
    '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
    'bc1',
  ])('not %s', (text) => {
    expect(candidates(cryptoAddress, text)).toEqual([]);
  });

  it('of Ethereum in one case carry no checksum', () => {
    const address = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
    expect(candidates(cryptoAddressUnchecked, address)).toEqual([address]);
    expect(candidates(cryptoAddressUnchecked, '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toEqual([]);
  });

  it.each([
    ['', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ['abc', '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
  ])('Keccak-256 of %j', (text, expected) => {
    const digest = new Uint8Array(32);
    const bytes = Buffer.from(text);
    keccak256(bytes, 0, bytes.length, digest);
    expect(Buffer.from(digest).toString('hex')).toBe(expected);
  });
});

describe('generic matchers', () => {
  it('runs of digits', () => {
    const nine = createDigitRunMatcher(9, 9);
    expect(candidates(nine, '123456789, 1234567890 and 987654321.')).toEqual(['123456789', '987654321']);
    expect(candidates(nine, '1-123456789 x123456789 123456789.5')).toEqual([]);
  });

  it('layouts', () => {
    const layout = createLayoutMatcher('@#-x&', '##');
    expect(candidates(layout, 'A1-fz a1-gz 12 123 -12')).toEqual(['A1-fz', '12', '12']);
  });
});
