import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RulePackSource } from './detect/rule-pack.ts';
import { PolicyError } from './errors.ts';

/** Names of the rule packs this package ships: its folders under `rules/`. */
export async function rulePackNames(): Promise<readonly string[]> {
  const entries = await readdir(await rulesFolder(), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Reads the rule packs of this package. The one place in the library that reads files; used once, at set-up.
 *
 * @throws PolicyError when there is no pack of a name.
 */
export async function loadRulePacks(names: readonly string[]): Promise<readonly RulePackSource[]> {
  const known = await rulePackNames();
  const unknown = names.flatMap((name, index) => (known.includes(name) ? [] : [{ name, index }]));
  if (unknown.length > 0) {
    throw new PolicyError(
      unknown.map(({ name, index }) => ({
        path: `rulePacks[${index}]`,
        message: `there is no rule pack "${name}"; known: ${known.join(', ')}`,
      })),
    );
  }
  const folder = await rulesFolder();
  const packs = await Promise.all([...new Set(names)].map((name) => readPack(folder, name)));
  return packs.flat();
}

async function readPack(folder: string, pack: string): Promise<readonly RulePackSource[]> {
  const files = (await readdir(join(folder, pack))).filter((file) => file.endsWith('.yaml')).sort();
  return Promise.all(
    files.map(async (file) => ({
      pack,
      file: `${pack}/${file}`,
      text: await readFile(join(folder, pack, file), 'utf8'),
    })),
  );
}

/**
 * `rules/` beside the nearest package.json: this file lies in src/ when developed and in dist/src/ when
 * built.
 */
async function rulesFolder(): Promise<string> {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if ((await readdir(folder)).includes('package.json')) return join(folder, 'rules');
    const parent = dirname(folder);
    if (parent === folder) {
      throw new PolicyError([
        { path: 'rulePacks', message: 'the package has no rules folder above this file' },
      ]);
    }
    folder = parent;
  }
}
