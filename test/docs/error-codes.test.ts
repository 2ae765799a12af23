import { describe, expect, test } from 'vitest';
import { EXIT } from '../../sidecar/commands/exit-codes.ts';
import { UnsupportedError, type WiremaskErrorCode } from '../../src/errors.ts';
import { statusOfError } from '../../src/session/http/error-response.ts';
import { encodeFatal } from '../../src/session/postgres/native-error.ts';
import { parseErrorFields } from '../../src/wire/postgres/error-response.ts';
import { readSourceFiles, readText } from '../tidy/source-files.ts';
import { tableRows } from './tables.ts';

const page = readText('docs/error-codes.md');
const sources = readSourceFiles();
const codes = tableRows(page).filter(([code]) => code?.startsWith('WIREMASK_ERR_'));

const httpCodes = new Set(tableRows(page.split('## HTTP')[1]?.split('\n## ')[0] ?? '').map(([code]) => code));

function statusesOf(code: WiremaskErrorCode): string {
  return `${statusOfError(code, 'request')}, ${statusOfError(code, 'response')}`;
}

function sqlstateOf(code: string): string {
  const message = encodeFatal(new UnsupportedError(code as WiremaskErrorCode, ''));
  const field = parseErrorFields(message.subarray(5)).find(([name]) => name === 'C');
  return Buffer.from(field?.[1] ?? []).toString();
}

/** Text of all files below a folder. */
function textBelow(folder: string): string {
  return sources
    .filter(({ path }) => path.startsWith(folder))
    .map(({ text }) => text)
    .join('\n');
}

describe('docs/error-codes.md', () => {
  test('the SQLSTATE of every code is the one a client gets', () => {
    const wrong = codes
      .filter(([code]) => !httpCodes.has(code as string))
      .filter(([code, , sqlstate]) => sqlstateOf(code as string) !== sqlstate);
    expect(wrong).toEqual([]);
    expect(codes.length).toBeGreaterThan(20);
  });

  test('the status of every code of HTTP is the one a client gets', () => {
    const wrong = codes
      .filter(([code]) => httpCodes.has(code as string))
      .filter(([code, , status]) => statusesOf(code as WiremaskErrorCode) !== status);
    expect(wrong).toEqual([]);
    expect(httpCodes.size).toBe(11);
  });

  test('the class of every code is the one it is thrown as', () => {
    const thrown = [...textBelow('src/').matchAll(/new (\w+Error)\(\s*'(WIREMASK_ERR_\w+)'/g)];
    const classes = new Map(codes.map(([code, name]) => [code, name]));
    const wrong = thrown
      .map(([, name, code]) => ({ code, thrownAs: name, documentedAs: classes.get(code as string) }))
      .filter(({ thrownAs, documentedAs }) => thrownAs !== documentedAs);
    expect(wrong).toEqual([]);
  });

  test('every code says when it comes and what to do', () => {
    expect(codes.filter((cells) => cells.length !== 5 || cells.some((cell) => cell === ''))).toEqual([]);
  });

  test('every word of the sidecar is there with its SQLSTATE, and no other', () => {
    const sidecar = textBelow('sidecar/');
    const used = new Set<string>();
    const call = /new ConnectionError\(\s*'([A-Z_]+)'/g;
    for (const [, word] of sidecar.matchAll(call)) used.add(word as string);
    for (const [, word] of sidecar.matchAll(/metrics\.error\('([A-Z_]+)'\)/g)) used.add(word as string);
    for (const [, word] of sidecar.matchAll(/fail\(\{ code: '([A-Z_]+)' \}\)/g)) used.add(word as string);
    used.delete('ECONNRESET');
    const section = page.split('## The sidecar')[1]?.split('\n## ')[0] ?? '';
    const words = tableRows(section).map(([word]) => word);
    expect(words.filter((word) => word !== 'system codes').toSorted()).toEqual([...used].toSorted());
  });

  test('exit codes are those of the commands', () => {
    const section = page.split('## Exit codes')[1] ?? '';
    expect(tableRows(section).map(([code]) => Number(code))).toEqual(Object.values(EXIT));
  });
});
