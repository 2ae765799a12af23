// Compiles the kernel of the JSON reader; to be run after a change of its sources.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernel, kernelFile } from './kernel-compiler.ts';

// This file runs as dist/scripts/compile-kernel.js.
const root = fileURLToPath(new URL('../../', import.meta.url));
writeFileSync(join(root, kernelFile), compileKernel(root));
