import { describe, expect, it } from 'vitest';
import { found, textField } from './support/scan.ts';

describe('four numbers with dots', () => {
  it.each(['1.4.32.0', 'app 2.10.0.0', 'driver 10.4.32.1', 'firmware: 10.4.32.1'])(
    '%j is a version',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  it.each(['1.4.32.7', '10.4.32.0', '1.4.32.0/24', '100.64.3.0'])('%j is an address', (text) => {
    expect(found(text)).toEqual([`ipv4-address ${text}`]);
  });

  it('are a version in a field for those', () => {
    for (const name of ['firmware_version', 'software', 'os_release'])
      expect(found('10.4.32.1', textField(name))).toEqual([]);
  });
});

describe('ten digits of an account', () => {
  it('are those of a bank, neither a phone nor a provider number', () => {
    expect(found('2025550143', textField('account_number'))).toEqual(['us-bank-account 2025550143']);
    expect(found('2025550143', textField('account'))).toEqual([]);
    expect(found('1245319599', textField('customer_number'))).toEqual([]);
  });
});
