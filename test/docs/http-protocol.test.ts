import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { supportedCodings } from '../../src/session/http/content-codings.ts';
import { defaultHttpLimits } from '../../src/session/http/http-context.ts';
import { readText, root } from '../tidy/source-files.ts';
import { withCurrentTables } from './http-page.ts';

const path = 'docs/protocols/http.md';
if (process.env['WIREMASK_UPDATE_DOCS']) {
  writeFileSync(join(root, path), withCurrentTables(readText(path)));
}
const page = readText(path);

describe(path, () => {
  test('has the tables of the code; run with WIREMASK_UPDATE_DOCS=1 to write them anew', () => {
    expect(page).toBe(withCurrentTables(page));
  });

  test('names every coding that is undone', () => {
    expect(supportedCodings.filter((coding) => !page.includes(`\`${coding}\``))).toEqual([]);
    expect(supportedCodings).toEqual(expect.arrayContaining(['gzip', 'deflate', 'br']));
  });

  test('says the limits as they are', () => {
    expect(page).toContain(`\`depthMax\` (${defaultHttpLimits.depthMax})`);
    expect(page).toContain(`\`valueSizeMax\` (${defaultHttpLimits.valueSizeMax / 1024 / 1024} MiB)`);
  });
});
