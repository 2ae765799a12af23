import { describe, expect, it } from 'vitest';
import { Compact } from '../../../src/detect/validators/compact.ts';
import { internationalChecks } from '../../../src/detect/validators/international.ts';

const compact = new Compact();

function check(name: string, text: string): boolean {
  const bytes = Buffer.from(text);
  return compact.read(bytes, 0, bytes.length) && internationalChecks[name]!(compact);
}

describe.each([
  ['aba-routing', ['011000015', '1210-0035-8'], ['011000016', '400000006', '12100035']],
  ['bic', ['DEUTDEFF', 'NEDSZAJJXXX'], ['DEUTZZFF', 'DEUTDEFF5', 'DEU1DEFF']],
  ['gtin', ['4006381333931', '73513537', '978-3-16-148410-0'], ['4006381333932', '400638133393']],
  ['imei', ['490154203237518', '49-015420-323751-8'], ['490154203237517', '49015420323751']],
  ['isin', ['US0378331005', 'DE000BAY0017'], ['US0378331004', 'ZZ0378331005']],
  ['us-dea', ['AB1234563', 'F91234563'], ['AB1234562', 'IB1234563', 'A81234563', 'AB123456']],
  ['us-ein', ['12-3456789', '990000001'], ['07-3456789', '00-3456789', '12-345678']],
  ['us-itin', ['900-70-0000', '999880000'], ['900660000', '900930000', '800700000']],
  ['us-mbi', ['1EG4-TE5-MK73', '9PT0A00CC12'], ['1SG4TE5MK73', '0EG4TE5MK73', '1EG4TE5MK7', '11G4TE5MK73']],
  ['us-npi', ['1234567893', '1245319599'], ['1234567890', '3234567893', '1111111112']],
] as const)('%s', (name, valid, invalid) => {
  it.each(valid)('accepts %s', (text) => {
    expect(check(name, text)).toBe(true);
  });

  it.each(invalid)('rejects %s', (text) => {
    expect(check(name, text)).toBe(false);
  });
});
