import { readFileSync } from 'node:fs';
import { configureGlobal } from 'fast-check';
import { inject, vi } from 'vitest';
import type * as RuleFile from '../src/detect/rule-file.ts';
import type { StoredRules } from './support/stored-rules.ts';

// The same inputs in every run, so that a red run is the change's fault; WIREMASK_SEED tries others.
configureGlobal({ seed: Number(process.env['WIREMASK_SEED'] ?? 20_261_120) });

// Shipped rule files were read before the first test. A test about reading them says vi.unmock of this file.
vi.mock('../src/detect/rule-file.ts', async (importOriginal) => {
  const original = await importOriginal<typeof RuleFile>();
  const { readStoredDrafts } = await import('../src/detect/stored-drafts.ts');
  let rules: StoredRules | undefined;
  const readRuleFile: typeof original.readRuleFile = (source, problems) => {
    rules ??= JSON.parse(readFileSync(inject('storedRules'), 'utf8')) as StoredRules;
    const known = Object.hasOwn(rules, source.file) ? rules[source.file] : undefined;
    if (source.pack === 'user' || known?.text !== source.text) return original.readRuleFile(source, problems);
    return readStoredDrafts({ ...source, text: known.stored }, problems);
  };
  return { ...original, readRuleFile };
});
