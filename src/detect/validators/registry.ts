import { isLuhn, isMod11And10, isMod11Then2, isMod37And36, isMod97, isVerhoeff } from './checksums.ts';
import { Compact } from './compact.ts';
import { type CountryChecks, countryChecks, type NumberCheck } from './countries/index.ts';
import { internationalChecks } from './international.ts';
import { mod97 } from './mod97.ts';
import { secretChecks } from './secrets.ts';
import { ACCEPT, REJECT, UNKNOWN, type Validator } from './verdict.ts';

const scratch = new Compact();

const numberValidator =
  (check: NumberCheck): Validator =>
  (bytes, start, end) =>
    scratch.read(bytes, start, end) && check(scratch) ? ACCEPT : REJECT;

/** Validators of no country, by the name a rule file gives them. */
const generic: ReadonlyMap<string, Validator> = new Map<string, Validator>([
  ['luhn', numberValidator((c) => isLuhn(c))],
  ['verhoeff', numberValidator((c) => isVerhoeff(c))],
  ['mod97', (bytes, start, end) => (mod97(bytes, start, end) ? ACCEPT : REJECT)],
  ['iso7064-mod97-10', numberValidator((c) => isMod97(c))],
  ['iso7064-mod11-10', numberValidator((c) => isMod11And10(c))],
  ['iso7064-mod11-2', numberValidator((c) => isMod11Then2(c))],
  ['iso7064-mod37-36', numberValidator((c) => isMod37And36(c))],
  ...Object.entries(internationalChecks).map(([name, check]) => [name, numberValidator(check)] as const),
  ...Object.entries(secretChecks),
  // Says of most numbers nothing.
  [
    'not-repeated',
    (bytes, start, end) => (scratch.read(bytes, start, end) && !scratch.isRepeated() ? UNKNOWN : REJECT),
  ],
]);

/** Validators for rule files that use those of some countries. */
export async function loadValidators(countries: readonly string[]): Promise<ReadonlyMap<string, Validator>> {
  const all = new Map(generic);
  for (const country of countries) {
    const load = countryChecks[country];
    const checks: CountryChecks = load === undefined ? {} : (await load()).checks;
    for (const [name, check] of Object.entries(checks)) all.set(name, numberValidator(check));
  }
  return all;
}
