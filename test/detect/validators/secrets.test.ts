import { describe, expect, it } from 'vitest';
import { secretChecks } from '../../../src/detect/validators/secrets.ts';
import { ACCEPT, UNKNOWN } from '../../../src/detect/validators/verdict.ts';

// Made up, with check digits computed from the rest.
const tokens: readonly (readonly [check: string, token: string])[] = [
  ['age-key-bech32', 'AGE-SECRET-KEY-19Q2R7Z58H4L6CF0S39Q2R7Z58H4L6CF0S39Q2R7Z58H4L6CF0S3QFF0VH7'],
  [
    'atlassian-token-crc32',
    'ATATT3x3m9xQ2vR7tZ5wB8nH4jL6pC1dF0gSk3m9xQ2vR7tZ5wB8nH4jL6pC1dF0gSk3m9xQ2vR7tZ5wB8nH4jL6pC1dF0gSk3m9xQ2vR7t=8BA78ECA',
  ],
  ['cloudflare-token-crc32', 'cfat_3m9xQ2vR7tZ5wB8nH4jL6pC1dF0gSk3m9xQ2vR7ted3f7615'],
  ['github-token-crc32', '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'],
  ['gitlab-routable-crc32', 'glpat-3m9xQ2vR7tZ5wB8nH4jL.k31tn3gx6'],
  ['npm-token-crc32', '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'],
];

describe('checksums of tokens', () => {
  it.each(tokens)('%s accepts a token wherever it stands', (name, token) => {
    const bytes = Buffer.from(`see "${token}"!`);
    expect(secretChecks[name]!(bytes, 5, 5 + token.length)).toBe(ACCEPT);
  });

  it.each(tokens)('%s says nothing of a token with another last or middle character', (name, token) => {
    const middle = token.length - 12;
    for (const at of [middle, token.length - 1]) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'C' : 'A'}${token.slice(at + 1)}`;
      const bytes = Buffer.from(changed);
      expect(secretChecks[name]!(bytes, 0, bytes.length)).toBe(UNKNOWN);
    }
  });

  it.each(Object.keys(secretChecks))('%s reads nothing outside the candidate', (name) => {
    for (const text of ['', '_', 'ghp_', '1', 'age1', '='.repeat(16)]) {
      const bytes = Buffer.from(text);
      expect(secretChecks[name]!(bytes, 0, bytes.length)).toBe(UNKNOWN);
    }
  });
});
