import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGES } from '../src/wire/json/kernel/layout.ts';

const LINE_WIDTH = 100;

/** The file that holds the compiled kernel, from the root of the project. */
export const kernelFile = 'src/wire/json/kernel/kernel-code.ts';

/**
 * Compiles the kernel of the JSON reader from AssemblyScript.
 *
 * @param root - Folder of the project.
 * @returns The text of `kernelFile`; the same sources give the same text.
 */
export function compileKernel(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wiremask-kernel-'));
  const target = join(folder, 'kernel.wasm');
  try {
    execFileSync(process.execPath, [
      ...[join(root, 'node_modules/assemblyscript/bin/asc.js'), 'src/wire/json/kernel/assembly/index.ts'],
      ...['--baseDir', root, '--outFile', target, '-O3', '--noAssert'],
      ...['--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'],
      ...['--initialMemory', String(PAGES), '--maximumMemory', String(PAGES)],
    ]);
    return textOf(readFileSync(target).toString('base64'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function textOf(code: string): string {
  const lines = code.match(new RegExp(`.{1,${LINE_WIDTH}}`, 'g')) ?? [];
  return `${[
    '/** `assembly/` as WebAssembly, in base64: what `npm run kernel` makes of it. */',
    'export const kernelCode: string = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
  ].join('\n')}\n`;
}
