import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import { scanIn, shippedRules, textField } from './support/scan.ts';

const engine = createDetectionEngine({ rules: shippedRules });
const unfiltered = createDetectionEngine({ rules: shippedRules, isPrefiltered: false });
const names = ['', 'ssn', 'password', 'api_key', 'card number'];

// Pieces that rules care about, so that random text comes near to them.
const piece = fc.constantFrom(
  ...[
    'ada@example.com',
    '@',
    '.',
    ':',
    '=',
    ' ',
    '-',
    '"',
    "'",
    '\n',
    '\\',
    '4111',
    '1111',
    ' 1111',
    '5555555555554444',
  ],
  ...[
    '536-90-4399',
    '536904399',
    'ssn ',
    'card ',
    'password',
    'token',
    'api_key',
    '=',
    ': ',
    'hunter2',
    'secret',
    'is ',
  ],
  ...[
    'DE89370400440532013000',
    'GB82 WEST 1234 5698 7654 32',
    '203.0.113.7',
    '1.2.3.4.5',
    'AKIAIOSFODNN7EXAMPLE',
  ],
  ...[
    'eyJhbGciOiJub25lIn0',
    '.eyJzdWIiOiJhZGEifQ',
    '.',
    '-----BEGIN ',
    'PRIVATE KEY-----',
    '-----END ',
    '://u:',
    '@h',
  ],
  ...[
    'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    'xoxb-1234567890-abcdefgh',
    'AIza',
    'Bearer ',
    '0123456789abcdef',
    'é',
    '€',
  ],
  ...[
    'aws ',
    'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    '$',
    '{X}',
    '<b>',
    '--',
    'Authorization',
    ',',
    ';',
    '&',
  ],
);
const text = fc
  .array(fc.oneof(piece, fc.string({ maxLength: 4 })), { maxLength: 24 })
  .map((parts) => parts.join(''));

describe('any input', () => {
  it('gives the same findings with and without the prefilter', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...names), (value, name) => {
        const bytes = Buffer.from(value);
        expect(scanIn(engine, textField(name), bytes)).toEqual(scanIn(unfiltered, textField(name), bytes));
      }),
      // The first once had a header too short for the prefilter.
      { numRuns: 3000, examples: [['eyJhbGciOiJub25lIn0.0', ''] as [string, (typeof names)[number]]] },
    );
  });

  it('gives findings inside the value, sorted, not overlapping, at or above the threshold', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text.map((value) => Buffer.from(value)),
          fc.uint8Array({ maxLength: 300 }),
        ),
        (value) => {
          let last = 0;
          for (const { start, end, score } of scanIn(engine, textField(), value)!) {
            expect(start).toBeGreaterThanOrEqual(last);
            expect(end).toBeGreaterThan(start);
            expect(score).toBeGreaterThanOrEqual(0.5);
            last = end;
          }
          expect(last).toBeLessThanOrEqual(value.length);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('hostile input of a megabyte', () => {
  const size = 1 << 20;
  const fill = (unit: string | Uint8Array): Buffer => Buffer.alloc(size, unit);
  const invalid = Buffer.from(Array.from({ length: 997 }, (_, at) => 0x80 + ((at * 7919) % 128)));
  const inputs: readonly (readonly [string, Buffer])[] = [
    ['digits', fill('7')],
    ['digits with spaces', fill('4111 ')],
    ['digits one by one', fill('4 ')],
    ['card numbers', fill('4111 1111 1111 1111 ')],
    ['nine digits and a word', fill('ssn 536904399 ')],
    ['@', fill('@')],
    ['a@', fill('a@')],
    ['a@a.', fill('a@a.')],
    ['one long local part', Buffer.concat([fill('a'), Buffer.from('@example.com')])],
    ['dots', fill('.')],
    ['1.', fill('1.')],
    ['near-IBANs', fill('DE89370400440532013001 ')],
    ['IBAN beginnings', fill('DE89 ')],
    ['keywords', fill('password')],
    ['keywords and =', fill('password=')],
    ['keywords and :', fill('token: ')],
    ['keywords and quotes', fill('password="')],
    ['keywords, quotes of two kinds', fill('password="password=\'')],
    ['short keywords', fill('pwd=')],
    ['keys with long names', fill('token_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')],
    ['token and separators', fill('token=a1b2c3d4,')],
    ['brackets after a key', Buffer.concat([Buffer.from('password=abc('), fill(')')])],
    ['eyJ', fill('eyJ')],
    ['eyJ.', fill('eyJ.')],
    ['token headers', fill('eyJhbGciOiJub25lIn0.')],
    ['BEGIN', fill('-----BEGIN ')],
    ['dashes', fill('-')],
    ['private key, never ended', fill('-----BEGIN PRIVATE KEY-----')],
    ['://', fill('://')],
    ['a://b:', fill('a://b:')],
    ['ghp_', fill('ghp_')],
    ['ghp_ and spaces', fill('ghp_ ')],
    ['github tokens', fill('ghp_16C7e42F292c6912E7710c838347Ae178B4a ')],
    ['xoxb-', fill('xoxb-')],
    ['xoxb- once and dashes', Buffer.concat([Buffer.from('xoxb-'), fill('1-')])],
    ['AKIA', fill('AKIA')],
    ['base64 in runs of forty', fill('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY ')],
    ['spaces', fill(' ')],
    ['NUL', fill('\0')],
    ['0xff', fill(Buffer.from([0xff]))],
    ['malformed UTF-8', fill(invalid)],
    ['two-byte letters and @', fill('é@')],
  ];

  it.each(inputs)('%s: ends soon, throws nothing, and is deterministic', (_name, value) => {
    for (const name of ['', 'ssn']) {
      const started = performance.now();
      const findings = scanIn(engine, textField(name), value);
      expect(performance.now() - started).toBeLessThan(3000);
      expect(findings).toBeDefined();
    }
    // A count decides, not a clock: a tight budget ends the same way twice.
    const tight = scanIn(engine, textField(), value, 2 * size);
    expect(scanIn(engine, textField(), value, 2 * size)).toEqual(tight);
  });
});
