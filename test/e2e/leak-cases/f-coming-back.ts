import type { LeakCase } from '../../support/leak-case.ts';

/** What a client could have read before, and now writes. */
const MASKED = ['[masked]', '[masked:US_SSN]', '***-**-6789'];

/**
 * A masked value that the client writes back would destroy the stored one; the tests look at the stored
 * one, too.
 */
export const comingBackCases: readonly LeakCase[] = [
  {
    name: 'a masked value written back by UPDATE, then read',
    statements: [...MASKED.map((text) => `UPDATE u SET ssn = '${text}' WHERE id = 3`), 'SELECT ssn FROM u'],
    expects: 'either',
  },
  {
    name: 'a masked value written back by INSERT ON CONFLICT',
    statements: [
      `INSERT INTO u (id, ssn) VALUES (3, '[masked]') ON CONFLICT (id) DO UPDATE SET ssn = excluded.ssn`,
      'SELECT ssn FROM u',
    ],
    expects: 'either',
  },
  {
    name: 'a masked value compared with the stored one',
    statements: ["SELECT id, ssn FROM u WHERE ssn <> '[masked]'"],
    expects: 'either',
  },
];
