import { isDigit, isLetter } from '../../scan/byte-class.ts';

// Account numbers (BBAN) by country: n digits, a letters, c letters or digits, each with how many.
// IBAN registry (ISO 13616-1, SWIFT release 99): https://www.swift.com/standards/data-standards/iban
const REGISTERED =
  'AD n8c12 AE n19 AL n8c16 AT n16 AZ a4c20 BA n16 BE n12 BG a4n6c8 BH a4c14 BI n23 BR n23a1c1 BY c4n4c16 ' +
  'CH n5c12 CR n18 CY n8c16 CZ n20 DE n18 DJ n23 DK n14 DO c4n20 EE n16 EG n25 ES n20 FI n14 FK a2n12 ' +
  'FO n14 FR n10c11n2 GB a4n14 GE a2n16 GI a4c15 GL n14 GR n7c16 GT c24 HN a4n20 HR n17 HU n24 IE a4n14 ' +
  'IL n19 IQ a4n15 IS n22 IT a1n10c12 JO a4n4c18 KW a4c22 KZ n3c13 LB n4c20 LC a4c24 LI n5c12 LT n16 ' +
  'LU n3c13 LV a4c13 LY n21 MC n10c11n2 MD c20 ME n18 MK n3c10n2 MN n16 MR n23 MT a4n5c18 MU a4n19a3 ' +
  'NI a4n20 NL a4n10 NO n11 OM n3c16 PK a4c16 PL n24 PS a4c21 PT n21 QA a4c21 RO a4c16 RS n18 RU n14c15 ' +
  'SA n2c18 SC a4n20a3 SD n14 SE n20 SI n15 SK n20 SM a1n10c12 SO n19 ST n21 SV a4n20 TL n19 TN n20 ' +
  'TR n6c16 UA n6c19 VA n18 VG a4n16 XK n16 YE a4n4c18';
// In use, but not in the registry.
const IN_USE =
  'AO n21 BF c2n22 BJ c2n22 CF n23 CG n23 CI a2n22 CM n23 CV n21 DZ n22 GA n23 GQ n23 GW c2n19 IR n22 ' +
  'KM n23 MA n24 MG n23 ML c2n22 MZ n21 NE a2n22 SN a2n22 TD n23 TG a2n22';

type CharacterClass = (byte: number) => boolean;

const NUMERIC = 1;
const LETTER = 2;
const CLASSES: ReadonlyMap<string, number> = new Map([
  ['n', NUMERIC],
  ['a', LETTER],
  ['c', NUMERIC | LETTER],
]);

const structures: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(26 * 26).fill(undefined);
const words = `${REGISTERED} ${IN_USE}`.split(' ');
for (let word = 0; word < words.length; word += 2) {
  const country = words[word]!;
  const parts = [...words[word + 1]!.matchAll(/([nac])(\d+)/g)];
  const body = parts.flatMap(([, kind, count]) => new Array<number>(Number(count)).fill(CLASSES.get(kind!)!));
  const whole = Uint8Array.from([LETTER, LETTER, NUMERIC, NUMERIC, ...body]);
  structures[countryIndex(country.charCodeAt(0), country.charCodeAt(1))] = whole;
}

function countryIndex(first: number, second: number): number {
  return ((first | 0x20) - 0x61) * 26 + (second | 0x20) - 0x61;
}

/**
 * Per position of an IBAN, what may stand there; `undefined` for a country without IBANs.
 *
 * @param first - A letter, of either case, like `second`.
 */
export function ibanStructure(first: number, second: number): Uint8Array | undefined {
  return structures[countryIndex(first, second)];
}

const fits: readonly CharacterClass[] = [
  () => false,
  isDigit,
  isLetter,
  (byte) => isDigit(byte) || isLetter(byte),
];

/** Whether a byte may stand where a structure has this entry. */
export function fitsStructure(byte: number, entry: number): boolean {
  return fits[entry]!(byte);
}
