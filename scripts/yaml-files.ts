import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of all YAML files in a folder and the folders inside it, sorted. */
export function listYamlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
