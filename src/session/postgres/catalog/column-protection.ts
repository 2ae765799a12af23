import { type ColumnRule, type MaskingPolicy, rulesForColumn } from '../../../policy/masking-policy.ts';
import type { QualifiedName } from '../../../sql/statement-facts.ts';
import { type CatalogRelation, type CatalogSnapshot, firstUserOid } from './catalog-snapshot.ts';
import { systemColumnRules } from './system-columns.ts';

/** What the catalog and the policy say of one column, known by its origin. */
export type ColumnProtection =
  /** These rules mask it. */
  | { readonly kind: 'rules'; readonly rules: readonly ColumnRule[] }
  /** Computed from protected values inside a view. */
  | { readonly kind: 'unattributed' }
  | { readonly kind: 'clean' }
  /** Nobody knows this relation: not clean. */
  | { readonly kind: 'unknown' };

const clean: ColumnProtection = { kind: 'clean' };
const unknown: ColumnProtection = { kind: 'unknown' };
const unattributed: ColumnProtection = { kind: 'unattributed' };

/**
 * What a column once was, it stays: by OID and attribute number, whatever it is renamed to, detached from
 * or no longer computed from. The values in it are the same.
 */
export type StickyProtections = Map<string, ColumnProtection>;

/**
 * A catalog read with a policy's eyes: which columns are protected, directly, through inheritance in
 * either direction, or through views. Immutable once built.
 */
export class ColumnProtections {
  readonly #snapshot: CatalogSnapshot;
  readonly #protected = new Map<number, Map<number, ColumnProtection>>();
  readonly #sticky: StickyProtections;
  readonly #opaque = new Set<number>();
  /** Relations where a write can meet protected values or code of users, in any relation it reaches. */
  readonly #writeTouching: ReadonlySet<number>;
  readonly #byName = new Map<string, CatalogRelation[]>();
  /** Names of all protected columns. */
  readonly columnNames: Set<string> = new Set();

  constructor(snapshot: CatalogSnapshot, policy: MaskingPolicy, sticky: StickyProtections) {
    this.#snapshot = snapshot;
    this.#sticky = sticky;
    for (const relation of snapshot.relations.values()) {
      const named = this.#byName.get(relation.name);
      if (named) named.push(relation);
      else this.#byName.set(relation.name, [relation]);
      this.#protectDirectly(relation, policy);
    }
    this.#protectRelatives();
    this.#protectGenerated();
    this.#protectViews();
    this.#writeTouching = this.#reachedByWrites();
  }

  /** @returns What a result column with this origin is; an unknown OID is not clean. */
  ofColumn(tableOid: number, columnAttribute: number): ColumnProtection {
    const relation = this.#snapshot.relations.get(tableOid);
    if (!relation) return tableOid < firstUserOid ? clean : unknown;
    const columns = this.#protected.get(tableOid);
    // Attribute 0 is the whole row.
    if (columnAttribute === 0) return columns || this.#opaque.has(tableOid) ? unattributed : clean;
    const protection = columns?.get(columnAttribute);
    if (protection) return protection;
    // Negative: system columns (ctid, tableoid, xmin). A number not in the catalog is a column added since.
    return columnAttribute < 0 || relation.columns.has(columnAttribute) ? clean : unknown;
  }

