import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readRuleFile } from '../../src/detect/rule-file.ts';
import { storeDrafts } from '../../src/detect/stored-drafts.ts';
import type { PolicyProblem } from '../../src/errors.ts';
import { loadRulePacks, ruleCountries, rulePackNames } from '../../src/rule-pack-files.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A JSON file of `StoredRules`. */
    readonly storedRules: string;
  }
}

/** By path of the rule file: what was in it, and what reading it came to. */
export type StoredRules = Readonly<Record<string, { readonly text: string; readonly stored: string }>>;

/**
 * Reads the shipped rule files once for all test files, each of which has modules of its own: reading 900
 * rules as YAML takes half a second, what is stored of them a tenth of that.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const problems: PolicyProblem[] = [];
  const sources = await loadRulePacks(await rulePackNames(), await ruleCountries());
  const rules: StoredRules = Object.fromEntries(
    sources.map((source) => {
      const stored = storeDrafts(readRuleFile(source, problems));
      return [source.file, { text: source.text, stored }];
    }),
  );
  // A test says which rules are wrong and where; here they would end the run without saying anything.
  const good = problems.length === 0 ? rules : {};
  const folder = mkdtempSync(join(tmpdir(), 'wiremask-rules-'));
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify(good));
  project.provide('storedRules', file);
  return () => rmSync(folder, { recursive: true, force: true });
}
