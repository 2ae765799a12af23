import { exceedsNesting } from './nesting.ts';
import { ParserModule } from './parser-module.ts';
import { readStatement } from './read-statement.ts';
import type { StatementFacts, StatementText } from './statement-facts.ts';
import { nodeOf } from './syntax-tree.ts';
import { TextCache } from './text-cache.ts';
import { hasAmbiguousLiteral, hasBackslashBeforeQuote, parenthesizedSpan } from './token-texts.ts';

/** Limits of a `PostgresStatementReader`. */
export interface PostgresStatementReaderOptions {
  /** Bytes of one text; a longer one is not read (reason `size`). Default 262144. */
  readonly statementSizeMax?: number;
  /** Levels a text may nest; a deeper one is not read (reason `depth`). Default 500. */
  readonly nestingMax?: number;
  /** Texts whose facts are kept. Default 2000; 0 keeps none. */
  readonly cacheEntriesMax?: number;
  /** Bytes of a text that is kept. Default 4096. */
  readonly cacheTextSizeMax?: number;
  /** Bytes of all kept texts. Default 2097152. */
  readonly cacheSizeMax?: number;
}

/** Reads SQL texts with PostgreSQL's own grammar. Synchronous; share one between all sessions. */
export interface PostgresStatementReader {
  /**
   * Never throws: a text that cannot be read says why. The result may be shared with other callers.
   *
   * @param text - The text as it stands in Query or Parse, without the zero byte that ends it, in UTF-8.
   */
  read(text: Uint8Array): StatementText;
}

/**
 * Loads the parser (a WebAssembly module) and returns a reader around it.
 *
 * @throws Whatever loading the module throws; reading throws nothing.
 */
export async function loadPostgresParser(
  options: PostgresStatementReaderOptions = {},
): Promise<PostgresStatementReader> {
  return new StatementReader(await ParserModule.load(), options);
}

class StatementReader implements PostgresStatementReader {
  readonly #parser: ParserModule;
  readonly #statementSizeMax: number;
  readonly #nestingMax: number;
  readonly #cache: TextCache<StatementText>;
  // A byte order mark is not ours to drop: the server would see it.
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(parser: ParserModule, options: PostgresStatementReaderOptions) {
    this.#parser = parser;
    this.#statementSizeMax = options.statementSizeMax ?? 256 * 1024;
    this.#nestingMax = options.nestingMax ?? 500;
    this.#cache = new TextCache({
      entriesMax: options.cacheEntriesMax ?? 2000,
      textSizeMax: options.cacheTextSizeMax ?? 4096,
      sizeMax: options.cacheSizeMax ?? 2 * 1024 * 1024,
    });
  }

  read(text: Uint8Array): StatementText {
    if (text.length > this.#statementSizeMax) return { isReadable: false, reason: 'size' };
    const key = this.#cache.keyOf(text);
    const kept = key === undefined ? undefined : this.#cache.get(key);
    if (kept !== undefined) return kept;
    const result = this.#readSafely(text);
    // A failure of the module says nothing about the text: the next read may succeed.
    if (key !== undefined && (result.isReadable || result.reason !== 'depth')) this.#cache.set(key, result);
    return result;
  }

  #readSafely(text: Uint8Array): StatementText {
    try {
      return this.#readAnew(text);
    } catch {
      // Fails closed: whatever threw, nothing is known about the text.
      return { isReadable: false, reason: 'depth' };
    }
  }

  #readAnew(text: Uint8Array): StatementText {
    const decoded = this.#decoded(text);
    if (decoded === undefined) return { isReadable: false, reason: 'encoding' };
    if (exceedsNesting(text, this.#nestingMax)) return { isReadable: false, reason: 'depth' };
    const parsed = this.#parser.parse(decoded);
    if (parsed.kind === 'failed') return { isReadable: false, reason: 'depth' };
    // Also after an error: what is one under this setting may be a statement under the other.
    if (this.#isAmbiguous(text, decoded)) return { isReadable: false, reason: 'ambiguous' };
    if (parsed.kind === 'error') {
      // The grammar's own stack limit.
      if (parsed.message.startsWith('memory exhausted')) return { isReadable: false, reason: 'depth' };
      return { isReadable: false, reason: 'syntax', message: parsed.message, position: parsed.position };
    }
    return { isReadable: true, statements: parsed.statements.map((raw) => this.#facts(raw, text, decoded)) };
  }

  #isAmbiguous(text: Uint8Array, decoded: string): boolean {
    if (!hasBackslashBeforeQuote(text)) return false;
    const tokens = this.#parser.scan(decoded);
    // Fails closed: without tokens nobody knows where the literals end.
    return tokens === undefined || hasAmbiguousLiteral(text, tokens);
  }

  #decoded(text: Uint8Array): string | undefined {
    if (text.includes(0)) return undefined;
    try {
      return this.#decoder.decode(text);
    } catch {
      // Fails closed: PostgreSQL would refuse the bytes as well.
      return undefined;
    }
  }

  #facts(rawStatement: unknown, text: Uint8Array, decoded: string): StatementFacts {
    const raw = nodeOf(rawStatement);
    const start = Number(raw?.['stmt_location'] ?? 0);
    const length = Number(raw?.['stmt_len'] ?? 0);
    // The last statement has no length: it goes on to the end of the text.
    const end = length === 0 ? text.length : start + length;
    return readStatement(raw?.['stmt'], () => {
      const tokens = this.#parser.scan(decoded);
      const span = tokens === undefined ? undefined : parenthesizedSpan(tokens, start, end);
      return span === undefined ? undefined : this.#decoded(text.subarray(span.start, span.end))?.trim();
    });
  }
}
