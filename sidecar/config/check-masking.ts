import { columnPatternProblem } from './column-pattern.ts';
import { type ConfigPath, formatPath, type Report } from './problem.ts';

type Settings = Readonly<Record<string, unknown>>;

/** `true` for a block of keys. */
export function isBlock(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks what the shape of a masking block cannot say. Tolerates any data, so that these findings
 * appear together with those about the shape.
 *
 * @param protocols - Of the listeners that use the block.
 */
export function checkMasking(
  masking: unknown,
  at: ConfigPath,
  protocols: ReadonlySet<unknown>,
  report: Report,
): void {
  if (!isBlock(masking)) return;
  if (['columns', 'fields', 'detect'].every((key) => masking[key] === undefined)) {
    const rules = protocols.has('http')
      ? protocols.has('postgres')
        ? 'columns:, fields:'
        : 'fields:'
      : 'columns:';
    report({ at, on: 'key', message: `masks nothing: write ${rules}, detect:, or both` });
  }
  checkColumns(masking['columns'], [...at, 'columns'], report);
  checkFields(masking['fields'], [...at, 'fields'], report);
  checkDetect(masking['detect'], [...at, 'detect'], report);
}

function checkColumns(columns: unknown, at: ConfigPath, report: Report): void {
  if (!Array.isArray(columns)) return;
  const seen = new Map<string, number>();
  for (const [index, rule] of (columns as readonly unknown[]).entries()) {
    if (!isBlock(rule)) continue;
    const here = [...at, index];
    checkSettings(rule, rule['mask'], here, report);
    checkPaths(rule['path'], [...here, 'path'], report);
    const column = rule['column'];
    if (typeof column !== 'string' || column === '') continue;
    const message = columnPatternProblem(column);
    if (message !== undefined) report({ at: [...here, 'column'], message });
    const same = JSON.stringify([column, rule['path']]);
    const first = seen.get(same);
    if (first === undefined) seen.set(same, index);
    else {
      const earlier = formatPath([...at, first]);
      report({ at: [...here, 'column'], message: `same column as ${earlier}: keep one of the two rules` });
    }
  }
}

function checkPaths(path: unknown, at: ConfigPath, report: Report): void {
  const paths: readonly unknown[] = Array.isArray(path) ? path : [path];
  for (const [index, one] of paths.entries()) {
    if (typeof one !== 'string' || one === '' || one.startsWith('$')) continue;
    const here = Array.isArray(path) ? [...at, index] : at;
    report({ at: here, message: 'a JSON path begins with $: write for example $.ssn or $..token' });
  }
}

const TARGETS = ['path', 'name', 'header'];

// Who changes these breaks the message, not the value.
const FRAMING_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'trailer',
  'transfer-encoding',
]);

function checkFields(fields: unknown, at: ConfigPath, report: Report): void {
  if (!Array.isArray(fields)) return;
  const seen = new Map<string, number>();
  for (const [index, rule] of (fields as readonly unknown[]).entries()) {
    if (!isBlock(rule)) continue;
    const here = [...at, index];
    checkSettings(rule, rule['mask'], here, report);
    checkPaths(rule['path'], [...here, 'path'], report);
    const [target, ...more] = TARGETS.filter((key) => rule[key] !== undefined);
    if (target === undefined || more.length > 0) {
      const problem = target === undefined ? 'names no field' : `has ${target} and ${more.join(' and ')}`;
      report({ at: here, message: `${problem}: write one of path, name and header` });
      continue;
    }
    const named = rule[target];
    if (target === 'header' && typeof named === 'string') checkHeader(named, [...here, target], report);
    const text = typeof named === 'string' && target !== 'path' ? named.toLowerCase() : named;
    const same = JSON.stringify([target, text]);
    const first = seen.get(same);
    if (first === undefined) seen.set(same, index);
    else {
      const earlier = formatPath([...at, first]);
      report({ at: [...here, target], message: `same field as ${earlier}: keep one of the two rules` });
    }
  }
}

function checkHeader(name: string, at: ConfigPath, report: Report): void {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]*$/.test(name)) {
    report({ at, message: 'not the name of a header: write for example set-cookie or x-*-token' });
  } else if (FRAMING_HEADERS.has(name.toLowerCase())) {
    report({ at, message: `${name.toLowerCase()} frames the message and holds no value: remove the rule` });
  }
}

function checkDetect(detect: unknown, at: ConfigPath, report: Report): void {
  if (!isBlock(detect)) return;
  checkSettings(detect, detect['mask'] ?? 'redact', at, report);
  const skipped: unknown = detect['dangerouslySkipColumns'];
  for (const [index, column] of Array.isArray(skipped) ? (skipped as readonly unknown[]).entries() : []) {
    const message = typeof column === 'string' && column !== '' ? columnPatternProblem(column) : undefined;
    if (message !== undefined) report({ at: [...at, 'dangerouslySkipColumns', index], message });
  }
}

/** Which masker each setting belongs to. */
const OWNER: Readonly<Record<string, string>> = {
  keepFirst: 'partial',
  keepLast: 'partial',
  key: 'keyed-hash',
  value: 'replace',
  label: 'redact',
};

function checkSettings(settings: Settings, mask: unknown, at: ConfigPath, report: Report): void {
  const onMask = settings['mask'] === undefined ? at : [...at, 'mask'];
  if (mask === 'partial') checkPartial(settings, onMask, report);
  if (mask === 'keyed-hash' && settings['key'] === undefined) {
    report({ at: onMask, message: 'keyed-hash needs a key: add key: { env: NAME } or key: { file: path }' });
  }
  if (mask === 'replace' && settings['value'] === undefined) {
    report({ at: onMask, message: 'replace needs its stand-in: add value: "..."' });
  }
  for (const [name, owner] of Object.entries(OWNER)) {
    if (settings[name] === undefined || mask === owner) continue;
    // An unknown masker is reported as such; what belongs to it is then anybody's guess.
    if (typeof mask === 'string' && !Object.values(OWNER).includes(mask) && mask !== 'nullify') continue;
    const fix = mask === undefined ? `add mask: ${owner}` : `remove ${name}, or write mask: ${owner}`;
    report({ at: [...at, name], on: 'key', message: `${name} belongs to mask: ${owner}: ${fix}` });
  }
}

function checkPartial(settings: Settings, at: ConfigPath, report: Report): void {
  const first = settings['keepFirst'];
  const last = settings['keepLast'];
  if (first === undefined && last === undefined) {
    report({ at, message: 'partial needs to know what to keep: add keepLast: 4, keepFirst: 2, or both' });
  } else if ((first ?? 0) === 0 && (last ?? 0) === 0) {
    report({ at, message: 'partial that keeps no characters: write mask: redact' });
  }
}
