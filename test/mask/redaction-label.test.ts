import { describe, expect, it } from 'vitest';
import { compileLabelMatcher, containsRedactionLabel } from '../../src/mask/redaction-label.ts';

const within = (text: string): boolean => {
  const bytes = Buffer.from(`[masked${text}]`);
  return containsRedactionLabel(bytes, 7, bytes.length - 1);
};

describe('containsRedactionLabel', () => {
  it.each(['[masked]', 'a [masked:US_SSN] b', '[masked[masked]', "'[masked:A1]'"])(
    'finds the label in %j',
    (text) => {
      expect(within(text)).toBe(true);
    },
  );

  it.each(['', 'masked', '[masked', '[masked:]', '[masked:us_ssn]', '[masked:US_SSN', '[masked ]'])(
    'finds none in %j, nor in its neighbours',
    (text) => {
      expect(within(text)).toBe(false);
    },
  );
});

describe('compileLabelMatcher', () => {
  it('finds custom labels besides the built-in ones and ignores empty ones', () => {
    const matches = compileLabelMatcher(['', '█████']);
    const test = (text: string): boolean => {
      const bytes = Buffer.from(text);
      return matches(bytes, 0, bytes.length);
    };
    expect(test('my █████!')).toBe(true);
    expect(test('[masked]')).toBe(true);
    expect(test('████')).toBe(false);
    expect(compileLabelMatcher([''])).toBe(containsRedactionLabel);
  });
});
