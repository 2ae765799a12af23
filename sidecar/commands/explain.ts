import type { CommandIo } from './command-io.ts';
import { type DetectorArguments, openDetector } from './detector-options.ts';
import { EXIT } from './exit-codes.ts';

/** What `wiremask explain` was asked for. */
export interface ExplainOptions extends DetectorArguments {
  /** The text; left out: standard input. */
  readonly text: string | undefined;
  /** Name of the field it comes from: `public.customers.ssn`, `user.password`. */
  readonly field: string | undefined;
  readonly isJson: boolean;
}

// What people paste; files are for `wiremask scan`.
const TEXT_SIZE_MAX = 16 * 1024 * 1024;

/** Says what is found in one text and why. The text itself is not repeated. */
export async function explainCommand(options: ExplainOptions, io: CommandIo): Promise<number> {
  const opened = await openDetector(options, io);
  if ('exitCode' in opened) return opened.exitCode;
  const text = options.text ?? (await readStandardInput());
  if (text === undefined) {
    io.stderr(`wiremask: standard input has more than ${TEXT_SIZE_MAX} bytes: use wiremask scan\n`);
    return EXIT.usage;
  }
  const names = (options.field ?? '').split('.').filter((name) => name !== '');
  const name = names.at(-1);
  const field = name === undefined ? {} : { name, path: names.slice(0, -1) };
  const findings = opened.detector.explain(text, field);
  for (const finding of findings) {
    if (options.isJson) {
      io.stdout(JSON.stringify(finding) + '\n');
      continue;
    }
    const { entity, rule, start, end, score, baseScore, pattern, validators, context } = finding;
    const reasons = [
      `${pattern === '' ? 'pattern' : pattern} ${baseScore.toFixed(2)}`,
      ...validators.map((validator) => `accepted by ${validator}`),
      ...context.map((word) => `"${word.word}" in the ${word.in}`),
    ];
    io.stdout(`${start}-${end}  ${entity}  ${rule} ${score.toFixed(2)}: ${reasons.join(', ')}\n`);
  }
  if (!options.isJson) io.stderr(findings.length === 0 ? 'nothing found\n' : `${findings.length} found\n`);
  return findings.length === 0 ? EXIT.ok : EXIT.found;
}

async function readStandardInput(): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > TEXT_SIZE_MAX) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8').replace(/\n$/, '');
}
