import type { ChildFacts, QualifiedName } from './statement-facts.ts';

/** A growing set of names that keeps the order of first appearance. */
export class NameSet {
  readonly names: QualifiedName[] = [];
  readonly #keys = new Set<string>();

  add(name: QualifiedName | undefined): void {
    if (name === undefined) return;
    // NUL cannot stand in an identifier, so the key is unambiguous.
    const key = `${name.schema ?? ''}\0${name.name}`;
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.names.push(name);
  }
}

/** A variable that a statement sets; see `StatementFacts.settings`. */
export interface Setting {
  readonly name: string;
  readonly value: string | undefined;
  readonly isKnown: boolean;
}

/** What the walk over one statement has gathered so far. */
export class FactDraft {
  readonly relations: NameSet = new NameSet();
  readonly targets: NameSet = new NameSet();
  readonly temporaryTargets: NameSet = new NameSet();
  readonly createdRelations: NameSet = new NameSet();
  readonly children: ChildFacts[] = [];
  readonly targetColumns: Set<string> = new Set();
  /** A target was written without naming its columns. */
  hasAllTargetColumns = false;
  readonly functions: NameSet = new NameSet();
  readonly operators: NameSet = new NameSet();
  readonly types: NameSet = new NameSet();
  readonly columnNames: Set<string> = new Set();
  readonly settings: Setting[] = [];
  readonly relationConstants: Set<string> = new Set();
  /** Something in the statement stands for columns it does not name. */
  hasHiddenColumns = false;
  /** Column references of one part: each may be a whole row. */
  readonly bareNames: Set<string> = new Set();
  /** Names that stand for a row somewhere in the statement. */
  readonly rowNames: Set<string> = new Set();
  /** An INSERT, UPDATE, DELETE or MERGE stands somewhere in the statement. */
  hasDataModification = false;
  /** SELECT INTO stands somewhere in the statement. */
  hasSelectInto = false;
  /** The statement kinds found below the top, in order. */
  readonly innerKinds: Set<string> = new Set();
}
