import type { PatternDraft } from './rule-draft.ts';
import type { YamlReader } from './yaml-reader.ts';

const PATTERN_KEYS: readonly string[] = ['name', 'pattern', 'regex', 'score'];

/** Reads `{ name, pattern or regex, score }`. */
export function readPattern(
  reader: YamlReader,
  node: unknown,
  path: string,
  ruleScore: number | undefined,
): PatternDraft | undefined {
  const map = reader.map(node, path);
  if (map === undefined) return undefined;
  reader.refuseUnknownKeys(map, PATTERN_KEYS, path);
  const key = reader.has(map, 'regex') ? 'regex' : 'pattern';
  const pattern = reader.text(map, key, path, '');
  const score = reader.optionalNumber(map, 'score', path, 1) ?? ruleScore;
  if (score === undefined && !reader.has(map, 'score')) reader.problem(map, `${path}.score`, 'is missing');
  if (pattern === '') return undefined;
  const problem = (message: string): void => reader.problem(reader.find(map, key), `${path}.${key}`, message);
  return { name: reader.optionalText(map, 'name', path) ?? '', pattern, score: score ?? 0, problem };
}
