import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../../../src/detect/create-detection-engine.ts';
import { FindingList, workBudgetFor } from '../../../src/detect/detector.ts';
import { loadRe2 } from '../../../src/detect/re2.ts';
import { loadRules } from '../../../src/load-engine.ts';
import { message } from '../../support/raw-client.ts';
import { statements } from '../../support/scripted-statements.ts';
import { answer } from '../../support/scripted-values.ts';
import { createSessionFactory } from '../../support/session.ts';
import { openReady } from './ready-session.ts';

const partSize = 25_000_000;
// Of the processor, so that other work on the machine does not count.
const timeMaxMs = 20_000;
const planted = ['ada@example.com', '4111 1111 1111 1111', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'];

function spentMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const invalid = Buffer.from(Array.from({ length: 997 }, (_, at) => 0x80 + ((at * 7919) % 128)));
const shapes: readonly (string | Uint8Array)[] = [
  'the order was left at the door and nobody asked for it, ',
  'a',
  '7',
  invalid,
];

/** 100 MB: each shape goes on for a quarter, with something to find at its start, middle and end. */
const value = Buffer.concat(
  shapes.map((shape) => {
    const part = Buffer.alloc(partSize, shape);
    const places = [1_000, partSize / 2, partSize - 200];
    for (const [index, place] of places.entries()) part.write(` see ${planted[index]} `, place);
    return part;
  }),
);
const valid = value.subarray(0, 3 * partSize);

const engine = createDetectionEngine({ rules: await loadRules({}, await loadRe2()) });
const factory = await createSessionFactory({ detect: { mask: 'redact' } });

describe('a value of 100 MB', () => {
  it('is looked into to its end, or not at all', () => {
    const findings = new FindingList();
    const started = spentMs();
    const scanner = engine.scannerFor({ name: 'note', path: [], kind: 'text' });
    const budget = { remaining: workBudgetFor(value.length) };
    const isComplete = scanner?.scan(value, 0, value.length, findings, budget);
    expect(spentMs() - started).toBeLessThan(timeMaxMs);
    const found = Array.from({ length: findings.length }, (_, at) =>
      value.subarray(findings.starts[at]!, findings.ends[at]!).toString(),
    );
    // Bytes that are no text may stick to what is found between them: what is masked is what counts.
    const masked = found.map((text) => planted.find((secret) => text.includes(secret)) ?? text);
    expect([isComplete, masked]).toEqual(
      isComplete === true ? [true, shapes.flatMap(() => planted)] : [false, masked],
    );
  });

  it.each([
    // 16 MiB is the default of the limit; a value above it is not looked into.
    ['above valueSizeMax', value, undefined],
    ['that is no text', value, 2 * value.length],
    ['below a limit as high as this', valid, 2 * value.length],
  ])('%s reaches nobody with what was planted', (_, given, valueSizeMax) => {
    const session = openReady(factory, { limits: valueSizeMax === undefined ? {} : { valueSizeMax } });
    session.fromDownstream(message.query(statements.cities));
    session.fromUpstream(answer.rowDescription([{ name: 'note', type: 'text' }]));
    const row = answer.dataRow([given]);
    const started = spentMs();
    const { toDownstream, failure } = session.fromUpstream(row);
    expect(spentMs() - started).toBeLessThan(timeMaxMs);
    expect(failure).toBeUndefined();
    const sent = Buffer.concat(toDownstream);
    expect(planted.filter((secret) => sent.includes(secret))).toEqual([]);
    const { masked, failedClosed } = session.report;
    const sum = (counts: ReadonlyMap<string, number>): number =>
      [...counts.values()].reduce((total, count) => total + count, 0);
    expect([sum(masked), sum(failedClosed)]).toEqual(masked.size > 0 ? [9, 0] : [0, 1]);
    if (masked.size === 0) expect(sent.subarray(-8).toString()).toBe('[masked]');
  });
});
