import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { predefinedRecognizers } from '../../src/detect/presidio-recognizers.ts';
import { loadShippedRules } from '../support/shipped-rules.ts';
import { readText, root } from '../tidy/source-files.ts';
import { withCurrentRules } from './rules-page.ts';
import { tableRows } from './tables.ts';

const rules = await loadShippedRules();
const pagePath = 'docs/rules.md';

if (process.env['WIREMASK_UPDATE_DOCS']) {
  writeFileSync(join(root, pagePath), withCurrentRules(readText(pagePath), rules));
}

describe(pagePath, () => {
  const page = readText(pagePath);

  test('is that of the rules; run with WIREMASK_UPDATE_DOCS=1 to write it anew', () => {
    expect(page).toBe(withCurrentRules(page, rules));
  });

  test('has every rule once', () => {
    const ids = tableRows(page).map(([id]) => id);
    expect(ids.toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
  });
});

test('every predefined recognizer of Presidio that is accepted has rules that stand for it', () => {
  const known = new Set(rules.map(({ country, entity }) => `${country} ${entity}`));
  const missing = [...predefinedRecognizers].filter(
    ([, { country, entity }]) => !known.has(`${country} ${entity}`),
  );
  expect(missing.map(([name, { country, entity }]) => `${name} ${country} ${entity}`)).toEqual([]);
});
