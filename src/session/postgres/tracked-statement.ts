import type { OutputFacts, StatementFacts, StatementText } from '../../sql/statement-facts.ts';
import type { Catalog } from './catalog/catalog-store.ts';
import type { NamedColumns, ResultPlan } from './column-plans.ts';
import { isFreeOutput, touchesProtected } from './statement-verdict.ts';

/** What the SQL reader offers a session. */
export interface StatementReader {
  read(text: Uint8Array): StatementText;
}

/** Finds what EXECUTE and FETCH refer to. */
export interface StatementNames {
  readonly statements: ReadonlyMap<string, TrackedStatement>;
  readonly portals: ReadonlyMap<string, TrackedPortal>;
  /** SQL cursors whose query touched nothing protected when it was declared. */
  readonly cleanCursors: ReadonlySet<string>;
  readonly temporaries: Temporaries;
}

/** Temporary relations of this connection: no catalog lists them, and they hide others of the same name. */
export interface Temporaries {
  readonly names: ReadonlySet<string>;
  /** Permanent ones made in the transaction under way: no catalog has them yet either. */
  readonly created: ReadonlySet<string>;
  /** One was renamed or altered: its name may be any. */
  readonly isUncertain: boolean;
}

// EXECUTE of EXECUTE of ...: a name can even come to mean itself.
const referenceDepthMax = 8;

// Statements whose reference is what they make or drop, not what they run.
const definesReference: ReadonlySet<string> = new Set([
  'prepare',
  'declare-cursor',
  'deallocate',
  'close-cursor',
]);

/** A statement text the client has sent, read when somebody asks. */
export class TrackedStatement {
  readonly text: Uint8Array;
  readonly #reader: StatementReader;
  #read: StatementText | undefined;
  #touches: boolean | undefined;
  #touchesFor: Catalog | undefined;

  constructor(text: Uint8Array, reader: StatementReader) {
    this.text = text;
    this.#reader = reader;
  }

  get read(): StatementText {
    this.#read ??= this.#reader.read(this.text);
    return this.#read;
  }

  /**
   * @returns What PREPARE at this position makes: its name then runs the inner statement, and prepares
   *   nothing.
   */
  prepared(index: number): TrackedStatement {
    const inner = new TrackedStatement(this.text, this.#reader);
    const facts = this.facts(index);
    inner.#read = facts
      ? {
          isReadable: true,
          statements: [{ ...facts, effect: facts.innerEffect ?? 'opaque', reference: undefined }],
        }
      : { isReadable: false, reason: 'syntax' };
    return inner;
  }

  /**
   * Position of what a portal made from this text runs: -1 when the text has several statements, one of
   * which made it by DECLARE or PREPARE.
   */
  get soleIndex(): 0 | -1 {
    return this.read.isReadable && this.read.statements.length === 1 ? 0 : -1;
  }

  /** Facts of the statement at this position of the text, when it can be read. */
  facts(index: number): StatementFacts | undefined {
    return this.read.isReadable ? this.read.statements[index] : undefined;
  }

  /**
   * Output facts of the statement at this position, where its rows are those outputs: not for EXPLAIN.
   * What is free of columns there is so with this catalog: its users' functions are taken into account.
   */
  outputs(index: number, catalog: Catalog | undefined): readonly OutputFacts[] | undefined {
    const facts = this.facts(index);
    if (facts?.effect !== 'read' && facts?.effect !== 'write') return undefined;
    return facts.outputs?.map((output) => ({
      ...output,
      isFreeOfColumns: isFreeOutput(output, facts, catalog),
    }));
  }

  /** Wire name of the cursor that the statement at this position fetches from; '' = one without a name. */
  fetchedCursor(index: number): string | undefined {
    const facts = this.facts(index);
    return facts?.effect === 'fetch' ? wireName(facts.reference ?? '') : undefined;
  }

  /** Wire names of the prepared statements that its text runs. */
  get executedNames(): readonly string[] {
    if (!this.read.isReadable) return [];
    return this.read.statements.flatMap(({ effect, innerEffect, reference }) =>
      reference !== undefined && (effect === 'execute' || innerEffect === 'execute')
        ? [wireName(reference)]
        : [],
    );
  }

  /** Wire names its text gives to prepared statements, and what they run. */
  get preparedNames(): readonly (readonly [name: string, statement: TrackedStatement])[] {
    if (!this.read.isReadable) return [];
    return this.read.statements.flatMap(({ effect, reference }, index) =>
      reference !== undefined && effect === 'prepare'
        ? [[wireName(reference), this.prepared(index)] as const]
        : [],
    );
  }

  /** COMMIT PREPARED brings DDL to light that another connection has run. */
  get endsPreparedTransaction(): boolean {
    if (!this.read.isReadable) return true;
    const hasTransaction = this.read.statements.some(({ effect }) => effect === 'transaction');
    return hasTransaction && /prepared/i.test(Buffer.from(this.text).toString('latin1'));
  }

  /** Column names of the statement at this position, where its rows come from its own text. */
  named(index: number): NamedColumns | undefined {
    const facts = this.facts(index);
    const isOwn = (facts?.effect === 'read' || facts?.effect === 'write') && facts.reference === undefined;
    return facts && isOwn ? facts : undefined;
  }

  /** Whether it names any relation outside pg_catalog. */
  get namesRelations(): boolean {
    if (!this.read.isReadable) return true;
    return this.read.statements.some(({ relations }) =>
      relations.some(({ schema }) => schema !== 'pg_catalog'),
    );
  }

  /** Whether any of its statements may see protected values. One that cannot be read touches everything. */
  touches(catalog: Catalog | undefined, names: StatementNames, depth = 0): boolean {
    if (this.#touches === undefined || this.#touchesFor !== catalog) {
      this.#touchesFor = catalog;
      this.#touches = !this.read.isReadable || this.read.statements.some((f) => touchesProtected(f, catalog));
    }
    return this.#touches || this.#referenced(names, catalog, depth) || this.#namesTemporary(names);
  }

  // A temporary relation hides whatever the catalog knows under its name.
  #namesTemporary({ temporaries }: StatementNames): boolean {
    const { names, created, isUncertain } = temporaries;
    if (names.size === 0 && created.size === 0 && !isUncertain) return false;
    if (!this.read.isReadable) return true;
    return this.read.statements.some(({ relations }) =>
      relations.some(
        ({ schema, name }) =>
          schema !== 'pg_catalog' && (isUncertain || names.has(name) || created.has(name)),
      ),
    );
  }

  #referenced(names: StatementNames, catalog: Catalog | undefined, depth: number): boolean {
    if (depth > referenceDepthMax) return true;
    if (!this.read.isReadable) return true;
    return this.read.statements.some(({ effect, reference }) => {
      if (definesReference.has(effect)) return false;
      // EXECUTE may stand inside EXPLAIN and CREATE TABLE AS.
      if (reference === undefined) return effect === 'execute' || effect === 'fetch';
      const name = wireName(reference);
      if (effect === 'fetch') return !names.cleanCursors.has(name);
      const found = names.statements.get(name);
      // A reference to itself could only come from a name that was taken again.
      return found === undefined || found === this || found.touches(catalog, names, depth + 1);
    });
  }
}

/** A portal the server has confirmed. */
export interface TrackedPortal {
  /** `undefined` when the statement was prepared where nobody saw it. */
  readonly statement: TrackedStatement | undefined;
  /** It may have seen protected values when it was bound, whatever the catalog says later. */
  readonly hasTouched: boolean;
  plan: ResultPlan | undefined;
}

/** @returns A name from a statement text in the form protocol messages are decoded to. */
export function wireName(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}
