// A process of its own: what other measurements have left behind would count, or be collected meanwhile.
import { loadRe2 } from '../../src/detect/re2.ts';
import { loadEngine } from '../../src/load-engine.ts';

/** What this process prints. */
export interface DetectionStart {
  readonly rules: number;
  readonly ms: number;
  /** Bytes. */
  readonly held: number;
}

const re2 = await loadRe2();
globalThis.gc?.();
const before = process.memoryUsage();
const start = performance.now();
const engine = await loadEngine({}, re2);
const ms = performance.now() - start;
globalThis.gc?.();
const after = process.memoryUsage();
if (engine === undefined) throw new Error('there are no rules');
const held = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
const result: DetectionStart = { rules: engine.rules.length, ms, held };
process.stdout.write(JSON.stringify(result));
