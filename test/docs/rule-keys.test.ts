import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { RULE_KEYS } from '../../src/detect/rule-file.ts';
import { loadRulePacks, ruleCountries, rulePackNames } from '../../src/rule-pack-files.ts';
import { readText, root } from '../tidy/source-files.ts';
import { type JsonSchema, ruleFileSchema, ruleKeys, ruleKeyTable } from './rule-keys.ts';

const readme = 'rules/README.md';
const withCurrentTable = (page: string): string =>
  page.replace(
    /(<!-- table: keys -->\n)[\s\S]*?(<!-- end of table -->)/,
    (_, start: string, end: string) => `${start}\n${ruleKeyTable()}\n\n${end}`,
  );
const schemaPath = 'docs/schema/rules.schema.json';
const schemaText = JSON.stringify(ruleFileSchema, null, 2) + '\n';
if (process.env['WIREMASK_UPDATE_DOCS']) {
  writeFileSync(join(root, readme), withCurrentTable(readText(readme)));
  writeFileSync(join(root, schemaPath), schemaText);
}

const sources = await loadRulePacks(await rulePackNames(), await ruleCountries());
const schema = z.fromJSONSchema(ruleFileSchema);

describe('the schema of rule files', () => {
  test('is published as it is; run with WIREMASK_UPDATE_DOCS=1 to write it anew', () => {
    expect(readText(schemaPath)).toBe(schemaText);
  });

  test('has every key the reader knows, and no other', () => {
    expect(Object.keys(ruleKeys)).toEqual(RULE_KEYS);
  });

  test('describes every key', () => {
    const missing: string[] = [];
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { properties } = node as JsonSchema;
      for (const [key, child] of Object.entries(properties ?? {})) {
        if (child.description === undefined) missing.push(`${path}.${key}`);
      }
      for (const [key, child] of Object.entries(node)) visit(child, `${path}.${key}`);
    };
    visit(ruleFileSchema, '');
    expect(missing).toEqual([]);
  });

  test('holds for every shipped file', () => {
    const problems = sources.flatMap(({ file, text }) => {
      const result = schema.safeParse(parse(text));
      return result.success ? [] : [`${file}: ${z.prettifyError(result.error)}`];
    });
    expect(problems).toEqual([]);
    expect(sources.length).toBeGreaterThan(5);
  });

  test.each([
    ['an unknown key', { colour: 'red' }],
    ['a score above 1', { score: 2 }],
    ['an id with a capital', { id: 'Acme' }],
    ['a class of bytes that is none', { notAfter: 'vowel' }],
    ['a single example', { examples: ['a'] }],
  ])('refuses %s', (_, keys) => {
    const rule = { id: 'acme', entity: 'ACME', pattern: 'a', score: 1, examples: ['a', 'b'] };
    expect(schema.safeParse({ rules: [rule] }).success).toBe(true);
    expect(schema.safeParse({ rules: [{ ...rule, ...keys }] }).success).toBe(false);
  });
});

test(`${readme} has every key`, () => {
  expect(readText(readme)).toBe(withCurrentTable(readText(readme)));
  expect(readText(readme)).toContain(ruleKeyTable());
});
