import { describe, expect, it } from 'vitest';
import { loadRe2 } from '../../src/detect/re2.ts';
import { re2RewriteOf } from '../../src/detect/re2-rewrite.ts';

const re2 = await loadRe2();

describe('what RE2 has not', () => {
  it.each([
    [String.raw`(?<!\d)\d{5}`, 'for (?<!\\d) write notBefore: digit', String.raw`\d{5}`],
    [String.raw`(?<![0-9])\d{5}`, 'for (?<![0-9]) write notBefore: digit', String.raw`\d{5}`],
    [String.raw`\d{5}(?!\w)`, 'for (?!\\w) write notAfter: word', String.raw`\d{5}`],
    ['(?<![A-Za-z0-9])x(?![a-z]|[A-Z]|\\d)', 'for (?![a-z]|[A-Z]|\\d) write notAfter: alnum', 'x'],
    ['(?i)(?<![A-Z0-9])x', 'for (?<![A-Z0-9]) write notBefore: alnum', '(?i)x'],
    [String.raw`(?<![\w-])[\w-]+(?![\w-])`, 'for (?![\\w-]) write notAfter: token', String.raw`[\w-]+`],
    [String.raw`(\b(?<!\d)\d{5}\b(?!\d))`, 'for (?<!\\d) write notBefore: digit', String.raw`\b\d{5}\b`],
    [String.raw`(?=.*\d)\w{8}`, 'for (?=.*\\d) write minDigits: 1', String.raw`\w{8}`],
    [String.raw`(?=(?:\D*\d){3})\w{8}`, 'write minDigits: 3', String.raw`\w{8}`],
    ['(?<![.A])x', 'for (?<![.A]) match (?:^|[^.A]) outside the group', '(?:^|[^.A])(x)'],
    [
      String.raw`x(?!\.|\s)`,
      'for (?!\\.|\\s) match (?:[^\\.\\s]|$) outside the group',
      String.raw`(x)(?:[^\.\s]|$)`,
    ],
    ['x(?![^a-z])', 'for (?![^a-z]) match (?:[a-z]|$) outside the group', '(x)(?:[a-z]|$)'],
    ['(?<=id: )x', 'for (?<=id: ) match id:  outside the group', 'id: (x)'],
    [String.raw`x(?=\s|$)`, 'for (?=\\s|$) match (?:\\s|$) outside the group', String.raw`(x)(?:\s|$)`],
  ])('%s has a rewrite at its edges', (pattern, advice, rest) => {
    const text = re2RewriteOf(pattern);
    expect(text).toContain('RE2 has no look-around: ');
    expect(text).toContain(advice);
    expect(text).toContain(`; the pattern is then '${rest}'`);
    expect(text!.endsWith(' with group: 1')).toBe(text!.includes('outside the group'));
    expect(() => re2.compile(rest)).not.toThrow();
  });

  it.each([
    ['(?!000|666)\\d{3}', 'for (?!000|666) write out what is allowed, or name what is not under invalidate'],
    ['a(?=b)c(?<!d)e', 'for (?=b) and (?<!d) write out what is allowed, in several patterns'],
    ['(?<!\\d)a|b(?!\\d)', 'first write each alternative as a pattern of its own'],
    [String.raw`(a)\1`, 'RE2 has no back-references: for \\1,'],
    ['(?P<q>a)(?P=q)', 'RE2 has no back-references: for (?P=q),'],
    [String.raw`(?<q>a)\k<q>`, 'RE2 has no back-references: for \\k<q>,'],
    ['a(?R)?b', 'RE2 has no recursion: for (?R),'],
    ['a++b', 'RE2 has no possessive quantifiers: write + for ++'],
    ['a{2,3}+b', 'write {2,3} for {2,3}+'],
    ['(?>a)', 'RE2 has no atomic groups: write (?: for (?>'],
    ['(?(1)a|b)', 'RE2 has no conditionals'],
    ['(?|a|b)', 'RE2 has no branch reset'],
    ['(?x) a', 'RE2 has no verbose patterns'],
    ['(?a)b', 'RE2 has no flag a: leave it out'],
    ['a(?#note)b', 'RE2 has no comments: leave out (?#note)'],
    ['a{2000}', 'RE2 repeats 1000 times at most'],
    [String.raw`a\Z`, 'write it for \\Z'],
    [String.raw`\u00e9`, 'RE2 writes code points as \\x{00e9}'],
    [String.raw`key=\K\w+`, 'RE2 has no \\K'],
  ])('%s is named', (pattern, advice) => {
    expect(re2RewriteOf(pattern)).toContain(advice);
    expect(() => re2.compile(pattern)).toThrow();
  });

  it('is said all at once', () => {
    expect(re2RewriteOf(String.raw`(?<!\d)(a)\1++`)?.split('; ')).toHaveLength(4);
  });

  it.each([
    'abc',
    String.raw`(?i)\b[\w.+-]+@(?:[a-z]+\.)+[a-z]{2,}\b`,
    String.raw`[(?=]\(?!a\)[\]\[(?<!]`,
    String.raw`(?P<year>\d{4})-(?:0[1-9]|1[0-2])`,
    '[]^(?=]a{2,3}?b+?',
    '[[:alpha:]\\\\](?-s:.)',
  ])('is not seen in %s', (pattern) => {
    expect(re2RewriteOf(pattern)).toBeUndefined();
    expect(() => re2.compile(pattern)).not.toThrow();
  });

  it('is looked for in anything, however broken', () => {
    for (const pattern of [
      '(',
      '(?',
      '(?=',
      ')(?!',
      '[',
      '\\',
      '(?<!\\d',
      'x(?!',
      '(?=a))',
      '(?P<',
      '{,',
      '[^',
    ])
      expect(() => re2RewriteOf(pattern)).not.toThrow();
  });
});
