import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSessionBudget, defaultSessionLimits } from '../../src/session/limits.ts';
import { type ErrorContext, maskErrorFields } from '../../src/session/postgres/error-fields.ts';
import type { TextMasker } from '../../src/session/postgres/text-masker.ts';
import { readText, root } from '../tidy/source-files.ts';
import { withCurrentTables } from './postgres-page.ts';
import { tableRows } from './tables.ts';

const path = 'docs/protocols/postgres.md';
if (process.env['WIREMASK_UPDATE_DOCS']) {
  writeFileSync(join(root, path), withCurrentTables(readText(path)));
}
const page = readText(path);

function section(title: string): string {
  return page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
}

const scanned = Buffer.from('scanned');
const scanner = { scan: () => scanned } as unknown as TextMasker;

/** What becomes of a field with an ordinary value. */
function decisionOn(code: string, touches: boolean): string {
  const value = { C: '23505', P: '7', p: '7', L: '7', S: 'ERROR', V: 'ERROR', F: 'nbtinsert.c', R: 'check' }[
    code
  ];
  const context: ErrorContext = { touches, catalog: undefined, clientText: undefined };
  const fields = maskErrorFields([[code, Buffer.from(value ?? 'Ada')]], context, scanner);
  const text = fields[0] && Buffer.from(fields[0][1]).toString();
  if (text === undefined) return 'left out';
  if (text === 'scanned') return 'scanned';
  return text === (value ?? 'Ada') ? 'as it is' : 'replaced';
}

const documented: ReadonlyMap<string, string> = new Map([
  ['as it is', 'as it is'],
  ['scanned', 'scanned'],
  ['withheld', 'replaced'],
  ['left out', 'left out'],
  ["only a name the catalog or the client's own text has", 'left out'],
  ['a known text of the server with its values taken out, or the name of the condition', 'replaced'],
]);

describe(path, () => {
  test('its tables are those of the code; run with WIREMASK_UPDATE_DOCS=1 to write them anew', () => {
    expect(page).toBe(withCurrentTables(page));
    expect(tableRows(section('From the server')).length).toBeGreaterThan(20);
  });

  test('what it says of error fields is what happens to them', () => {
    const rows = tableRows(section('Fields of errors and notices'));
    const said = rows.map(([code, , clean, touching]) => [
      code,
      documented.get(clean as string),
      documented.get(touching as string),
    ]);
    const found = rows.map(([code]) => {
      const field = code === 'others' ? 'z' : (code as string);
      return [code, decisionOn(field, false), decisionOn(field, true)];
    });
    expect(said).toEqual(found);
  });

  test('every error field the code decides about is there', () => {
    const cases = readText('src/session/postgres/error-fields.ts').matchAll(/case '(\w)':/g);
    const rows = tableRows(section('Fields of errors and notices')).map(([code]) => code);
    expect(rows.filter((code) => code !== 'others').toSorted()).toEqual(
      [...cases].map(([, code]) => code).toSorted(),
    );
  });

  test('every reason for refusing a statement is there', () => {
    const files = ['statement-verdict.ts', 'statement-gate.ts', 'frontend-handler.ts'];
    const codes = files.flatMap((name) => [
      ...readText(`src/session/postgres/${name}`).matchAll(
        /(?:refused|UnsupportedError|LimitError)\(\s*'(WIREMASK_ERR_\w+)'/g,
      ),
    ]);
    const rows = tableRows(section('Refused statements')).map(([, code]) => code);
    expect([...new Set(rows)].toSorted()).toEqual([...new Set(codes.map(([, code]) => code))].toSorted());
  });

  test('limits and their defaults are those of the code', () => {
    const rows = tableRows(section('Limits')).map(([name, value]) => [name, Number(value)]);
    expect(rows).toEqual(Object.entries({ ...defaultSessionLimits, ...defaultSessionBudget }));
  });
});
