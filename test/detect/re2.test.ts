import { describe, expect, it } from 'vitest';
import { loadRe2, PatternSpan, type Re2Engine } from '../../src/detect/re2.ts';

const portable = await loadRe2('re2js');
const preferred = await loadRe2();
const engines = new Map<string, Re2Engine>([portable, preferred].map((engine) => [engine.name, engine]));

describe.each([...engines.values()])('RE2 through $name', (engine) => {
  const find = (
    pattern: string,
    bytes: Uint8Array,
    from = 0,
    group = 0,
  ): [number, number, number] | undefined => {
    const span = new PatternSpan();
    const isFound = engine.compile(pattern).find(bytes, from, group, span);
    return isFound ? [span.start, span.end, span.matchEnd] : undefined;
  };

  it('counts in bytes', () => {
    expect(find('b(c+)', Buffer.from('äöbcc!'), 0, 1)).toEqual([5, 7, 7]);
    expect(find('€', Buffer.from('é€'))).toEqual([2, 5, 5]);
  });

  it('goes on from an offset, seeing what lies before it', () => {
    expect(find('a', Buffer.from('aXa'), 1)).toEqual([2, 3, 3]);
    expect(find('\\ba', Buffer.from('xa a'), 1)).toEqual([3, 4, 4]);
    expect(find('^a', Buffer.from('aa'), 1)).toBeUndefined();
  });

  it('says -1 for a group that took no part', () => {
    expect(find('a(b)?', Buffer.from('a'), 0, 1)).toEqual([-1, -1, 1]);
  });

  it('is not thrown off by malformed UTF-8', () => {
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xc3, 0x80, 0x80]),
      Buffer.from('key1'),
      Buffer.from([0xe2]),
    ]);
    expect(find('key[0-9]', bytes)).toEqual([4, 8, 8]);
  });

  it('counts groups and refuses what RE2 refuses', () => {
    expect(engine.compile('(a)(?:b)(c)').groupCount).toBe(2);
    expect(engine.compile('a').groupCount).toBe(0);
    for (const pattern of ['(a', '(?=a)', '(?<!a)b', '(a)\\1', '[z-a]', 'a{1001}{1001}']) {
      expect(() => engine.compile(pattern)).toThrow(SyntaxError);
    }
  });

  it('takes linear time where backtracking takes for ever', () => {
    expect(find('(a+)+$', Buffer.from(`${'a'.repeat(20_000)}!`))).toBeUndefined();
  });
});

describe('loading RE2', () => {
  it('gives the portable binding when asked for it', () => {
    expect(portable.name).toBe('re2js');
  });

  it('prefers the native binding and does without it', () => {
    expect(['re2', 're2js']).toContain(preferred.name);
  });
});
