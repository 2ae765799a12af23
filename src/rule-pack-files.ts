import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RulePackSource } from './detect/rule-draft.ts';
import { PolicyError } from './errors.ts';

// Beside src/ lie the rule files as they are written, beside dist/src/ the same as JSON.
const rulesFolder = fileURLToPath(new URL('../rules/', import.meta.url));
const ENDINGS = ['.yaml', '.json'] as const;

/** The pack whose countries are asked for by name, and where their files are in it. */
const countryPack = 'pii';
const countryFolder = 'countries';

/** Names of the rule packs this package ships: its folders under `rules/`. */
export async function rulePackNames(): Promise<readonly string[]> {
  const entries = await readdir(rulesFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Countries there are rules for (ISO 3166-1 alpha-2, lower case). */
export async function ruleCountries(): Promise<readonly string[]> {
  const files = await ruleFilesIn(`${countryPack}/${countryFolder}`);
  return files.map((file) => file.slice(file.lastIndexOf('/') + 1).replace(/\.\w+$/, ''));
}

/**
 * Reads the rule packs of this package. The one place in the library that reads files; used once, at set-up.
 *
 * @param countries - Countries whose rules are read as well (ISO 3166-1 alpha-2, lower case).
 * @throws PolicyError when there is no pack of a name, or there are no rules for a country.
 */
export async function loadRulePacks(
  names: readonly string[],
  countries: readonly string[] = [],
): Promise<readonly RulePackSource[]> {
  const problems = [
    ...unknownNames(names, await rulePackNames(), 'detect.packs', 'there is no rule pack'),
    ...(countries.length === 0
      ? []
      : unknownNames(countries, await ruleCountries(), 'detect.countries', 'there are no rules for')),
  ];
  if (problems.length > 0) throw new PolicyError(problems);
  const files = await Promise.all([...new Set(names)].map(ruleFilesIn));
  const ofCountries = names.includes(countryPack)
    ? (await ruleFilesIn(`${countryPack}/${countryFolder}`)).filter((file) =>
        countries.some((country) => file.includes(`/${country}.`)),
      )
    : [];
  return Promise.all([...files.flat(), ...ofCountries].map(readRuleFile));
}

function unknownNames(
  names: readonly string[],
  known: readonly string[],
  option: string,
  what: string,
): readonly { readonly path: string; readonly message: string }[] {
  return names.flatMap((name, index) =>
    known.includes(name)
      ? []
      : [{ path: `${option}[${index}]`, message: `${what} "${name}"; known: ${known.join(', ')}` }],
  );
}

/** @returns Paths from `rules/` of the rule files in a folder of it, without those of folders inside. */
async function ruleFilesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(rulesFolder, folder));
  return names
    .filter((name) => ENDINGS.some((ending) => name.endsWith(ending)))
    .sort()
    .map((name) => `${folder}/${name}`);
}

async function readRuleFile(file: string): Promise<RulePackSource> {
  const pack = file.split('/')[0] as string;
  const text = await readFile(join(rulesFolder, file), 'utf8');
  return { pack, file: file.replace(/\.json$/, '.yaml'), text, isStored: file.endsWith('.json') };
}
