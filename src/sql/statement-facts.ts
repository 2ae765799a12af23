/** A name as written in a statement; `schema` is undefined when it was not qualified. */
export interface QualifiedName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** What one output column of a SELECT, VALUES or RETURNING list depends on. */
export interface OutputFacts {
  /** No column reference, sub-select or whole row in it, and no call that is not known to be harmless. */
  readonly isFreeOfColumns: boolean;
  /** Functions called in it: a user's own may stand behind the name of a built-in one. */
  readonly functions: readonly QualifiedName[];
  /** Operators used in it. */
  readonly operators: readonly QualifiedName[];
}

/**
 * What the number of rows depends on, apart from comparisons of one column with constants: conditions,
 * arguments of functions, LIMIT, sub-selects. What the outermost list gives out as it is does not count.
 */
export interface RowSources {
  readonly columnNames: ReadonlySet<string>;
  readonly hasHiddenColumns: boolean;
  /** One relation at most, no sub-select: every row of it counts once or not at all. */
  readonly isOneRelation: boolean;
  /** A value becomes a number of rows outright: generate_series() or LIMIT over something not constant. */
  readonly isComputed: boolean;
}

/** A relation that becomes a child of another one: by INHERITS, PARTITION OF, INHERIT or ATTACH PARTITION. */
export interface ChildFacts {
  readonly child: QualifiedName;
  readonly parent: QualifiedName;
}

/** What a single statement does, as far as its text tells. Nothing here knows which relation is protected. */
export type StatementEffect =
  | 'read' // SELECT, VALUES, TABLE
  | 'write' // INSERT, UPDATE, DELETE, MERGE, TRUNCATE, and SELECT with a data-modifying CTE
  | 'create-from-query' // CREATE TABLE AS, SELECT INTO, CREATE MATERIALIZED VIEW
  | 'define' // other DDL without code: CREATE TABLE, ALTER, DROP, CREATE INDEX or VIEW, GRANT, COMMENT ...
  // CREATE, ALTER or DROP of a function, trigger, rule, operator, cast, extension, language, policy ...; and
  // a table, index or domain with a stored expression that calls functions not known to be harmless.
  | 'define-code'
  | 'opaque' // DO, CALL, LOAD, and anything not classified
  | 'copy-out' // COPY ... TO STDOUT
  | 'copy-in' // COPY ... FROM STDIN
  | 'copy-server-side' // COPY to or from a file or PROGRAM on the server
  | 'session' // SET, RESET, SHOW, DISCARD, LISTEN, NOTIFY, LOCK, CHECKPOINT, VACUUM, ANALYZE, REFRESH ...
  | 'transaction' // BEGIN, COMMIT, SAVEPOINT, PREPARE TRANSACTION ...
  | 'explain'
  | 'prepare' // SQL PREPARE; facts are those of the inner statement
  | 'execute' // SQL EXECUTE
  | 'deallocate'
  | 'declare-cursor' // facts are those of the inner query
  | 'fetch' // FETCH, MOVE
  | 'close-cursor';

/** Options of COPY that decide how its rows are written. `undefined` = the server's default. */
export interface CopyFacts {
  /** The relation, or undefined for `COPY (query)`. */
  readonly relation: QualifiedName | undefined;
  /** The column list as written; undefined when there was none. */
  readonly columns: readonly string[] | undefined;
  /** Text of the query in `COPY (query) TO`, cut from the statement. */
  readonly queryText: string | undefined;
  readonly format: 'text' | 'csv' | 'binary';
  readonly delimiter: string | undefined;
  readonly nullText: string | undefined;
  readonly hasHeader: boolean;
  readonly quote: string | undefined;
  readonly escape: string | undefined;
  readonly encoding: string | undefined;
  /** `false` when an option was present that this reader does not know. */
  readonly isUnderstood: boolean;
}

/**
 * What flows into the targets of a write: UPDATE ... SET expressions, the query or VALUES of INSERT and
 * the SET of ON CONFLICT, the actions of MERGE, the query of CREATE TABLE AS and SELECT INTO, and every
 * FROM item and CTE they can draw from (aliases there may rename). RETURNING is left out. So are conditions
 * over one relation, and comparisons of one column with constants; other conditions pick rows by values
 * of another relation, and what is picked tells them.
 */
