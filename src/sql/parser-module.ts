import { listOf, nodeOf } from './syntax-tree.ts';
import type { SqlToken } from './token-texts.ts';

// The functions of one instance that are used here; pointers are offsets into its memory.
interface PgQueryModule {
  _malloc(size: number): number;
  _free(pointer: number): void;
  _wasm_parse_query_raw(text: number): number;
  _wasm_free_parse_result(result: number): void;
  _wasm_scan(text: number): number;
  _wasm_free_string(text: number): void;
  getValue(pointer: number, type: 'i32'): number;
  lengthBytesUTF8(text: string): number;
  stringToUTF8(text: string, pointer: number, size: number): void;
  UTF8ToString(pointer: number): string;
}

/** What PostgreSQL's parser says about a text. */
export type ParseOutcome =
  | { readonly kind: 'tree'; readonly statements: readonly unknown[] }
  /** `position` is a 1-based character position. */
  | { readonly kind: 'error'; readonly message: string; readonly position: number }
  /** The module threw or is being replaced: nothing is known about the text. */
  | { readonly kind: 'failed' };

/**
 * One instance of PostgreSQL 18's parser in WebAssembly, synchronous once it is loaded.
 *
 * An exception inside WebAssembly leaves the instance in a state nobody knows: its stack pointer is not
 * wound back, and after some dozens of them it writes outside its stack. So an instance that threw is
 * never used again. A new one is loaded; until it is there every text fails (fails closed).
 */
export class ParserModule {
  readonly #load: () => Promise<PgQueryModule>;
  #module: PgQueryModule | undefined;
  #isLoading = false;

  private constructor(load: () => Promise<PgQueryModule>, module: PgQueryModule) {
    this.#load = load;
    this.#module = module;
  }

  /** @throws Whatever reading or compiling the module throws. */
  static async load(): Promise<ParserModule> {
    const { default: createModule } = await import('libpg-query/wasm/libpg-query.js');
    const load = createModule as () => Promise<PgQueryModule>;
    return new ParserModule(load, await load());
  }

  /** @param text - Valid Unicode without NUL; the empty text has no statements. */
  parse(text: string): ParseOutcome {
    if (text === '') return { kind: 'tree', statements: [] };
    const module = this.#module;
    if (module === undefined) return this.#failed();
    try {
      return parseWith(module, text);
    } catch {
      // Fails closed: what was thrown says nothing about the text, and the instance is not to be trusted.
      this.#module = undefined;
      return this.#failed();
    }
  }

  /** @returns The tokens, comments included, or `undefined` when the scanner cannot read the text. */
  scan(text: string): readonly SqlToken[] | undefined {
    const module = this.#module;
    if (module === undefined) return undefined;
    try {
      return scanWith(module, text);
    } catch {
      // Fails closed: as in parse().
      this.#module = undefined;
      this.#failed();
      return undefined;
    }
  }

  #failed(): ParseOutcome {
    if (this.#module === undefined && !this.#isLoading) {
      this.#isLoading = true;
      this.#load().then(
        (module) => {
          this.#module = module;
          this.#isLoading = false;
        },
        () => {
          // The next text asks again.
          this.#isLoading = false;
        },
      );
    }
    return { kind: 'failed' };
  }
}

// struct PgQueryParseResult { char *parse_tree; char *stderr_buffer; PgQueryError *error; }
// struct PgQueryError { char *message; char *funcname; char *filename; int lineno; int cursorpos; ... }
function parseWith(module: PgQueryModule, text: string): ParseOutcome {
  const pointer = copyIn(module, text);
  const result = module._wasm_parse_query_raw(pointer);
  module._free(pointer);
  if (result === 0) throw new RangeError('libpg-query is out of memory');
  const outcome = outcomeOf(module, result);
  module._wasm_free_parse_result(result);
  return outcome;
}

function outcomeOf(module: PgQueryModule, result: number): ParseOutcome {
  const error = module.getValue(result + 8, 'i32');
  if (error !== 0) {
    const message = module.UTF8ToString(module.getValue(error, 'i32'));
    return { kind: 'error', message, position: Math.max(1, module.getValue(error + 16, 'i32')) };
  }
  const tree = parsedJson(module.UTF8ToString(module.getValue(result, 'i32')));
  // Fails closed: a tree that is no JSON tells nothing about the text; the instance itself is sound.
  if (tree === undefined) return { kind: 'failed' };
  return { kind: 'tree', statements: listOf(nodeOf(tree)?.['stmts']) };
}

function scanWith(module: PgQueryModule, text: string): readonly SqlToken[] | undefined {
  const pointer = copyIn(module, scannable(text));
  const result = module._wasm_scan(pointer);
  module._free(pointer);
  const json = module.UTF8ToString(result);
  module._wasm_free_string(result);
  const scanned = nodeOf(parsedJson(json));
  if (!Array.isArray(scanned?.['tokens'])) return undefined;
  return listOf(scanned['tokens']).map((item) => {
    const token = nodeOf(item);
    return {
      start: Number(token?.['start'] ?? 0),
      end: Number(token?.['end'] ?? 0),
      name: String(token?.['tokenName'] ?? ''),
    };
  });
}

/**
 * The scanner writes control characters into its JSON as they are. Outside literals and comments only those
 * that are white space pass the parser, so a space in their place changes no token boundary.
 */
function scannable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it replaces.
  return text.replace(/[\x01-\x08\x0b\x0c\x0e-\x1f]/g, ' ');
}

function copyIn(module: PgQueryModule, text: string): number {
  const size = module.lengthBytesUTF8(text) + 1;
  const pointer = module._malloc(size);
  if (pointer === 0) throw new RangeError('libpg-query is out of memory');
  module.stringToUTF8(text, pointer, size);
  return pointer;
}

/** @returns The value, or `undefined` when the text is an error message instead of JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
