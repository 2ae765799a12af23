import { describe, expect, it } from 'vitest';
import { Compact } from '../../../src/detect/validators/compact.ts';
import { countryChecks } from '../../../src/detect/validators/countries/index.ts';
import { loadValidators } from '../../../src/detect/validators/registry.ts';
import { ACCEPT, REJECT } from '../../../src/detect/validators/verdict.ts';

const countries: readonly string[] =
  'ba fr gb gr hr hu ie is it lt lu lv mc me mk mt nl no pl pt ro rs ru se si sk tr ua'.split(' ');
const validators = await loadValidators(countries);

const verdict = (name: string, text: string): number | undefined => {
  const bytes = Buffer.from(text);
  return validators.get(name)?.(bytes, 0, bytes.length);
};

// Name, numbers it accepts, numbers it rejects; all of them made up.
const TABLE: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['ba-jmbg', ['1506985150120', '0101000100120'], ['1506985150121', '3206985150121', '150698515012']],
  [
    'fr-nir',
    ['1 85 05 78 006 084 91', '290022A00412304', '290022B00412331'],
    ['1 85 05 78 006 084 90', '085057800608491', '18513780060842', '185057800608'],
  ],
  ['fr-nif', ['12 34 567 890 066', '0123456789211'], ['12 34 567 890 060', '4123456789012', '123456789012']],
  ['fr-siren', ['123 456 782', '987654324'], ['123 456 780', '12345678', '1234567820']],
  ['fr-siret', ['123456782 00010', '98765432400001'], ['123456782 00011', '12345678200011', '1234567820001']],
  [
    'fr-tva',
    ['FR11123456782', 'FRA0123456782', '0L 123 456 782'],
    ['FR11123456780', 'FRO1123456782', 'FR12345678', 'DE83123456782'],
  ],
  ['gb-nhs-number', ['321 456 7012', '1234567814'], ['321 456 7010', '0000000000', '123456789']],
  [
    'gb-nino',
    ['AA123456B', 'jg 12 34 56 a', 'KW123456'],
    ['GB123456A', 'QA123456A', 'AO123456A', 'AA123456E', 'AA12345A'],
  ],
  [
    'gb-driving-licence',
    ['JONES712238AB9CD', 'AB999 609114 J99XY'],
    ['JONES713238AB9CD', 'JONES712398AB9CD', 'J9NES712238AB9CD', 'JONES712238AB9C'],
  ],
  ['gb-utr', ['1123456789', '9987654321K'], ['1123456780', '123456789', '12345678901']],
  [
    'gb-vat',
    ['GB 123 4567 27', 'GB765432126', 'XI123456727', 'GD123', 'GBHA678'],
    ['GB 123 4567 20', 'GD678', 'HA123', 'GB1234567'],
  ],
  ['gr-afm', ['123456783', 'EL 098765430'], ['123456780', '512345678', '1234567']],
  ['gr-amka', ['150690 12340', '01010012340'], ['150690 12341', '32069012345', '150690123']],
  ['hr-oib', ['12345678903', 'HR 98765432106'], ['12345678900', '1234567890', 'RS12345678903']],
  ['hr-jmbg', ['1506985330128', '0101990321125'], ['1506985330120', '1513985330121']],
  ['hu-company-tax-number', ['12345676-2-41', 'HU76543212'], ['12345676-0-41', '12345676-6-41', '1234567']],
  ['hu-tax-identifier', ['8123456786', '8987654303'], ['8123456780', '7123456789', '81234567']],
  ['hu-plate-zero', ['ABC-000', 'XYZ000'], ['ABC-001', 'AB-0000']],
  ['hu-taj', ['123 456 788', '987654322'], ['123 456 780', '000000000', '12345678']],
  [
    'hu-personal-number',
    ['1 800615 1231', '4-010615-1239'],
    ['1 800615 1230', '98006151234', '18013151234', '1800615123'],
  ],
  ['ie-pps', ['1234567T', '1234567FA', '7654321GW'], ['1234567A', '1234567Z', '123456T', '1234567TQ']],
  ['ie-vat', ['IE1234567T', '7A12345J', 'IE7654321JH'], ['IE1234567A', 'IE12345678', 'GB1234567T']],
  ['is-kennitala', ['150690-1299', '410100-2150'], ['150690-1291', '1506901295', '3206901299', '150690129']],
  [
    'it-fiscal-code',
    ['VRDLGU70A41H501S', 'BNCMRX85T10Z404O', 'RSSMRAURTMLARSNL'],
    ['VRDLGU70A41H501A', 'VRDLGU70A40H501X', 'VARLGU70A41H501X', 'VRDLGU70A41Q501X', 'VRDLGU70A41H501'],
  ],
  [
    'it-fiscal-code-layout',
    ['VRDLGU70A41H501A', 'AAAAAA00B11C333Z'],
    ['VRDLGU70A32H501A', 'VRDLGU70J41H501A', 'VRDLGU70A41H000A'],
  ],
  ['it-partita-iva', ['IT 12345678903', '98765432103'], ['IT 12345678900', '00000000000', '1234567890']],
  ['it-aic', ['012345676', '00C101'], ['012345670', '123456789', '0AC123', '00000']],
  ['lt-personal-code', ['38501011239', '60506151230'], ['38501011230', '78501011234', '38513011234']],
  ['lt-vat', ['LT123450712', '123450819', 'LT100000190116'], ['LT123450710', 'LT1234567', '123456782']],
  ['lu-national-id', ['1980010112069', '20050615 10060'], ['1980010112060', '1980130112345', '198001011234']],
  ['lu-vat', ['LU 12345613', '65432182'], ['LU 12345610', 'LU1234567']],
  [
    'lv-personal-code',
    ['150690-11237', '01010520005', '32123412345'],
    ['150690-11230', '15139011231', '41069011231', '1506901123'],
  ],
  ['lv-vat', ['LV41234567891', '150690-11237'], ['LV41234567890', 'LV400012345']],
  ['mc-tva', ['FR 34 000 123 456', 'MC83000654321'], ['FR 34 000 123 450', 'FR99123456782', 'FR12000123']],
  ['me-pib', ['02123452', 'ME12345679'], ['02123450', '1234567']],
  ['me-jmbg', ['1506985210122'], ['1506985210120', '1513985210121']],
  ['mk-edb', ['4030999123458', 'MK4123456789012'], ['4030999123450', '4030999123']],
  ['mk-embg', ['1506985410121'], ['1506985410120', '1513985410121']],
  ['mt-vat', ['MT 1234-5634', '76543203'], ['MT 1234-5630', 'MT01234567', '1234567']],
  [
    'mt-tax-number',
    ['12386M', '0123401P', '331234567', '199Z'],
    ['331234567A', '9912345678', '0000101M', '3300186M', '123456A7'],
  ],
  ['nl-bsn', ['123456782', '9876546'], ['123456780', '000000000', '123456', '1234567890']],
  [
    'nl-btw',
    ['NL123456782B01', '12345672B02', 'NL123456789B13'],
    ['NL123456782A01', 'NL123456782A01', '123456782B0'],
  ],
  ['nl-onderwijsnummer', ['101234564', '109876502'], ['101234560', '201234560']],
  ['nl-passport', ['NW12AB346', 'XR1000003'], ['NW12AB340', 'N112AB349', 'NW12AB34X']],
  [
    'no-fodselsnummer',
    ['150685 12090', '550685 12084', '15468512073'],
    ['150685 12091', '15138512345', '1506851234'],
  ],
  ['no-organisasjonsnummer', ['912 345 602', '812345672'], ['912 345 600', '123456785', '91234567']],
  ['no-mva', ['NO 912 345 602 MVA', '812345672MVA'], ['NO 912 345 602 MVB', 'NO912345678', '912345678MWS']],
  [
    'no-kontonummer',
    ['1234.56.78903', '0000 1234566', '1234566'],
    ['1234.56.78900', '12345678', '123456789'],
  ],
  ['pl-pesel', ['80010112340', '05262512340', '80821512342'], ['80010112341', '80130112345', '8001011234']],
  ['pl-pesel-undated', ['98765432107', '12999999993'], ['98765432100', '00000000000', '9876543210']],
  ['pl-nip', ['123-456-32-18', 'PL 9876543210'], ['123-456-32-10', '0000000000', '123456321']],
  ['pl-regon', ['123456124', '12345612412347'], ['123456120', '000000000', '12345612']],
  ['pl-identity-card', ['ABC412345', 'XYZ 554321'], ['ABC412340', 'AB1123456', 'ABC12345']],
  ['pt-nif', ['123 456 789', 'PT501234560'], ['123 456 780', '012345678', '12345678']],
  ['pt-citizen-card', ['12345678 9 ZZ1', '098765432ZY0'], ['12345678 9 ZZ0', '12345678AZZ4', '123456789ZZ']],
  ['pt-niss', ['12345678902', '27654321099'], ['12345678900', '32345678901', '1234567890']],
  [
    'ro-cnp',
    ['1800101123450', '6050615400124', '7900101123458'],
    ['1800101123451', '1801301123456', '1800101991234', '0800101123456'],
  ],
  ['ro-cui', ['RO 12345674', '124'], ['RO 12345670', 'RO1', '0123456', '12345678901']],
  ['rs-pib', ['101234569', 'RS123456788'], ['101234560', '10123456']],
  ['rs-jmbg', ['1506985710125'], ['1506985710120', '1513985710121']],
  ['ru-inn', ['7701234560', '500123456750'], ['7701234561', '0000000000', '77012345678']],
  ['ru-ogrn', ['1027700123450', '304770012345674'], ['1027700123451', '0027700123456', '10277001234567']],
  ['ru-snils', ['123-456-789 64', '98765432183'], ['123-456-789 60', '00100000100', '1234567890']],
  [
    'se-personnummer',
    ['800101-1231', '198001011231', '800161-1238'],
    ['800101-1230', '801301-1234', '178001011234', '80010112'],
  ],
  ['se-samordningsnummer', ['800161-1238', '198001701237'], ['800161-1230', '800101-1231']],
  ['se-tax-number', ['198001011230', '800101-1231'], ['198001011232', '19801301123']],
  ['se-organisationsnummer', ['556012-3456', '162123456788'], ['556012-3450', '551012-3451', '19556012345']],
  ['se-vat', ['SE556012345601', '212345678801'], ['SE556012345600', 'SE556012345102', 'SE5560123451']],
  ['si-davcna', ['12345679', 'SI 76543218'], ['12345670', '01234567', '1234567']],
  ['si-emso', ['1506985500120'], ['1506985500121', '1513985500121']],
  ['si-maticna', ['1234579', '5043212000'], ['1234570', '504321', '50432X2']],
  [
    'sk-birth-number',
    ['800101/1238', '8556301237', '530101/123'],
    ['800101/1230', '800101/123', '530101/000', '801301/1230'],
  ],
  ['sk-vat', ['SK2021234567', '1273456789'], ['SK2021234560', 'SK0021234567', 'SK1253456780']],
  ['sk-ico', ['12345679', '31 765 432'], ['12345670', '00000000', '1234567']],
  ['tr-national-id', ['12345678950', '98765432150'], ['12345678951', '01234567890', '1234567895']],
  ['tr-tax-number', ['1234567890', '9876543217'], ['1234567891', '0000000000', '123456789']],
  ['ua-rntrc', ['3123456789', '2543210986'], ['3123456780', '0000000000', '312345678']],
  ['ua-edrpou', ['32123455', '12345678'], ['32123450', '00000000', '1234567']],
];

