import { describe, expect, it } from 'vitest';
import { luhn } from '../../src/detect/validators/luhn.ts';
import { mod97 } from '../../src/detect/validators/mod97.ts';

const check = (validator: typeof luhn, text: string): boolean =>
  validator(Buffer.from(`9${text}9`), 1, text.length + 1);

describe('validators', () => {
  it.each(['79927398713', '4111111111111111', '4111 1111-1111 1111', '378282246310005', '0'])(
    'luhn accepts %s',
    (text) => {
      expect(check(luhn, text)).toBe(true);
    },
  );

  it.each(['79927398710', '4111111111111112', '1', '', 'abc'])('luhn rejects %s', (text) => {
    expect(check(luhn, text)).toBe(false);
  });

  it('luhn notices every single wrong digit', () => {
    const valid = '4539578763621486';
    expect(check(luhn, valid)).toBe(true);
    for (let at = 0; at < valid.length; at++) {
      for (let digit = 0; digit < 10; digit++) {
        const changed = valid.slice(0, at) + digit + valid.slice(at + 1);
        expect(check(luhn, changed)).toBe(changed === valid);
      }
    }
  });

  it.each([
    'GB82WEST12345698765432',
    'de89 3704 0044 0532 0130 00',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
  ])('mod97 accepts %s', (text) => {
    expect(check(mod97, text)).toBe(true);
  });

  it.each(['GB82WEST12345698765433', 'GB28WEST12345698765432', 'GB8', '', '----'])(
    'mod97 rejects %s',
    (text) => {
      expect(check(mod97, text)).toBe(false);
    },
  );
});
