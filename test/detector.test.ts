import { describe, expect, it } from 'vitest';
import { createDetector } from '../src/index.ts';

const detector = await createDetector();

describe('explain', () => {
  it('says of every finding of detect why, at the same place', () => {
    const text = 'né en 1990, e-mail ada@example.com, carte 4111 1111 1111 1111 — fin';
    const explained = detector.explain(text, { name: 'note' });
    expect(explained).toMatchObject(detector.detect(text, { name: 'note' }));
    expect(explained.map(({ start, end }) => text.slice(start, end))).toEqual([
      'ada@example.com',
      '4111 1111 1111 1111',
    ]);
    const [ssn] = detector.explain('né, 536904399', { name: 'ssn', path: ['users'] });
    expect(ssn?.context).toContainEqual({ word: 'ssn', in: 'field' });
  });

  // Each finding once read the text before it anew: 40,000 of them took ten seconds.
  it('takes a time that grows with the length of the text', () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `réf. person${index}@example.com\n`).join('');
    const started = performance.now();
    const explained = detector.explain(text);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(explained).toHaveLength(40_000);
    expect(text.slice(explained[39_999]!.start, explained[39_999]!.end)).toBe('person39999@example.com');
  });
});
