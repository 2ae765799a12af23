import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { CompiledRule } from '../src/detect/compiled-rule.ts';
import { loadRe2, PatternSpan, type Re2Engine, type Re2Pattern } from '../src/detect/re2.ts';
import type { RuleExample } from '../src/detect/rule-draft.ts';
import { loadShippedRules, RuleEngines, type ShownFinding, scanExample } from './support/shipped-rules.ts';
import { textsOfPattern } from './support/texts-of-pattern.ts';
import { readText, root } from './tidy/source-files.ts';

// The files themselves are read here, which others get from the store.
vi.unmock('../src/detect/rule-file.ts');

const goldenPath = 'test/golden/findings.txt';
const portable = await loadRe2('re2js');
const rules = await loadShippedRules(portable, true);
const engines = new RuleEngines(rules);

/** An example with its rule and its place: `email 2`. */
interface NamedExample {
  readonly rule: CompiledRule;
  readonly name: string;
  readonly example: RuleExample;
}

const named = (kind: 'examples' | 'counterExamples'): readonly NamedExample[] =>
  rules
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap((rule) =>
      rule[kind].map((example, index) => ({ rule, name: `${rule.id} ${index + 1}`, example })),
    );
const examples = named('examples');
const counterExamples = named('counterExamples');

const shown = (found: readonly ShownFinding[]): string =>
  found.map(({ id, text }) => `${id} <${text}>`).join(' ') || 'nothing';

/** What every example holds when all rules are on that are on where it occurs. */
const withOthers = new Map(
  examples.map((named) => [named, scanExample(engines.forExamplesOf(named.rule), named.example)] as const),
);

// A counter-example of one rule may be a finding of another.
const findingsOfOthers: ReadonlyMap<string, string> = new Map([['https://ada@example.com/', 'email']]);

// Failures are collected, so that a run shows all of them and costs one test, not one for each rule.
describe('shipped rules', () => {
  test('are there, and can be told apart', () => {
    expect(new Set(rules.map((rule) => rule.pack))).toEqual(new Set(['pii', 'secrets']));
    expect(rules.length).toBeGreaterThanOrEqual(600);
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
  });

  test('have two examples, two counter-examples and a title', () => {
    const bare = rules.filter(
      (rule) => rule.examples.length < 2 || rule.counterExamples.length < 2 || rule.title === '',
    );
    expect(bare.map((rule) => rule.id)).toEqual([]);
  });

  test('of a country name it in their id and entity', () => {
    const unnamed = rules.filter(({ country, id, entity }) => {
      // Presidio says UK in its entities where ISO 3166 says GB.
      const prefix = country === 'gb' ? 'UK' : country.toUpperCase();
      return country !== '' && !(id.startsWith(`${country}-`) && entity.startsWith(`${prefix}_`));
    });
    expect(unnamed.map(({ id, entity }) => `${id} ${entity}`)).toEqual([]);
  });

  test('find their examples: the whole span, and nothing else', () => {
    const wrong = examples.flatMap(({ rule, name, example }) => {
      const expected = `${rule.id} <${example.finds ?? example.text}>`;
      const found = shown(scanExample(engines.ofRule(rule), example));
      return found === expected ? [] : [`${name} is to find ${expected}, finds ${found}`];
    });
    expect(wrong).toEqual([]);
  });

  test('leave their counter-examples alone', () => {
    const wrong = counterExamples.flatMap(({ rule, name, example }) => {
      const found = scanExample(engines.ofRule(rule), example);
      return found.length === 0 ? [] : [`${name} is to find nothing, finds ${shown(found)}`];
    });
    expect(wrong).toEqual([]);
  });

  test('cover their examples when every other rule is on', () => {
    const wrong = [...withOthers].flatMap(([{ name, example }, found]) => {
      const covered = example.finds ?? example.text;
      return found.some(({ text }) => text.includes(covered))
        ? []
        : [`${name} is to cover <${covered}>, finds ${shown(found)}`];
    });
    expect(wrong).toEqual([]);
  });

  // A value that holds none is never tried, so a keyword too few is a secret missed.
  test('have a keyword in every text their patterns match', async () => {
    const sources = new Map<Re2Pattern, string>();
    const compile = (source: string): Re2Pattern => {
      const pattern = portable.compile(source);
      sources.set(pattern, source);
      return pattern;
    };
    const wrong: string[] = [];
    for (const { id, patterns, facts } of await loadShippedRules({ name: portable.name, compile })) {
      const written = facts['patterns'] as readonly string[] | undefined;
      for (const [index, { matcher }] of patterns.entries()) {
        if (matcher.how !== 'pattern' || matcher.literals.length === 0) continue;
        const pattern = matcher.pattern();
        // A linear pattern is not compiled by RE2.
        const source = sources.get(pattern) ?? (written?.[index] as string);
        const text = textWithout(matcher.literals, pattern, source);
        if (text !== undefined) wrong.push(`${id} matches <${text}>, which holds no keyword of it`);
      }
    }
    expect(wrong).toEqual([]);
  });

  // Rules of a country are on only where its numbers occur, so other countries' need not be told from them.
  test('leave the counter-examples of all others alone that are on with them', () => {
    const wrong = counterExamples.flatMap(({ rule, name, example }) => {
      const found = scanExample(engines.ofCountry(rule.country), example);
      const expected = findingsOfOthers.get(example.text) ?? '';
      return found.map(({ id }) => id).join() === expected
        ? []
        : [`${name} is left to nobody, but finds ${shown(found)}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe(goldenPath, () => {
  const lines = [...withOthers].map(([{ rule, name }, found]) => {
    const parts = found.map(({ id, entity, score, start, end }) => {
      const finding = `${entity} ${Math.round(score * 1000) / 1000} ${start}-${end}`;
      return id === rule.id ? finding : `${id} ${finding}`;
    });
    return `${name}: ${parts.join(', ')}`;
  });
  const text = `${lines.join('\n')}\n`;
  if (process.env['WIREMASK_UPDATE_DOCS']) writeFileSync(join(root, goldenPath), text);

  test('has what is found in every example; run with WIREMASK_UPDATE_DOCS=1 to write it anew', () => {
    // A line that changes is a change in what gets masked: it belongs in the changelog.
    expect(readText(goldenPath)).toBe(text);
  });
});

describe('both engines for patterns', () => {
  test('find the same in every example', async () => {
    const different: string[] = [];
    for (const re2 of await otherEngines()) {
      const others = new RuleEngines(await loadShippedRules(re2, true));
      for (const { rule, name, example } of [...examples, ...counterExamples]) {
        const expected = shown(scanExample(engines.ofRule(rule), example));
        const other = others.rules[rules.indexOf(rule)]!;
        const found = shown(scanExample(others.ofRule(other), example));
        if (found !== expected) different.push(`${name}: ${portable.name} ${expected}, ${re2.name} ${found}`);
      }
    }
    expect(different).toEqual([]);
  });
});

/**
 * The native engine is optional. Where it is not installed, that every pattern compiles is all there is to
 * see, and that was seen when the rules were loaded.
 */
async function otherEngines(): Promise<readonly Re2Engine[]> {
  const preferred = await loadRe2();
  return preferred.name === portable.name ? [] : [preferred];
}

/** A text that a pattern matches and that holds none of the literals, if there seems to be one. */
function textWithout(literals: readonly string[], pattern: Re2Pattern, source: string): string | undefined {
  return textsOfPattern(source, 300)?.find((text) => {
    const folded = text.toLowerCase();
    if (literals.some((literal) => folded.includes(literal))) return false;
    return pattern.find(Buffer.from(text), 0, 0, new PatternSpan());
  });
}