  /**
   * @returns Whether any value may be put into this column: in every relation the name may mean, a rule
   *   replaces it as a whole by something that shows nothing of it, and no foreign key carries it to a
   *   column where none does.
   */
  hidesWhole(target: QualifiedName, column: string): boolean {
    const found = this.#named(target);
    const isHidden = ({ oid, columns }: CatalogRelation): boolean =>
      [...columns].some(([attribute, name]) => name === column && this.#hidesAttribute(oid, attribute));
    return found.length > 0 && found.every(isHidden);
  }

  #hidesAttribute(oid: number, attribute: number, depth = 0): boolean {
    const protection = this.#protected.get(oid)?.get(attribute);
    if (protection?.kind !== 'rules' || depth > 8) return false;
    const [rule] = protection.rules;
    if (!rule || rule.jsonPaths.length > 0 || rule.masker.spec.mask === 'partial') return false;
    const isStructured = this.#snapshot.relations.get(oid)?.structured?.has(attribute) === true;
    if (isStructured && rule.masker.spec.mask !== 'nullify') return false;
    return this.#snapshot.foreignKeys.every(
      (key) =>
        key.references !== oid ||
        key.referencedColumn !== attribute ||
        (key.relation === oid && key.column === attribute) ||
        this.#hidesAttribute(key.relation, key.column, depth + 1),
    );
  }

  /**
   * @returns Whether this is a view whose number of rows may tell a protected value, or is made of such
   *   a view.
   */
  countsProtected(name: QualifiedName): boolean {
    const { viewRowColumns, ruleDependencies } = this.#snapshot;
    if (viewRowColumns.size === 0) return false;
    const reached = new Set(this.#named(name).map(({ oid }) => oid));
    for (const oid of reached) {
      const matters = this.#protected.has(oid) || this.#opaque.has(oid);
      const columns = matters ? [...(viewRowColumns.get(oid) ?? [])] : [];
      if (columns.some((column) => column === '*' || this.columnNames.has(column))) return true;
      for (const [view, uses] of ruleDependencies) if (view === oid) reached.add(uses);
    }
    return false;
  }

  /** @returns Whether the catalog has any relation of this name, a system relation included. */
  isKnown(name: QualifiedName): boolean {
    return this.#named(name).length > 0 || this.isSystemRelation(name);
  }

  #named({ schema, name }: QualifiedName): readonly CatalogRelation[] {
    return (this.#byName.get(name) ?? []).filter((r) => schema === undefined || r.schema === schema);
  }

  /** @returns Whether a name means a relation of the system, as far as no user relation has the same. */
  isSystemRelation({ schema, name }: QualifiedName): boolean {
    const isOwn = this.#named({ schema, name }).some(({ oid }) => oid >= firstUserOid);
    return !isOwn && this.#snapshot.systemRelations.has(`${schema ?? 'pg_catalog'}.${name}`);
  }

  /**
   * @param isWritten - Whether the statement writes to it: triggers then run.
   * @returns Whether a statement that names this relation may see protected values. An unqualified name
   *   stands for every relation of that name, since search_path is the client's; a name nobody knows touches.
   */
  touches(name: QualifiedName, isWritten: boolean): boolean {
    const found = this.#named(name);
    if (found.length === 0) return !this.isSystemRelation(name);
    return found.some(
      ({ oid }) =>
        this.#protected.has(oid) || this.#opaque.has(oid) || (isWritten && this.#writeTouching.has(oid)),
    );
  }

  // A write runs the triggers of its target and of its children, follows foreign keys in both directions
  // (checks one way, cascades the other), and goes through a view to what lies below.
  #reachedByWrites(): ReadonlySet<number> {
    const { relationsWithTriggers, foreignKeys, inheritance, ruleDependencies } = this.#snapshot;
    const reached = new Set([...relationsWithTriggers, ...this.#protected.keys(), ...this.#opaque]);
    const edges = new Map<number, number[]>();
    const addEdge = (from: number, to: number): void => {
      const known = edges.get(from);
      if (known) known.push(to);
      else edges.set(from, [to]);
    };
    for (const { relation, references } of foreignKeys) {
      addEdge(relation, references);
      addEdge(references, relation);
    }
    for (const [child, parent] of inheritance) {
      addEdge(child, parent);
      addEdge(parent, child);
    }
    for (const [view, uses] of ruleDependencies) addEdge(uses, view);
    // A set gives what is added to it while it is gone through.
    for (const oid of reached) for (const next of edges.get(oid) ?? []) reached.add(next);
    return reached;
  }

  #protectDirectly(relation: CatalogRelation, policy: MaskingPolicy): void {
    for (const [attribute, column] of relation.columns) {
      let rules = rulesForColumn(policy, relation.schema, relation.name, column);
      if (rules.length === 0 && relation.kind === 'f')
        rules = foreignRules(policy, relation, attribute, column);
      if (rules.length === 0) rules = systemRulesFor(relation, column);
      const key = `${relation.oid}.${attribute}`;
      const protection = rules.length > 0 ? ({ kind: 'rules', rules } as const) : this.#sticky.get(key);
      if (!protection) continue;
      this.#sticky.set(key, protection);
      this.#protect(relation, attribute, protection);
    }
  }

  #protect(relation: CatalogRelation, attribute: number, protection: ColumnProtection): boolean {
    let columns = this.#protected.get(relation.oid);
    if (!columns) {
      columns = new Map();
      this.#protected.set(relation.oid, columns);
    }
    if (columns.has(attribute)) return false;
    columns.set(attribute, protection);
    // A view holds nothing: what it shows is decided anew with every definition.
    if (relation.kind !== 'v') this.#sticky.set(`${relation.oid}.${attribute}`, protection);
    const name = relation.columns.get(attribute);
    if (name !== undefined) this.columnNames.add(name);
    return true;
  }

  // Down: children hold what the parent's column holds. Up: reading the parent returns the children's
  // rows under the parent's origin. Until nothing changes, since trees nest.
  #protectRelatives(): void {
    let hasChanged = true;
    while (hasChanged) {
      hasChanged = false;
      for (const [child, parent] of this.#snapshot.inheritance) {
        if (this.#copyProtection(parent, child)) hasChanged = true;
        if (this.#copyProtection(child, parent)) hasChanged = true;
      }
    }
  }

  #copyProtection(from: number, to: number): boolean {
    const source = this.#snapshot.relations.get(from);
    const target = this.#snapshot.relations.get(to);
    const columns = this.#protected.get(from);
    if (!source || !target || !columns) return false;
    let hasChanged = false;
    for (const [attribute, protection] of columns) {
      const name = source.columns.get(attribute);
      for (const [targetAttribute, targetName] of target.columns) {
        if (targetName !== name || !this.#protect(target, targetAttribute, protection)) continue;
        hasChanged = true;
      }
    }
    return hasChanged;
  }

  // A stored generated column repeats what its expression reads.
  #protectGenerated(): void {
    for (const { relation: oid, column, uses } of this.#snapshot.generatedColumns) {
      const relation = this.#snapshot.relations.get(oid);
      if (relation && this.#protected.get(oid)?.has(uses)) this.#protect(relation, column, unattributed);
    }
    this.#protectRelatives();
  }

  // A view over a relation that matters gets a decision for each column: the origin's protection where
  // the server named an origin, "unattributed" where the column is computed or could not be described.
  #protectViews(): void {
    let hasChanged = true;
    while (hasChanged) {
      hasChanged = false;
      for (const oid of this.#snapshot.relationsCallingUserFunctions) {
        if (this.#protectView(oid)) hasChanged = true;
      }
      for (const [oid, uses] of this.#snapshot.ruleDependencies) {
        if (!this.#protected.has(uses) && !this.#opaque.has(uses)) continue;
        if (this.#protectView(oid)) hasChanged = true;
      }
    }
  }

  #protectView(oid: number): boolean {
    const relation = this.#snapshot.relations.get(oid);
    if (!relation) return false;
    let hasChanged = !this.#opaque.has(oid);
    this.#opaque.add(oid);
    // A rule on a table runs beside the statement; the table's own columns stay what they are.
    if (relation.kind !== 'v' && relation.kind !== 'm') return hasChanged;
    const origins = this.#snapshot.viewOrigins.get(oid);
    let position = 0;
    for (const attribute of [...relation.columns.keys()].sort((a, b) => a - b)) {
      const origin = origins?.[position++];
      const protection = origin ? this.#ofOrigin(origin.tableOid, origin.columnAttribute) : unattributed;
      if (protection.kind !== 'clean' && this.#protect(relation, attribute, protection)) hasChanged = true;
    }
    return hasChanged;
  }

  #ofOrigin(tableOid: number, columnAttribute: number): ColumnProtection {
    if (tableOid === 0) return unattributed;
    const protection = this.ofColumn(tableOid, columnAttribute);
    return protection.kind === 'unknown' ? unattributed : protection;
  }
}

/** @returns Views that use, directly or through others, a relation with a protected column. */
export function viewsOverProtected(
  snapshot: CatalogSnapshot,
  policy: MaskingPolicy,
  sticky: StickyProtections,
): ReadonlySet<number> {
  // A copy: before the views are described, more counts as protected than will be.
  const protections = new ColumnProtections(snapshot, policy, new Map(sticky));
  const views = new Set<number>();
  for (const [oid, relation] of snapshot.relations) {
    const isView = relation.kind === 'v' || relation.kind === 'm';
    if (isView && oid >= firstUserOid && protections.touches(relation, false)) views.add(oid);
  }
  return views;
}

// A foreign table shows a relation of some server under another name: the names it has there count too.
function foreignRules(
  policy: MaskingPolicy,
  { schema, name, foreign }: CatalogRelation,
  attribute: number,
  column: string,
): readonly ColumnRule[] {
  const names = foreign ?? { schema: undefined, table: undefined, columns: new Map<number, string>() };
  const remote = names.columns.get(attribute) ?? column;
  return rulesForColumn(policy, names.schema ?? schema, names.table ?? name, remote);
}

function systemRulesFor(relation: CatalogRelation, column: string): readonly ColumnRule[] {
  const rule = systemColumnRules.find((r) => r.pattern.matches(relation.schema, relation.name, column));
  return rule ? [rule] : [];
}
