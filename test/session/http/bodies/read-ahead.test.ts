import { describe, expect, test } from 'vitest';
import type { DetectionEngine } from '../../../../src/detect/detector.ts';
import { loadRe2 } from '../../../../src/detect/re2.ts';
import { WiremaskError } from '../../../../src/errors.ts';
import { loadEngine } from '../../../../src/load-engine.ts';
import { compilePolicy } from '../../../../src/policy/compile-policy.ts';
import type { MaskingOptions } from '../../../../src/policy/masking-rule.ts';
import { JsonBody } from '../../../../src/session/http/bodies/json-body.ts';
import { JsonPlaces } from '../../../../src/session/http/bodies/json-places.ts';
import { KeyTable } from '../../../../src/session/http/bodies/key-table.ts';
import { PlaceKernel } from '../../../../src/session/http/bodies/place-kernel.ts';
import { MaskCounts } from '../../../../src/session/mask-report.ts';
import { ValueScan } from '../../../../src/session/value-scan.ts';
import { mutations, SeededRandom } from '../../../support/properties.ts';
import { JsonTexts } from './json-texts.ts';

const engine = (await loadEngine({}, await loadRe2())) as DetectionEngine;
const limits = { depthMax: 20, valueSizeMax: 4096, allowsByteOrderMark: false };

const policies: Readonly<Record<string, MaskingOptions>> = {
  'an empty policy': {},
  paths: {
    fields: [
      { path: '$..ssn', mask: 'partial', keepLast: 2 },
      { path: '$[*].meta', mask: 'redact' },
      { path: '$.rows[1]', mask: 'redact' },
      { path: '$..data.id', mask: 'nullify' },
    ],
  },
  names: {
    fields: [
      { name: '*token*', mask: 'redact' },
      { name: 'email', mask: 'keyed-hash', key: Buffer.alloc(32, 7) },
    ],
  },
  'all detectors': { detect: { mask: 'redact' } },
  'rules and detectors': { fields: [{ path: '$..value', mask: 'redact' }], detect: { mask: 'redact' } },
};

interface Result {
  readonly output: string;
  readonly error: string | undefined;
  readonly masked: readonly (readonly [string, number])[];
}

/** Bodies of one listener, which reads ahead or token by token. */
function reader(options: MaskingOptions, readsAhead: boolean): (chunks: readonly Uint8Array[]) => Result {
  const policy = compilePolicy(options, options.detect === undefined ? undefined : engine);
  const places = new JsonPlaces(policy, limits, readsAhead ? PlaceKernel.create : () => undefined);
  if (readsAhead) expect(places.kernel).toBeDefined();
  const context = { places, keys: new KeyTable(), limits };
  return (chunks) => {
    const counts = new MaskCounts();
    const body = new JsonBody(new ValueScan(policy, counts), context, true);
    const output: Uint8Array[] = [];
    let error: string | undefined;
    try {
      for (const chunk of chunks) {
        // The memory of a chunk is used again.
        const memory = new Uint8Array(chunk);
        output.push(...body.push(memory).map((part) => new Uint8Array(part)));
        memory.fill(0x58);
      }
      output.push(...body.end().map((part) => new Uint8Array(part)));
    } catch (thrown) {
      if (!(thrown instanceof WiremaskError)) throw thrown;
      error = `${thrown.code} ${thrown.message}`;
    }
    return { output: Buffer.concat(output).toString('latin1'), error, masked: [...counts.masked].sort() };
  };
}

// Texts are long: what is shown is where they differ.
function expectSame(actual: Result, expected: Result, round: number): void {
  const at = [...expected.output].findIndex((character, index) => character !== actual.output[index]);
  const near = (text: string): string => (at < 0 ? '' : text.slice(Math.max(0, at - 200), at + 100));
  const shown = ({ output, ...rest }: Result): object => ({
    ...rest,
    size: output.length,
    near: near(output),
  });
  if (actual.output !== expected.output || actual.error !== expected.error)
    expect({ round, ...shown(actual) }).toEqual({ round, ...shown(expected) });
  expect(actual.masked).toEqual(expected.masked);
}

function cut(bytes: Uint8Array, random: SeededRandom): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  // At most some hundred chunks.
  const size = Math.max(bytes.length / 400, [1, 7, 60, 500, 5000, 200_000][random.below(6)]!);
  for (let at = 0; at < bytes.length; ) {
    const to = Math.min(bytes.length, at + 1 + random.below(2 * size));
    chunks.push(bytes.subarray(at, to));
    at = to;
  }
  return chunks;
}

describe('reading ahead gives what reading token by token gives', () => {
  test.each(Object.entries(policies))('%s', (_, options) => {
    const ahead = reader(options, true);
    const slowly = reader(options, false);
    const random = new SeededRandom(11);
    const texts = new JsonTexts(random);
    for (let round = 0; round < 60; round++) {
      const text = Buffer.from(texts.next(), 'utf8');
      const chunks = cut(text, random);
      expectSame(ahead(chunks), slowly(chunks), round);
      for (const mutated of mutations(text, round, 2)) {
        const parts = cut(mutated, random);
        expectSame(ahead(parts), slowly(parts), round);
      }
    }
  });

  test('of two documents that arrive by turns', () => {
    const options = policies['rules and detectors']!;
    const policy = compilePolicy(options, engine);
    const context = { places: new JsonPlaces(policy, limits), keys: new KeyTable(), limits };
    const slowly = reader(options, false);
    const random = new SeededRandom(12);
    const texts = new JsonTexts(random);
    for (let round = 0; round < 60; round++) {
      const both = [texts.next(), texts.next()].map((text) => {
        const body = new JsonBody(new ValueScan(policy, new MaskCounts()), context, true);
        return { chunks: cut(Buffer.from(text), random), body, output: [] as Uint8Array[] };
      });
      for (let index = 0; both.some(({ chunks }) => index < chunks.length); index++) {
        for (const { body, chunks, output } of both) {
          const chunk = chunks[index];
          if (chunk !== undefined) output.push(...body.push(chunk).map((part) => new Uint8Array(part)));
        }
      }
      for (const { body, chunks, output } of both) {
        output.push(...body.end());
        expect(Buffer.concat(output).toString('latin1')).toBe(slowly(chunks).output);
      }
    }
  });
});
