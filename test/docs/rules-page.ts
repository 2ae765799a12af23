import { type CompiledPattern, type CompiledRule, scoreOf } from '../../src/detect/compiled-rule.ts';

const CONTEXT_CHARS_MAX = 60;
const heading =
  '| rule | entity | finds | score | validated | with context | validators | context words |\n' +
  '|---|---|---|---|---|---|---|---|';
const regionNames = new Intl.DisplayNames('en', { type: 'region' });

/** The page with its tables as the rules are now. */
export function withCurrentRules(page: string, rules: readonly CompiledRule[]): string {
  return page.replace(
    /(<!-- rules -->\n)[\s\S]*?(<!-- end of rules -->)/,
    (_, start: string, end: string) => `${start}\n${sectionsOf(rules)}\n\n${end}`,
  );
}

function sectionsOf(rules: readonly CompiledRule[]): string {
  const packs = [...new Set(rules.map(({ pack }) => pack))];
  const countries = [...new Set(rules.map(({ country }) => country))]
    .filter((code) => code !== '')
    .toSorted();
  const general = packs.map((pack) => {
    const own = rules.filter((rule) => rule.pack === pack && rule.country === '');
    return section(`Pack ${pack}`, `On by default: ${counted(own)}.`, own);
  });
  const national = countries.map((country) => {
    const own = rules.filter((rule) => rule.country === country);
    const name = regionNames.of(country.toUpperCase()) ?? country;
    return section(name, `On with \`countries: [${country}]\`: ${counted(own)}.`, own);
  });
  return [...general, ...national].join('\n\n');
}

function counted(rules: readonly CompiledRule[]): string {
  const entities = new Set(rules.map(({ entity }) => entity)).size;
  return `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'} for ${entities} ${entities === 1 ? 'entity' : 'entities'}`;
}

function section(title: string, text: string, rules: readonly CompiledRule[]): string {
  const rows = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(rowOf);
  return [`## ${title}`, '', text, '', heading, ...rows].join('\n');
}

function rowOf(rule: CompiledRule): string {
  const validators = rule.validators.map(({ name }) => name);
  const cells = [
    `\`${rule.id}\``,
    `\`${rule.entity}\``,
    rule.title,
    scores(rule, (pattern) => scoreOf(rule, pattern, false, false)),
    validators.length === 0 ? '' : scores(rule, (pattern) => scoreOf(rule, pattern, true, false)),
    rule.contextPhrases.length === 0
      ? ''
      : scores(rule, (pattern) => scoreOf(rule, pattern, validators.length > 0, true)),
    validators.map((name) => `\`${name}\``).join(' '),
    shortened(rule.contextPhrases.map((phrase) => phrase.trim())),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function scores(rule: CompiledRule, score: (pattern: CompiledPattern) => number): string {
  const all = rule.patterns.map(score);
  const [min, max] = [Math.min(...all), Math.max(...all)].map((value) =>
    String(Math.round(value * 100) / 100),
  );
  return min === max ? `${max}` : `${min} to ${max}`;
}

function shortened(words: readonly string[]): string {
  let text = '';
  for (const [index, word] of words.entries()) {
    const longer = index === 0 ? word : `${text}, ${word}`;
    if (longer.length > CONTEXT_CHARS_MAX) return `${text}, … (${words.length})`;
    text = longer;
  }
  return text;
}
