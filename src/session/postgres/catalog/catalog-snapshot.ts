import type { PostgresType } from '../../../wire/postgres/types/postgres-type.ts';

/** A row of pg_class with its columns, as far as masking needs it. */
export interface CatalogRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** pg_class.relkind: r table, p partitioned table, v view, m materialized view, f foreign table. */
  readonly kind: string;
  /** By attribute number; dropped columns are absent. */
  readonly columns: ReadonlyMap<number, string>;
  /**
   * Attribute numbers of arrays, composites and ranges: they have a shape that a mask of their parts
   * leaves.
   */
  readonly structured?: ReadonlySet<number>;
  /** What a foreign table stands for, as its options say: rules for that relation hold here too. */
  readonly foreign?: ForeignNames;
}

/** Names a foreign table or its columns have on the server they live on. */
export interface ForeignNames {
  readonly schema: string | undefined;
  readonly table: string | undefined;
  /** By attribute number, where they differ. */
  readonly columns: ReadonlyMap<number, string>;
}

/** Where an output column of a view comes from, as the server described its definition; 0/0 = computed. */
export interface ViewColumnOrigin {
  readonly tableOid: number;
  readonly columnAttribute: number;
}

/** One column of a foreign key. */
export interface ForeignKeyColumn {
  readonly relation: number;
  readonly column: number;
  readonly references: number;
  readonly referencedColumn: number;
}

/**
 * What a session knows of one database. Pass one of your own to `masker.postgres({ catalog })`, or let
 * the session read it from the server.
 */
export interface CatalogSnapshot {
  /**
   * User relations, and the system relations that hold other people's values. Temporary ones are left out.
   */
  readonly relations: ReadonlyMap<number, CatalogRelation>;
  /** Names of system relations, as `schema.name`: known to hold no row values unless in `relations`. */
  readonly systemRelations: ReadonlySet<string>;
  readonly types: ReadonlyMap<number, PostgresType>;
  /** child OID, parent OID: inheritance and partitions. */
  readonly inheritance: readonly (readonly [child: number, parent: number])[];
  /** Generated columns and the columns of the same relation that their expressions read. */
  readonly generatedColumns: readonly {
    readonly relation: number;
    readonly column: number;
    readonly uses: number;
  }[];
  /** Relation whose rewrite rule (a view's query) uses another relation. */
  readonly ruleDependencies: readonly (readonly [relation: number, uses: number])[];
  /**
   * Relations that run code or show data nobody can attribute when they are read: rules, views and policies
   * that call functions made by users, views over what is hidden, columns of `codeTypes`.
   */
  readonly relationsCallingUserFunctions: ReadonlySet<number>;
  /**
   * Relations with triggers made by users, or with checks, defaults or indexes that call functions made
   * by users: writing to them runs code nobody has read.
   */
  readonly relationsWithTriggers: ReadonlySet<number>;
  /** Columns that repeat the values of other ones: foreign keys. */
  readonly foreignKeys: readonly ForeignKeyColumn[];
  /** Columns that the number of rows of a view depends on, by OID; '*' for those it does not name. */
  readonly viewRowColumns: ReadonlyMap<number, ReadonlySet<string>>;
  /** Types whose values cannot come to be without code of users: casts, checks of domains. By OID. */
  readonly codeTypes: ReadonlySet<number>;
  /** Their names; '*' when casts between built-in types run such code. */
  readonly codeTypeNames: ReadonlySet<string>;
  /** Origins of the columns of views over protected relations, by view OID, in column order. */
  readonly viewOrigins: ReadonlyMap<number, readonly ViewColumnOrigin[]>;
  /** Names of functions made by users that are not known to be harmless. */
  readonly userFunctions: ReadonlySet<string>;
  /** Names of functions from compiled, immutable extension code: harmless. */
  readonly harmlessUserFunctions: ReadonlySet<string>;
  /** Operators made by users that are not known to be harmless. */
  readonly userOperators: ReadonlySet<string>;
  /** Operators over compiled, immutable extension code. */
  readonly harmlessUserOperators: ReadonlySet<string>;
  /** Names of constraints, indexes, columns, relations, schemas and types: identifiers an error may name. */
  readonly identifiers: ReadonlySet<string>;
}

/** System objects have OIDs below this: FirstNormalObjectId in access/transam.h. */
export const firstUserOid = 16384;
