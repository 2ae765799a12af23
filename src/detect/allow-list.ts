import type { PolicyProblem } from '../errors.ts';
import { PatternSpan, type Re2Engine, type Re2Pattern } from './re2.ts';
import { re2RewriteOf } from './re2-rewrite.ts';

/** Findings that are none, because their owner says so. */
export interface AllowListOptions {
  /** Texts of findings, exactly. */
  readonly values?: readonly string[];
  /** RE2 patterns the whole text of a finding must match. */
  readonly patterns?: readonly string[];
}

/** Tells which findings are none. */
export interface AllowList {
  allows(bytes: Uint8Array, start: number, end: number): boolean;
}

// A pattern that matches all of one row says nothing about what it matches: single characters and the like,
// or findings that have nothing in common.
const unlikeTexts: readonly (readonly Buffer[])[] = [
  ['a', '0', 'A1@b.cd', '~ ~'].map((text) => Buffer.from(text)),
  ['ada@mail.example', '000-00-0000', 'key_0aA1bB2cC3dD4eE5'].map((text) => Buffer.from(text)),
];

/**
 * Compiles an allow list.
 *
 * @param problems - Receives patterns that cannot be read, or that would allow anything.
 * @returns `undefined` when nothing is allowed.
 */
export function compileAllowList(
  options: AllowListOptions,
  re2: Re2Engine,
  problems: PolicyProblem[],
): AllowList | undefined {
  const values = new Set(options.values ?? []);
  const patterns: Re2Pattern[] = [];
  const span = new PatternSpan();
  for (const [index, pattern] of (options.patterns ?? []).entries()) {
    const path = `detect.allow.patterns[${index}]`;
    try {
      // By itself first: what closes our group and opens another would match more than the whole text.
      re2.compile(pattern);
      const compiled = re2.compile(`\\A(?:${pattern})\\z`);
      const matches = (text: Uint8Array): boolean => compiled.find(text, 0, 0, span);
      if (matches(new Uint8Array(0)))
        problems.push({ path, message: 'matches the empty text, and so may allow anything' });
      else if (unlikeTexts.some((texts) => texts.every(matches)))
        problems.push({ path, message: 'allows anything: name what is no finding more narrowly' });
      patterns.push(compiled);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown reason';
      problems.push({ path, message: `is no RE2 syntax: ${re2RewriteOf(pattern) ?? reason}` });
    }
  }
  if (values.size === 0 && patterns.length === 0) return undefined;
  return {
    allows(bytes, start, end) {
      const text = bytes.subarray(start, end);
      if (values.size > 0 && values.has(Buffer.from(text).toString('utf8'))) return true;
      return patterns.some((pattern) => pattern.find(text, 0, 0, span));
    },
  };
}
