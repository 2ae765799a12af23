import assert from 'node:assert/strict';

// The only file that knows an RE2 binding. Both bindings speak the same syntax and take linear time, so
// that a pattern of a rule file can be slow by a constant at most. They work on UTF-8 bytes with byte
// offsets; malformed UTF-8 counts as U+FFFD, one byte each.

/** Where a pattern matched: `[start, end)` of the asked group, and the whole match. */
export class PatternSpan {
  start = 0;
  end = 0;
  matchStart = 0;
  matchEnd = 0;
  /** What finding it, or nothing, has cost, in bytes scanned. */
  work = 0;
}

// What a byte costs an automaton, in bytes scanned.
const WORK_PER_BYTE = 32;

/** A compiled pattern. */
export interface Re2Pattern {
  readonly groupCount: number;
  /**
   * Finds the first match at or after `from`, `^` and `\b` seeing the bytes before it.
   *
   * @param group - Whose span is wanted; 0 = the whole match. A group that took no part: `start` is -1.
   * @returns `false` when there is none.
   */
  find(bytes: Uint8Array, from: number, group: number, span: PatternSpan): boolean;
}

/** A pattern that can be tried at one place of a value. */
export interface AnchoredPattern {
  /**
   * Matches at `at` within the value `bytes[start, end)`: what lies around that is another value.
   *
   * @param group - As for `Re2Pattern.find`.
   * @returns `false` when no match begins there; `span.work` says what it has cost in any case.
   */
  at(bytes: Uint8Array, at: number, start: number, end: number, group: number, span: PatternSpan): boolean;
}

/** An RE2 binding. */
export interface Re2Engine {
  /** Which binding it is: `re2` (native) or `re2js`. */
  readonly name: 're2' | 're2js';
  /** @throws SyntaxError when the pattern is no RE2 syntax; its message says why. */
  compile(pattern: string): Re2Pattern;
}

/**
 * Loads the native binding when it is installed, the portable one otherwise. Set-up only.
 *
 * @param only - Asks for one binding; the promise is rejected when that one cannot be loaded.
 */
export async function loadRe2(only?: Re2Engine['name']): Promise<Re2Engine> {
  if (only === 're2js') return loadPortable();
  try {
    const native = await loadNative();
    assertCountsBytes(native);
    return native;
  } catch (cause) {
    // An optional dependency: not installed, built for another platform, or of a release that counts
    // otherwise than we need. Results are the same with the portable binding, only slower, so this is
    // no reason to refuse. Asked for by name, it is.
    if (only === 're2') throw cause;
    return loadPortable();
  }
}

/** Offsets in anything but bytes would mask the wrong part of a value. */
function assertCountsBytes(engine: Re2Engine): void {
  const span = new PatternSpan();
  const isFound = engine.compile('b(c+)').find(Buffer.from('ébcc ébcc'), 3, 1, span);
  assert(isFound && span.start === 9 && span.end === 11 && span.matchEnd === 11, 're2 must count in bytes');
}

type NativeMatch = RegExpExecArray & { indices?: [number, number][] };

interface NativePattern {
  lastIndex: number;
  exec(input: Uint8Array): NativeMatch | null;
}

async function loadNative(): Promise<Re2Engine> {
  // A name the compiler cannot resolve: the package may be absent where this is built.
  const packageName: string = 're2';
  const loaded: { default: new (pattern: string, flags: string) => NativePattern } = await import(
    packageName
  );
  const Native = loaded.default;
  return {
    name: 're2',
    compile(pattern: string): Re2Pattern {
      const compiled = new Native(pattern, 'gud');
      const groupCount = (new Native(`${pattern}|`, 'u').exec(new Uint8Array(0))?.length ?? 1) - 1;
      return {
        groupCount,
        find(bytes: Uint8Array, from: number, group: number, span: PatternSpan): boolean {
          compiled.lastIndex = from;
          const indices = compiled.exec(bytes)?.indices;
          span.work = ((indices?.[0]?.[1] ?? bytes.length) - from) * WORK_PER_BYTE;
          if (indices === undefined) return false;
          const found = indices[group];
          span.start = found === undefined ? -1 : found[0];
          span.end = found === undefined ? -1 : found[1];
          span.matchStart = indices[0]![0];
          span.matchEnd = indices[0]![1];
          return true;
        },
      };
    },
  };
}

async function loadPortable(): Promise<Re2Engine> {
  const { RE2JS } = await import('re2js');
  return {
    name: 're2js',
    compile(pattern: string): Re2Pattern {
      const compiled = compilePortable(() => RE2JS.compile(pattern));
      // Binding a matcher to bytes is cheap beside a match; kept while the same array is searched on.
      const matcher = compiled.matcher(new Uint8Array(0));
      return {
        groupCount: compiled.groupCount(),
        find(bytes: Uint8Array, from: number, group: number, span: PatternSpan): boolean {
          matcher.resetMatcherInput(bytes);
          const isFound = matcher.find(from);
          span.work = ((isFound ? matcher.end(0) : bytes.length) - from) * WORK_PER_BYTE;
          if (!isFound) return false;
          span.start = matcher.start(group);
          span.end = matcher.end(group);
          span.matchStart = matcher.start(0);
          span.matchEnd = matcher.end(0);
          return true;
        },
      };
    },
  };
}

function compilePortable<T>(compile: () => T): T {
  try {
    return compile();
  } catch (cause) {
    throw new SyntaxError(cause instanceof Error ? cause.message : 'not a pattern', { cause });
  }
}