export interface WriteSources {
  readonly columnNames: ReadonlySet<string>;
  readonly hasHiddenColumns: boolean;
  readonly functions: readonly QualifiedName[];
  /** Relations, CTEs left out, that the values come from. */
  readonly relations: readonly QualifiedName[];
  /** Nothing but constants, parameters and DEFAULT flows in. */
  readonly isConstant: boolean;
  /**
   * Column by column, for an UPDATE of one relation from itself alone; `undefined` where they cannot be
   * told apart.
   */
  readonly assignments: readonly Assignment[] | undefined;
}

/** One `column = expression` of UPDATE ... SET. */
export interface Assignment {
  readonly column: string;
  readonly columnNames: ReadonlySet<string>;
  readonly hasHiddenColumns: boolean;
}

/** What the text of one statement tells, without any knowledge of the database. */
export interface StatementFacts {
  readonly effect: StatementEffect;
  /** Effect of the statement inside EXPLAIN, PREPARE, DECLARE, COPY (query) or CREATE TABLE AS. */
  readonly innerEffect: StatementEffect | undefined;
  /** Every relation named anywhere, targets included; CTE names left out only where they surely shadow. */
  readonly relations: readonly QualifiedName[];
  /** Relations written to: INSERT, UPDATE, DELETE, MERGE, COPY FROM, CTAS, SELECT INTO. */
  readonly targets: readonly QualifiedName[];
  /** Columns assigned in the targets by UPDATE SET / INSERT column list / MERGE; undefined = all. */
  readonly targetColumns: readonly string[] | undefined;
  /**
   * Targets among them that this very statement creates under TEMP, or in pg_temp: nothing else can
   * have them as a child or read them yet.
   */
  readonly temporaryTargets: readonly QualifiedName[];
  /**
   * Names that mean a relation made or moved by this statement: CREATE of any kind of relation, the new
   * name of RENAME, the new place of SET SCHEMA.
   */
  readonly createdRelations: readonly QualifiedName[];
  readonly children: readonly ChildFacts[];
  readonly functions: readonly QualifiedName[];
  /** Operators used; keywords such as BETWEEN are none. */
  readonly operators: readonly QualifiedName[];
  /** Types named in casts and function-style casts that are not in pg_catalog by spelling. */
  readonly types: readonly QualifiedName[];
  /** Texts of constants cast to regclass: relation names that only the server resolves. */
  readonly relationConstants: readonly string[];
  /** Last part of every column reference, lower-cased only as the parser did; plus system columns. */
  readonly columnNames: ReadonlySet<string>;
  /** `*`, a whole row (`t`, `t.to_json`), TABLE t, NATURAL JOIN, or an alias that renames: names may hide. */
  readonly hasHiddenColumns: boolean;
  /** The same, for the parts whose values a write stores: see `WriteSources`. */
  readonly writeSources: WriteSources;
  readonly rowSources: RowSources;
  /** One entry per output column, or undefined when the list cannot be counted (stars) or there is none. */
  readonly outputs: readonly OutputFacts[] | undefined;
  /** Name of PREPARE, EXECUTE, DEALLOCATE, or of the cursor of DECLARE, FETCH, CLOSE; undefined for ALL. */
  readonly reference: string | undefined;
  /**
   * Variables set by SET, RESET, set_config() and UPDATE pg_settings: lower-cased name ('all' for RESET ALL)
   * and value; '' stands for a name or value that is not a constant (then `isKnown` is false), undefined for
   * the default.
   */
  readonly settings: readonly {
    readonly name: string;
    readonly value: string | undefined;
    readonly isKnown: boolean;
  }[];
  readonly copy: CopyFacts | undefined;
  /** Creates a relation of its own under TEMP. */
  readonly isTemporaryTarget: boolean;
  /** A query whose text is stored to be run later: CREATE VIEW. */
  readonly storesQuery: boolean;
  /** Goes over rows of relations it need not name: ANALYZE, VACUUM, REINDEX, CLUSTER, ALTER DOMAIN ... */
  readonly isUtilityOverRelations: boolean;
}

/** All statements of one Query or Parse text, or why it could not be read. */
export type StatementText =
  | { readonly isReadable: true; readonly statements: readonly StatementFacts[] }
  | {
      readonly isReadable: false;
      readonly reason: 'syntax' | 'size' | 'depth' | 'ambiguous' | 'encoding';
      /** PostgreSQL's own message for `syntax`; never set otherwise. */
      readonly message?: string;
      /** 1-based character position for `syntax`. */
      readonly position?: number;
    };
