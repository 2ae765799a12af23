import { describe, expect, it } from 'vitest';
import {
  phoneDigits,
  phoneGrouped,
  phoneInternational,
  phoneNational,
} from '../../../src/detect/matchers/phone-number.ts';
import { candidates } from '../support/sweep.ts';

describe('international numbers', () => {
  it.each([
    ['+41 44 668 18 00', ['+41 44 668 18 00']],
    ['+46 (0)157 548 00, or +46 157 548 01.', ['+46 (0)157 548 00', '+46 157 548 01']],
    ['+49 (0) 30 / 12 34 56', ['+49 (0) 30 / 12 34 56']],
    ['tel:+12025550143', ['+12025550143']],
    ['001-202-555-0143x12', ['001-202-555-0143x12']],
    ['+1 (202) 555 0143 ext. 7', ['+1 (202) 555 0143 ext. 7']],
    ['+247 40123', ['+247 40123']],
    ['Ada,+41 44 668 18 00,Zurich', ['+41 44 668 18 00']],
    ['7,+41 44 668 18 00,42', ['+41 44 668 18 00']],
    ['\\n+41 44 668 18 00', ['+41 44 668 18 00']],
    ['+33\u00a01\u00a099\u00a000\u00a012\u00a034', ['+33\u00a01\u00a099\u00a000\u00a012\u00a034']],
  ])('%j', (text, expected) => {
    expect(candidates(phoneInternational, text)).toEqual(expected);
  });

  it.each([
    '+999 123 4567', // no such country
    '+1 102 555 0143', // no area code begins with 1
    '+41 44 668', // too short for its plan
    '+33 1 99 00 12 34 56 78', // too long for its plan
    'x+12025550143',
    '++12025550143',
    '+12025550143a',
    '0012025550143', // bare digits with zeros in front
    '2024-05-17T10:11:12+02:00',
  ])('not %j', (text) => {
    expect(candidates(phoneInternational, text)).toEqual([]);
  });
});

describe('national layouts', () => {
  it.each([
    ['(202) 555-0143', ['(202) 555-0143']],
    ['(202)555-0143 or 202.555.0144', ['(202)555-0143', '202.555.0144']],
    ['1-202-555-0143', ['1-202-555-0143']],
    ['Bob,(202) 555-0143,Rome', ['(202) 555-0143']],
    ['7,202-555-0143,42', ['202-555-0143']],
    ['202.555.0143,202.555.0144', ['202.555.0143', '202.555.0144']],
    ['202-555-0143 202-555-0144', ['202-555-0143', '202-555-0144']],
    ['4000 (202) 555-0143', ['(202) 555-0143']],
    ['tel=%20202-555-0143', ['202-555-0143']],
    ['\\t202-555-0143', ['202-555-0143']],
    ['01 99 00 12 34', ['01 99 00 12 34']],
    ['(030) 23125 000', ['(030) 23125 000']],
    ['0688 843 70 00', ['0688 843 70 00']],
    ['0688-843-70-00', []],
    ['202 555 0143', []],
    ['102-555-0143', []],
    ['(2019) 123456', []],
    ['202-555-0143-1', []],
    ['SKU-202-555-0143', []],
    ['$202-555-0143', []],
    ['/202-555-0143', []],
  ])('%j', (text, expected) => {
    expect(candidates(phoneNational, text)).toEqual(expected);
  });
});

it('finds a hundred numbers between commas', () => {
  const numbers = Array.from({ length: 100 }, (_, index) => `202-555-0${100 + index}`);
  expect(candidates(phoneNational, numbers.join(','))).toEqual(numbers);
  expect(candidates(phoneGrouped, '1 234 567,89 1,234 567 890')).toEqual([]);
});

describe('what needs context', () => {
  it.each([
    ['72 128 000', ['72 128 000']],
    ['0688 843 70 00', ['0688 843 70 00']],
    ['(64) 3591-3000', ['(64) 3591-3000']],
    ['8 (912) 345-67-00', ['8 (912) 345-67-00']],
    ['0171 / 1234567', ['0171 / 1234567']],
    ['2024-05-17', []],
    ['17.05.2024', []],
    ['2024-05-17 10', []],
    ['203.0.113.70', []],
    ['1 2 3 4 5 6 7 8', []],
    ['555. 1234567', []],
    ['12:34:56 78', []],
  ])('groups: %j', (text, expected) => {
    expect(candidates(phoneGrouped, text)).toEqual(expected);
  });

  it.each([
    ['13800000000', ['13800000000']],
    ['123456', []],
    ['1234567890123456', []],
    ['1234567.50', []],
    ['12,345678', []],
  ])('digits: %j', (text, expected) => {
    expect(candidates(phoneDigits, text)).toEqual(expected);
  });
});

it.each([
  ['digits', '1'.repeat(100_000)],
  ['groups', '12 '.repeat(33_000)],
  ['parentheses', '('.repeat(100_000)],
  ['plus signs', '+1'.repeat(50_000)],
])('is linear: %s', (_name, text) => {
  const start = performance.now();
  for (const matcher of [phoneInternational, phoneNational, phoneGrouped, phoneDigits]) {
    expect(candidates(matcher, text).length).toBeLessThan(2);
  }
  expect(performance.now() - start).toBeLessThan(2000);
});
