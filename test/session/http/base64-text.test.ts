import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64Text, encodeBase64Like } from '../../../src/session/http/base64-text.ts';
import { bodyOf, httpSessions, ok, sized } from '../../support/http-session.ts';

const read = (text: string): string | undefined => {
  const bytes = Buffer.from(`x${text}x`, 'latin1');
  const found = decodeBase64Text(bytes, 1, bytes.length - 1);
  return found === undefined ? undefined : Buffer.from(found.text).toString('utf8');
};
const base64 = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');

describe('text in base64', () => {
  it.each(['ada@example.org', 'Grüße, Zoë\n\tand more', 'a'.repeat(500), '{"ssn":"078-05-1120"}'])(
    'is read: %j',
    (text) => {
      expect(read(base64(text))).toBe(text);
      expect(read(base64(text).replace(/=+$/, ''))).toBe(text);
      expect(read(Buffer.from(text).toString('base64url'))).toBe(text);
      expect(read(base64(text).replace(/.{12}/g, '$&\r\n'))).toBe(text);
    },
  );

  it.each([
    ['short', base64('ada@a.org')],
    ['words', 'internationalization'],
    ['an id', '550e8400-e29b-41d4-a716-446655440000'],
    ['a digest', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    ['an image', base64(Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))],
    ['control characters', base64(`${'a\0'.repeat(20)}`)],
    ['UTF-16', base64(Buffer.from('ada@example.org', 'utf16le'))],
    ['another character', `${base64('a'.repeat(120))}!`],
    ['nothing', ''],
  ])('%s is none', (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it.each([
    [
      'blanks around and inside',
      ` \t${base64('ada@example.org').replace(/.{4}/g, '$& ')}`,
      'ada@example.org',
    ],
    ['too much padding', `${base64('ada@example.org!')}===`, 'ada@example.org!'],
    ['two texts', base64('ada@example.org!') + base64('and more'), 'ada@example.org!and more'],
    ['a control character', base64('ada@example.org\0'), 'ada@example.org\0'],
    ['a letter of Latin-1', base64(Buffer.from('ada@example.org \xe9', 'latin1')), 'ada@example.org \ufffd'],
    ['a URL', `data:text/plain;charset=utf-8;base64,${base64('ada@example.org')}`, 'ada@example.org'],
  ])('with %s is read', (_, text, result) => {
    expect(read(text)).toBe(result);
  });

  it('is written as it was: alphabet and padding', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 12, maxLength: 100 }), (text) => {
        for (const coding of ['base64', 'base64url'] as const) {
          const like = Buffer.from(Buffer.from(text).toString(coding));
          const written = encodeBase64Like(Buffer.from('masked >>>???'), like, 0, like.length);
          expect(Buffer.from(written.toString(), 'base64').toString()).toBe('masked >>>???');
          expect(/[+/]/.test(written.toString()) && /[-_]/.test(like.toString())).toBe(false);
        }
      }),
    );
  });
});

describe('a JSON string that is text in base64', async () => {
  const open = await httpSessions({
    fields: [{ name: 'ssn', mask: 'redact' }],
    detect: { mask: 'redact', label: '[gone]' },
  });
  const masked = (value: string): string => {
    const body = bodyOf(open, sized(ok('application/json'), JSON.stringify({ a: value })));
    return (JSON.parse(body) as { a: string }).a;
  };

  it('has its findings masked, and is base64 again', () => {
    expect(Buffer.from(masked(base64('ask ada@canary.org now')), 'base64').toString()).toBe('ask [gone] now');
  });

  it('that holds JSON: its fields have rules', () => {
    const text = '{"ssn": "canary", "n":1.0}';
    expect(Buffer.from(masked(base64(text)), 'base64').toString()).toBe('{"ssn": "[masked]", "n":1.0}');
  });

  it('in base64, and behind what says so', () => {
    const twice = masked(base64(base64('ask ada@canary.org now')));
    expect(Buffer.from(Buffer.from(twice, 'base64').toString(), 'base64').toString()).toBe('ask [gone] now');
    const url = masked(`data:text/plain;base64,${base64('ask ada@canary.org now')}`);
    expect(url).toBe(`data:text/plain;base64,${base64('ask [gone] now')}`);
  });

  it('with nothing to mask stays as it came', () => {
    for (const text of ['nothing to see here, move along', '{"n":1.0, "m":[ ]}'])
      expect(masked(base64(text).replace(/.{12}/g, '$&\n'))).toBe(base64(text).replace(/.{12}/g, '$&\n'));
  });
});
