import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldScanner, FindingList, type WorkBudget } from '../../src/detect/detector.ts';
import { RememberingScanner } from '../../src/detect/remembering-scanner.ts';

/** Finds every `x`; a value costs its length and 10 for each. Counts how often it is asked. */
class CountingScanner implements FieldScanner {
  scans = 0;

  scan(bytes: Uint8Array, start: number, end: number, findings: FindingList, budget: WorkBudget): boolean {
    this.scans++;
    budget.remaining -= end - start;
    for (let at = start; at < end; at++) {
      if (bytes[at] !== 0x78) continue;
      budget.remaining -= 10;
      findings.push(0, at, at + 1, 1);
    }
    return budget.remaining >= 0;
  }
}

interface Outcome {
  readonly isComplete: boolean;
  readonly remaining: number;
  readonly starts: readonly number[];
}

function scan(scanner: FieldScanner, text: string, remaining = 1000): Outcome {
  const bytes = Buffer.from(`x${text}x`);
  const findings = new FindingList();
  findings.push(0, 0, 1, 1);
  const budget = { remaining };
  const isComplete = scanner.scan(bytes, 1, bytes.length - 1, findings, budget);
  const starts = [...findings.starts.subarray(0, findings.length)];
  return { isComplete, remaining: budget.remaining, starts };
}

describe('a scanner that remembers', () => {
  it('looks twice at a clean value, and then no more', () => {
    const inner = new CountingScanner();
    const scanner = new RememberingScanner(inner);
    for (let turn = 0; turn < 10; turn++) scan(scanner, 'active');
    expect(inner.scans).toBe(2);
  });

  it('looks at a value with something in it every time', () => {
    const inner = new CountingScanner();
    const scanner = new RememberingScanner(inner);
    for (let turn = 0; turn < 10; turn++) expect(scan(scanner, 'axe').starts).toEqual([0, 2]);
    expect(inner.scans).toBe(10);
  });

  it('looks at long and empty values every time', () => {
    const inner = new CountingScanner();
    const scanner = new RememberingScanner(inner);
    for (let turn = 0; turn < 5; turn++) for (const text of ['', 'a'.repeat(65)]) scan(scanner, text);
    expect(inner.scans).toBe(10);
  });

  it('pauses where values do not come again, and tries again later', () => {
    const inner = new CountingScanner();
    const scanner = new RememberingScanner(inner);
    for (let turn = 0; turn < 256; turn++) scan(scanner, `id ${turn}`);
    for (let turn = 0; turn < 8192; turn++) scan(scanner, 'active');
    expect(inner.scans).toBe(256 + 8192);
    for (let turn = 0; turn < 100; turn++) scan(scanner, 'active');
    expect(inner.scans).toBe(256 + 8192 + 2);
  });

  it('finds what the scanner finds, for the same work, whatever comes in which order', () => {
    const part = fc.constantFrom('a', 'b', 'ab', 'x', 'status', ' ');
    const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(''));
    const values = fc.array(fc.tuple(text, fc.integer({ min: 0, max: 40 })), { maxLength: 60 });
    fc.assert(
      fc.property(values, (list) => {
        const plain = new CountingScanner();
        const remembering = new RememberingScanner(new CountingScanner());
        for (const [value, budget] of list)
          expect(scan(remembering, value, budget)).toEqual(scan(plain, value, budget));
      }),
      { numRuns: 1000 },
    );
  });
});