// One of their digits has so small a weight, or so many meanings, that not every slip shows.
const LENIENT: readonly string[] = [
  'gb-nino',
  'gb-driving-licence',
  'hu-plate-zero',
  'it-fiscal-code-layout',
  'lv-personal-code',
  'mt-tax-number',
];

describe('numbers of countries, F to Z', () => {
  it.each(TABLE)('%s', (name, accepted, rejected) => {
    for (const text of accepted) expect([text, verdict(name, text)]).toEqual([text, ACCEPT]);
    for (const text of rejected) expect([text, verdict(name, text)]).toEqual([text, REJECT]);
  });

  it('the table has every check of these countries', async () => {
    const names: string[] = [];
    for (const country of countries) names.push(...Object.keys((await countryChecks[country]!()).checks));
    expect(TABLE.map(([name]) => name).sort()).toEqual(names.sort());
  });

  it('most wrong digits are noticed', () => {
    for (const [name, accepted] of TABLE.filter(([name]) => !LENIENT.includes(name))) {
      let [noticed, tried] = [0, 0];
      for (const text of accepted) {
        for (let at = 0; at < text.length; at++) {
          if (!/[0-9]/.test(text[at]!)) continue;
          for (const digit of '0123456789'.replace(text[at]!, '')) {
            tried++;
            if (verdict(name, text.slice(0, at) + digit + text.slice(at + 1)) === REJECT) noticed++;
          }
        }
      }
      expect([name, noticed / tried > 0.7]).toEqual([name, true]);
    }
  });

  it('no text makes a check throw, and no check changes what was read', async () => {
    const read = new Compact();
    for (const text of [
      '',
      '-',
      '0',
      'A',
      'é',
      '0'.repeat(64),
      '9'.repeat(70),
      'ABCDEFGHIJKLMNOP',
      '123456789B',
    ]) {
      for (const [name] of TABLE) expect([0, REJECT, ACCEPT]).toContain(verdict(name, text));
    }
    const matricule = Buffer.from('1980010112345');
    read.read(matricule, 0, matricule.length);
    const luxembourg = await countryChecks['lu']!();
    expect(luxembourg.checks['lu-national-id']!(read)).toBe(false);
    expect(String.fromCharCode(...read.bytes.subarray(0, read.length))).toBe('1980010112345');
  });
});
