import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { loadConfigText } from '../../sidecar/config/load-config.ts';
import { formatProblem } from '../../sidecar/config/problem.ts';

/** Certificates of the tests. */
export const tls: string = join(import.meta.dirname, '../fixtures/tls');

/** Directory that relative paths of the configurations start from; removed after the tests of a file. */
export const directory: string = mkdtempSync(join(tmpdir(), 'wiremask-config-'));

/** Removes `directory` when the tests of the file are done. */
export function removeDirectoryAfterwards(): void {
  afterAll(() => rm(directory, { recursive: true, force: true }));
}

/** A listener that is in order, five lines long. */
export const LISTENER = `listeners:
  - name: appdb
    protocol: postgres
    listen: 127.0.0.1:6432
    upstream: { host: 127.0.0.1 }
`;

/** A masking block that is in order, two lines long. */
export const MASKING = `masking:
  detect: { packs: [pii] }
`;

/** Problems as `line:column: path: message`. */
export async function problemsOf(text: string, env: Record<string, string> = {}): Promise<string[]> {
  const loaded = await loadConfigText(text, join(directory, 'w.yaml'), { env });
  if (loaded.ok) return [];
  return loaded.problems.map((problem) => formatProblem(problem).slice(join(directory, 'w.yaml:').length));
}

/** Problems of a configuration whose first column rule begins at line 8, column 7. */
export function problemsOfColumns(rules: string): Promise<string[]> {
  return problemsOf(`${LISTENER}masking:\n  columns:\n    - ${rules}\n`);
}
