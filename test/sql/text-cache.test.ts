import { describe, expect, it } from 'vitest';
import { TextCache } from '../../src/sql/text-cache.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('TextCache', () => {
  it('drops the entry that was not used for longest', () => {
    const cache = new TextCache<number>({ entriesMax: 2, textSizeMax: 10, sizeMax: 100 });
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c'), cache.count]).toEqual([1, undefined, 3, 2]);
  });

  it('holds no more bytes than sizeMax', () => {
    const cache = new TextCache<number>({ entriesMax: 100, textSizeMax: 10, sizeMax: 10 });
    for (let index = 0; index < 50; index++) {
      cache.set(`text${index}`, index);
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    expect(cache.get('text49')).toBe(49);
  });

  it('an entry set twice is counted once', () => {
    const cache = new TextCache<number>({ entriesMax: 10, textSizeMax: 10, sizeMax: 10 });
    cache.set('abc', 1);
    cache.set('abc', 2);
    expect([cache.size, cache.count, cache.get('abc')]).toEqual([3, 1, 2]);
  });

  it('with room for none, keeps none', () => {
    const cache = new TextCache<number>({ entriesMax: 0, textSizeMax: 10, sizeMax: 10 });
    cache.set('a', 1);
    expect([cache.get('a'), cache.count, cache.size]).toEqual([undefined, 0, 0]);
  });

  it('a text beyond textSizeMax has no key, and keys differ where bytes differ', () => {
    const cache = new TextCache<number>({ entriesMax: 10, textSizeMax: 3, sizeMax: 10 });
    expect(cache.keyOf(bytes('abcd'))).toBe(undefined);
    expect(cache.keyOf(bytes('ab\xe9'))).not.toBe(cache.keyOf(bytes('ab\xc3')));
    expect(cache.keyOf(bytes('xabcx').subarray(1, 4))).toBe('abc');
  });
});
