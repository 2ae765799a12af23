import type { OutputFacts, StatementFacts, StatementText } from '../../sql/statement-facts.ts';
import type { ColumnDescription } from '../../wire/postgres/row-description.ts';
import type { Catalog } from './catalog/catalog-store.ts';
import type { NamedColumns, ResultPlan } from './column-plans.ts';
import { touchesProtected } from './statement-verdict.ts';

/** What the SQL reader offers a session. */
export interface StatementReader {
  read(text: Uint8Array): StatementText;
}

/** Finds what EXECUTE and FETCH refer to. */
export interface StatementNames {
  readonly statements: ReadonlyMap<string, TrackedStatement>;
  readonly portals: ReadonlyMap<string, TrackedPortal>;
  readonly cursors: ReadonlyMap<string, TrackedStatement>;
  readonly temporaries: Temporaries;
}

/** Temporary relations of this connection: no catalog lists them, and they hide others of the same name. */
export interface Temporaries {
  readonly names: ReadonlySet<string>;
  /** One was renamed or altered: its name may be any. */
  readonly isUncertain: boolean;
}

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
  /** Columns as Describe of the statement gave them; format codes are not yet those of Bind. */
  columns: readonly ColumnDescription[] | undefined;
  /** Columns of a COPY TO STDOUT that goes through a portal. */
  copyDescription: { columns: readonly ColumnDescription[] | undefined } | undefined;

  constructor(text: Uint8Array, reader: StatementReader) {
    this.text = text;
    this.#reader = reader;
  }

  get read(): StatementText {
    this.#read ??= this.#reader.read(this.text);
    return this.#read;
  }

  /** Facts of the statement at this position of the text, when it can be read. */
  facts(index: number): StatementFacts | undefined {
    return this.read.isReadable ? this.read.statements[index] : undefined;
  }

  /** Output facts of the statement at this position, where its rows are those outputs: not for EXPLAIN. */
  outputs(index: number): readonly OutputFacts[] | undefined {
    const facts = this.facts(index);
    return facts?.effect === 'read' || facts?.effect === 'write' ? facts.outputs : undefined;
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
  touches(catalog: Catalog | undefined, names: StatementNames): boolean {
    if (this.#touches === undefined || this.#touchesFor !== catalog) {
      this.#touchesFor = catalog;
      this.#touches = !this.read.isReadable || this.read.statements.some((f) => touchesProtected(f, catalog));
    }
    return this.#touches || this.#referenced(names, catalog) || this.#namesTemporary(names);
  }

  // A temporary relation hides whatever the catalog knows under its name.
  #namesTemporary({ temporaries }: StatementNames): boolean {
    if (temporaries.names.size === 0 && !temporaries.isUncertain) return false;
    if (!this.read.isReadable) return true;
    return this.read.statements.some(({ relations }) =>
      relations.some(
        ({ schema, name }) =>
          schema !== 'pg_catalog' && (temporaries.isUncertain || temporaries.names.has(name)),
      ),
    );
  }

  #referenced(names: StatementNames, catalog: Catalog | undefined): boolean {
    if (!this.read.isReadable) return true;
    return this.read.statements.some(({ effect, reference }) => {
      if (definesReference.has(effect)) return false;
      // EXECUTE may stand inside EXPLAIN and CREATE TABLE AS.
      if (reference === undefined) return effect === 'execute' || effect === 'fetch';
      const name = wireName(reference);
      const found =
        effect === 'fetch'
          ? (names.cursors.get(name) ?? names.portals.get(name)?.statement)
          : names.statements.get(name);
      // A reference to itself could only come from a name that was taken again.
      return found === undefined || found === this || found.touches(catalog, names);
    });
  }
}

/** A portal the server has confirmed. */
export interface TrackedPortal {
  /** `undefined` when the statement was prepared where nobody saw it. */
  readonly statement: TrackedStatement | undefined;
  readonly resultFormats: readonly number[];
  plan: ResultPlan | undefined;
}

/** @returns A name from a statement text in the form protocol messages are decoded to. */
export function wireName(name: string): string {
  return Buffer.from(name, 'utf8').toString('latin1');
}
