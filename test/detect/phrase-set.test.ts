import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasAnyPhrase, wordsBefore, wordsOf } from '../../src/detect/field-words.ts';
import { PhraseSet } from '../../src/detect/phrase-set.ts';

const phrases = ['card', 'card number', 'a', 'número', '2fa code'].map(wordsOf);

function occurs(text: string, set = new PhraseSet(phrases)): boolean {
  const bytes = Buffer.from(text);
  return set.occursBefore(bytes, bytes.length, 0);
}

describe('phrases before a candidate', () => {
  it.each([
    ['Card: ', true],
    ['the CARD_number is ', true],
    ['cards ', false],
    ['discard ', false],
    ['2 FA   code=', true],
    ['2fa cod', false],
    ['número ', true],
    ['x\\ncard ', true],
    [`card${' '.repeat(36)}`, true],
    [`card${' '.repeat(37)}`, false],
    [`a${'b'.repeat(40)}`, false],
    ['', false],
  ])('%j: %s', (text, isFound) => {
    expect(occurs(text)).toBe(isFound);
  });

  it('begins at the value, not before it', () => {
    const bytes = Buffer.from('card 42');
    expect(new PhraseSet(phrases).occursBefore(bytes, 5, 0)).toBe(true);
    expect(new PhraseSet(phrases).occursBefore(bytes, 5, 1)).toBe(false);
  });

  it('finds what a search in text finds', () => {
    const unit = fc.constantFrom(
      ...['card', 'number', 'a', '2', 'fa', 'ú', ' ', '_', '\\n', 'x', '%3', '\n'],
    );
    const text = fc.array(unit, { maxLength: 20 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (value) => {
        const bytes = Buffer.from(value);
        expect(occurs(value)).toBe(hasAnyPhrase(wordsBefore(bytes, bytes.length, 0), phrases));
      }),
      { numRuns: 2000 },
    );
  });
});
