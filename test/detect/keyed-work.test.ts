import { describe, expect, it } from 'vitest';
import {
  createKeyedKey,
  createKeyedPassword,
  createKeyedToken,
} from '../../src/detect/matchers/keyed-secret.ts';
import { CandidateSpan, type LiteralMatcher } from '../../src/detect/matchers/matcher.ts';
import { privateKey } from '../../src/detect/matchers/private-key.ts';
import { urlPassword } from '../../src/detect/matchers/url-password.ts';

/** Bytes that count how often one of them is read: work, without a clock. */
function countReads(bytes: Buffer): { readonly bytes: Uint8Array; reads(): number } {
  let reads = 0;
  const counted = new Proxy(bytes, {
    get(target, property) {
      if (typeof property === 'string' && /^\d+$/.test(property)) reads++;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { bytes: counted, reads: () => reads };
}

/** Asks the matcher at every literal, as the scanner does: not inside what was found. */
function readsFor(matcher: LiteralMatcher, unit: string, size: number): number {
  const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
  const { bytes, reads } = countReads(Buffer.from(text));
  const span = new CandidateSpan();
  const lower = text.toLowerCase();
  let covered = 0;
  for (const literal of matcher.literals.map((one) => one.toLowerCase())) {
    covered = 0;
    for (let at = lower.indexOf(literal); at >= 0; at = lower.indexOf(literal, at + 1)) {
      if (at < covered) continue;
      if (matcher.at(bytes, at, at + literal.length, 0, size, span)) covered = span.end;
    }
  }
  return reads();
}

const password = createKeyedPassword(['password', 'pwd']);
const token = createKeyedToken(['token', 'secret']);
const key = createKeyedKey(['key']);

describe('keys over and over', () => {
  it.each([
    ['key=', key],
    ['key="', key],
    ["key='a", key],
    ['key=aaaaaaaaaaaaaaaa', key],
    ['key=Some(', key],
    ['key=\\"', key],
    ['password:', password],
    ['password=', password],
    ["password='x''", password],
    ["password=x'y", password],
    ['password=a<b', password],
    ['pwd={', password],
    ['pwd=,a;', password],
    ['token="', token],
    ['token=', token],
    ['secret: |\n', token],
    ['://a:b@', urlPassword],
    ['://', urlPassword],
    ['-----END PRIVATE KEY-----', privateKey],
    ['AAAA\\n-----END PRIVATE KEY-----', privateKey],
  ])('%j is read a bounded number of times', (unit, matcher) => {
    const small = readsFor(matcher, unit, 2000);
    const large = readsFor(matcher, unit, 8000);
    expect(large).toBeLessThan(4 * small * 1.1 + 4000);
    expect(large / 8000).toBeLessThan(60);
  });
});
