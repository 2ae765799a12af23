import { describe, expect, it } from 'vitest';
import { loadValidators } from '../../../src/detect/validators/registry.ts';
import { ACCEPT, REJECT } from '../../../src/detect/validators/verdict.ts';

const countries: readonly string[] = 'ad al am at az be bg by ch cy cz de dk ee es fi fo'.split(' ');
const validators = await loadValidators(countries);

const verdict = (name: string, text: string): number | undefined => {
  const bytes = Buffer.from(text);
  return validators.get(name)?.(bytes, 0, bytes.length);
};

// Name, numbers it accepts, numbers it rejects; all of them made up.
const TABLE: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'ad-tax-number',
    ['F-123123-Z', 'L712345B', 'U 100 000 A'],
    ['L-123123-Z', 'A800000B', 'B123123Z', 'F1231234'],
  ],
  ['al-tax-number', ['L 12312312 A', 'ALK12312312B'], ['Z12312312B', 'K1231231B', 'K123123123']],
  ['al-identity-number', ['J00615123A', 'K56224456B'], ['J01315123A', 'J00631123A', 'Z00615123A']],
  ['am-public-services-number', ['2506901234', '6506901234'], ['2513901234', '9506901234', '250690123']],
  ['at-vat', ['ATU12345675', 'u76543215'], ['ATU12345670', 'AT12345675', 'ATU1234567']],
  ['at-tax-number', ['12-345/6782', '987654324'], ['12-345/6780', '12345678', '000000000']],
  ['at-social-security', ['1238 010190', '4565311285'], ['1230010190', '0238010190', '1238320190']],
  ['at-company-number', ['FN 123123a', '9x'], ['1231231a', '123123', 'FN a']],
  ['az-tax-number', ['9900001211', '200 004 5621'], ['9900001221', '9900001213', '990000121']],
  ['be-national-number', ['90.06.15-123.01', '05122445612'], ['90061512300', '90131512301', '9006151230']],
  ['be-bis-number', ['90.26.15-123.44', '80440122287'], ['90261512300', '90061512301']],
  ['be-vat', ['BE 0123.456.749', '1000000021', '123456749'], ['BE0123456700', '2123456749', '0000000097']],
  ['be-identity-card', ['590-1234567-74'], ['590-1234567-00', '000000000097', '59012345674']],
  ['bg-civil-number', ['9001011238', '0542150012'], ['9001011230', '9013011238', '900101123']],
  ['bg-foreigner-number', ['1234567893', '7000 123 454'], ['1234567890', '0000000000']],
  ['bg-company-number', ['831123457', '1231231230010'], ['831123450', '1231231230011', '8311234570']],
  ['bg-vat-company', ['BG831123457', '123123123'], ['BG831123450', '8311234570', '000000000']],
  ['bg-vat-person', ['BG9001011238', '1234567893'], ['BG9001011230', '900101123']],
  ['by-tax-number', ['100123457', 'MA1234569'], ['100123450', 'MZ1234569', '900123457']],
  ['by-identity-number', ['3150690A001PB7', '5241205K123BA0'], ['3321390A001PB7', '3150690A001XX7']],
  ['ch-social-security', ['756.1234.5678.97', '7560000111128'], ['7561234567890', '7551234567897']],
  [
    'ch-company-number',
    ['CHE-123.456.788', 'che203040505'],
    ['CHE-123.456.780', 'CHE-000.000.000', '123456788'],
  ],
  ['ch-company-digits', ['123.456.788', '203040505 TVA'], ['123.456.780', 'CHE203040505', '000000000']],
  ['ch-vat', ['CHE-123.456.788 MWST', 'CHE203040505TVA'], ['CHE-123.456.780 MWST', 'CHE-123.456.788']],
  [
    'ch-payment-reference',
    ['21 00000 00001 23456 78901 23452'],
    ['21 00000 00001 23456 78901 23450', '0000000'],
  ],
  ['cy-tax-number', ['CY10123456G', '00123456H'], ['CY10123456A', '12345678F', '0123456H']],
  [
    'cz-birth-number',
    ['905615/1236', '0102034560', '530121123'],
    ['905615/1230', '906615/1236', '530121000'],
  ],
  ['cz-birth-number-1800s', ['990615123', '855615/123'], ['991315123', '530121123']],
  ['cz-company-number', ['12345679', '456 78 901'], ['12345670', '00000000', '1234567']],
  ['cz-tax-number', ['CZ12345679', 'CZ9056151236', '905615/1236'], ['CZ12345670', 'CZ9056151230']],
  ['cz-number-plate', ['1A2 3456', 'AHA-1234'], ['1Q2 3456', 'ABCDEFG', '1234567', '1A2']],
  ['cz-account-number', ['1231231206/0100', '19-1231231206/0800'], ['1231231207/0100', '1231231206/0000']],
  [
    'de-tax-id',
    ['47036892816', '11 234 567 808'],
    ['47036892810', '01234567808', '12345678900', '4703689281'],
  ],
  ['de-vat', ['DE222333444', '815 123 454'], ['DE222333440', 'DE022333444', 'DE22233344']],
  ['de-tax-number', ['12/345/67890', '123/456/78901', '2112034567890'], ['8812034567890', '123456789012']],
  [
    'de-social-security',
    ['12121080A002', '52 020765 S 124'],
    ['12121080A000', '12321380A002', '121210801002'],
  ],
  ['de-health-insurance', ['K123123126', 't987987983'], ['K123123120', '1123123126', 'K12312312']],
  ['de-doctor-number', ['123123245', '808080403'], ['123123045', '000000000', '12312324']],
  ['de-practice-number', ['021234567', '721112223'], ['991234567', '02123456']],
  ['de-checked-document', ['L0123CFG6', 'C00112239'], ['L0123CFG0', 'A00112239', 'C0011223']],
  ['de-document', ['L12X34Y56', 'L12X34Y565', 'L12X34Y565 9001011 3001019 D 6'], ['L12X34Y560', 'A12X34Y56']],
  [
    'de-number-plate',
    ['S-AB 1234', 'KA XY 12H', 'OHV-AB 123'],
    ['LRO-AB-1234', 'QQ AB 123', 'B AB 0', 'B 1234'],
  ],
  ['de-driving-licence', ['AB123456789', 'B072XYZ1212'], ['A1234567801', 'ABC12345678', 'AB1234567890']],
  ['de-postal-code', ['01067', '99998'], ['00999', '99999', '1067']],
  ['de-wkn', ['A1B2C3', '123456'], ['A1O2C3', 'ABCDEF', '111111']],
  ['dk-civil-number', ['010190-1238', '010107-4444'], ['320107-4444', '010150-5555', '01010744']],
  ['dk-civil-number-checked', ['010190-1238', '2412854503'], ['010190-1230', '3213901238']],
  ['dk-company-number', ['DK 12 34 56 74', '11223346'], ['DK12345670', '1234567']],
  ['ee-personal-code', ['39006151230', '60512244564'], ['39006151231', '39013151230', '99006151230']],
  ['ee-registry-code', ['10123459', '90000110'], ['10123450', '20123459']],
  ['ee-vat', ['EE100123450', '101112224'], ['EE100123451', 'EE200123450']],
  ['es-dni', ['12312312K', '00001111-F'], ['12312312A', '1231231K']],
  ['es-nif', ['12312312K', '1111-F', 'K1231231H'], ['1111A', 'K1231231A', 'F']],
  ['es-nie', ['X1231231H', 'z-7654321-h'], ['X1231231A', 'A1231231H']],
  ['es-cif', ['B12312310', 'Q1231231J'], ['B12312311', 'Q1231231A', 'Z12312310']],
  ['es-tax-number', ['ESB12312310', 'ES12312312K', 'ESX1231231H'], ['ESB12312311', 'ES12312312A']],
  ['es-social-security', ['28/12312310/40', '081234567869'], ['281231231000', '001231231040']],
  ['es-account-number', ['2100-0001-01-0123456789'], ['2100-0001-00-0123456789', '00000000000000000000']],
  [
    'es-supply-point',
    ['ES0031123412341234MM', 'ES 0031 1234 1234 1234 MM 0F'],
    ['ES0031123412341234AA', 'ES0031123412341234MM0A'],
  ],
  ['es-cadastral-reference', ['1234567AB1234C0001OS'], ['1234567AB1234C0001AA', '1234567AB1234C000OS']],
  ['es-postal-code', ['28013', '01001'], ['99001', '00123', '2801']],
  [
    'fi-personal-code',
    ['150690-123P', '241205A012U', '150690V123P'],
    ['150690-123A', '150690-001P', '150690G123P'],
  ],
  ['fi-business-id', ['1234567-1', 'FI23456780'], ['1234567-0', '0000000-0', '123456-1']],
  ['fo-personal-number', ['150690-123', '241285456'], ['151390-123', '15069012']],
];

describe('numbers of countries, A to F', () => {
  it.each(TABLE)('%s accepts its numbers', (name, valid) => {
    for (const text of valid) expect([text, verdict(name, text)]).toEqual([text, ACCEPT]);
  });

  it.each(TABLE)('%s rejects others', (name, _valid, invalid) => {
    for (const text of [...invalid, '', 'x', '1', 'ü1234567', `${'1'.repeat(80)}`]) {
      expect([text, verdict(name, text)]).toEqual([text, REJECT]);
    }
  });

  it('has every check of these countries in the table', () => {
    const listed = new Set(TABLE.map(([name]) => name));
    const prefixes = countries.map((country) => `${country}-`);
    const all = [...validators.keys()].filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
    expect(all.filter((name) => !listed.has(name))).toEqual([]);
  });
});
