import type { Detector, DetectorRule } from 'wiremask';
import type { CommandIo } from './command-io.ts';
import { type DetectorArguments, openDetector } from './detector-options.ts';
import { EXIT } from './exit-codes.ts';

/** What `wiremask rules` was asked for. */
export interface RulesOptions extends DetectorArguments {
  readonly action: 'list' | 'show' | 'test';
  /** `show` and `test`: ids of rules; `test` without any tests all. */
  readonly ids: readonly string[];
  readonly isJson: boolean;
}

/** Lists rules, shows one, or tries rules on their own examples. */
export async function rulesCommand(options: RulesOptions, io: CommandIo): Promise<number> {
  const opened = await openDetector(options, io);
  if ('exitCode' in opened) return opened.exitCode;
  const { detector } = opened;
  const unknown = options.ids.filter((id) => !detector.rules.some((rule) => rule.id === id));
  if (unknown.length > 0) {
    const hint = 'see wiremask rules list; rules of a country need --countries';
    io.stderr(`wiremask: there is no rule ${unknown.join(', ')}: ${hint}\n`);
    return EXIT.usage;
  }
  const chosen = detector.rules.filter(({ id }) => options.ids.length === 0 || options.ids.includes(id));
  switch (options.action) {
    case 'list':
      return listRules(chosen, options, io);
    case 'show':
      return showRules(chosen, options, io);
    case 'test':
      return testRules(detector, await openForWeak(options, io), chosen, options, io);
    default:
      return options.action satisfies never;
  }
}

function listRules(rules: readonly DetectorRule[], { isJson }: RulesOptions, io: CommandIo): number {
  if (isJson) {
    io.stdout(rules.map((rule) => JSON.stringify(summaryOf(rule)) + '\n').join(''));
    return EXIT.ok;
  }
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const entityWidth = Math.max(0, ...rules.map(({ entity }) => entity.length));
  for (const { id, entity, pack, country, title } of rules) {
    const place = country === '' ? pack : `${pack}/${country}`;
    io.stdout(
      `${id.padEnd(width)}  ${entity.padEnd(entityWidth)}  ${place.padEnd(8)}  ${title}`.trimEnd() + '\n',
    );
  }
  io.stderr(`${rules.length} rules\n`);
  return EXIT.ok;
}

function summaryOf({ id, entity, pack, country, title }: DetectorRule): object {
  return { id, entity, pack, country, title };
}

function showRules(rules: readonly DetectorRule[], { isJson, ids }: RulesOptions, io: CommandIo): number {
  if (ids.length === 0) {
    io.stderr('wiremask: rules show needs the id of a rule\n');
    return EXIT.usage;
  }
  for (const rule of rules) {
    const { examples, counterExamples } = rule;
    const details = {
      ...summaryOf(rule),
      ...rule.facts,
      examples: examples.map(({ text }) => text),
      counterExamples: counterExamples.map(({ text }) => text),
    };
    if (isJson) io.stdout(JSON.stringify(details) + '\n');
    else io.stdout(renderDetails(details));
  }
  return EXIT.ok;
}

function renderDetails(details: object): string {
  const lines = Object.entries(details).flatMap(([name, value]) => {
    const values = (Array.isArray(value) ? value : [value]) as readonly unknown[];
    if (values.length === 0 || values[0] === '' || values[0] === undefined) return [];
    return values.map((item, index) => `${(index === 0 ? name : '').padEnd(18)}${String(item)}`);
  });
  return lines.join('\n') + '\n\n';
}

// Rules that are below the threshold whatever happens are found by whoever asks for them.
async function openForWeak(options: RulesOptions, io: CommandIo): Promise<Detector | undefined> {
  if (options.threshold !== undefined) return undefined;
  const opened = await openDetector({ ...options, threshold: 0 }, io);
  return 'detector' in opened ? opened.detector : undefined;
}

function testRules(
  detector: Detector,
  weak: Detector | undefined,
  rules: readonly DetectorRule[],
  { isJson }: RulesOptions,
  io: CommandIo,
): number {
  let failures = 0;
  const fail = (rule: string, what: string, index: number, message: string): void => {
    failures += 1;
    io.stderr(`${rule}: ${what}[${index}] ${message}\n`);
  };
  for (const { id, examples, counterExamples } of rules) {
    const finds = (text: string, name: string): boolean =>
      detector.detect(text, { name }).some((finding) => finding.rule === id);
    const coversBy = (by: Detector | undefined, example: DetectorRule['examples'][number]): boolean =>
      by
        ?.detect(example.text, { name: example.field })
        .some(({ start, end }) => example.text.slice(start, end).includes(example.finds ?? example.text)) ===
      true;
    const covers = (example: DetectorRule['examples'][number]): boolean =>
      coversBy(detector, example) || coversBy(weak, example);
    examples.forEach((example, index) => {
      if (example.kind === 'text' && !covers(example)) fail(id, 'examples', index, 'is not found');
    });
    counterExamples.forEach((example, index) => {
      if (finds(example.text, example.field)) fail(id, 'counterExamples', index, 'is found');
    });
  }
  const summary = { rules: rules.length, failures };
  io.stdout(isJson ? JSON.stringify(summary) + '\n' : `${rules.length} rules, ${failures} failures\n`);
  return failures === 0 ? EXIT.ok : EXIT.failed;
}
