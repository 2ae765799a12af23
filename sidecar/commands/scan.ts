import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Detector } from 'wiremask';
import { type Found, scanInput } from '../scan/scan-input.ts';
import { formatOfName, type ScanFormat } from '../scan/scan-item.ts';
import type { CommandIo } from './command-io.ts';
import { type DetectorArguments, openDetector } from './detector-options.ts';
import { EXIT } from './exit-codes.ts';

/** What `wiremask scan` was asked for. */
export interface ScanOptions extends DetectorArguments {
  /** Paths; none, or `-`: standard input. */
  readonly files: readonly string[];
  /** Left out: what each file's name says; for standard input, what its first line looks like. */
  readonly format: ScanFormat | undefined;
  /** One JSON object per finding instead of a table. */
  readonly isJson: boolean;
}

const PROGRESS_INTERVAL_MS = 2_000;

/** Looks into files and says what is in them; values are shown masked. */
export async function scanCommand(options: ScanOptions, io: CommandIo): Promise<number> {
  const opened = await openDetector(options, io);
  if ('exitCode' in opened) return opened.exitCode;
  const files = options.files.length === 0 ? ['-'] : options.files;
  const run = new ScanRun(options, opened.detector, io);
  for (const file of files) await run.scan(file);
  return run.finish(files.length);
}

class ScanRun {
  readonly #options: ScanOptions;
  readonly #detector: Detector;
  readonly #io: CommandIo;
  readonly #counts = new Map<string, number>();
  #bytes = 0;
  #hasFailed = false;
  #nextProgress = performance.now() + PROGRESS_INTERVAL_MS;

  constructor(options: ScanOptions, detector: Detector, io: CommandIo) {
    this.#options = options;
    this.#detector = detector;
    this.#io = io;
  }

  async scan(file: string): Promise<void> {
    const isStandardInput = file === '-';
    try {
      const size = isStandardInput ? undefined : (await stat(file)).size;
      const input = isStandardInput ? process.stdin : createReadStream(file);
      const format = this.#options.format ?? (isStandardInput ? undefined : formatOfName(file));
      for await (const found of scanInput(this.#count(input, file, size), format, this.#detector)) {
        this.#tell(isStandardInput ? '(standard input)' : file, found);
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A file that cannot be read must not keep the others from being looked into.
      if (typeof code !== 'string') throw error;
      this.#hasFailed = true;
      const hint = code === 'EISDIR' ? ': it is a folder, name the files in it' : '';
      this.#io.stderr(`wiremask: ${file} cannot be read (${code})${hint}\n`);
    }
  }

  async *#count(
    input: AsyncIterable<Uint8Array | string>,
    file: string,
    size: number | undefined,
  ): AsyncGenerator<Uint8Array> {
    let done = 0;
    for await (const chunk of input) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      done += bytes.length;
      this.#bytes += bytes.length;
      if (this.#io.columns !== undefined && performance.now() > this.#nextProgress) {
        this.#nextProgress = performance.now() + PROGRESS_INTERVAL_MS;
        const share = size === undefined || size === 0 ? '' : ` of ${megabytes(size)}`;
        this.#io.stderr(`${file}: ${megabytes(done)}${share}\n`);
      }
      yield bytes;
    }
  }

  #tell(file: string, found: Found): void {
    const { entity, rule, score, line, column, field, masked } = found;
    this.#counts.set(entity, (this.#counts.get(entity) ?? 0) + 1);
    if (this.#options.isJson) {
      const { pack, start, end } = found;
      const record = { file, line, column, field, entity, rule, pack, score, length: end - start, masked };
      this.#io.stdout(JSON.stringify(record) + '\n');
      return;
    }
    const place = [file, ...(line > 0 ? [line] : []), ...(column > 0 ? [column] : [])].join(':');
    const where = field === '' ? '' : `  ${field}`;
    this.#io.stdout(`${place}  ${entity}  ${rule} ${score.toFixed(2)}${where}  ${masked}\n`);
  }

  finish(files: number): number {
    const total = [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
    if (!this.#options.isJson) {
      const kinds = [...this.#counts]
        .toSorted(([, left], [, right]) => right - left)
        .map(([entity, count]) => `${count} ${entity}`);
      const looked = `${files} ${files === 1 ? 'input' : 'inputs'}, ${megabytes(this.#bytes)}`;
      this.#io.stderr(`${looked}: ${total === 0 ? 'nothing found' : kinds.join(', ')}\n`);
    }
    if (this.#hasFailed) return EXIT.failed;
    return total > 0 ? EXIT.found : EXIT.ok;
  }
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
