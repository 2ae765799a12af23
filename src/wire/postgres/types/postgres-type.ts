/**
 * 0 = text, 1 = binary.
 * https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES
 */
export type FormatCode = 0 | 1;

/**
 * A row of pg_type, as far as a value's shape depends on it. Built-in types are known without a
 * server (`builtinTypes`); the others come from a catalog.
 */
export interface PostgresType {
  readonly oid: number;
  readonly name: string;
  /**
   * pg_type.typtype in words: base, composite, domain, enum, pseudo, range, multirange; plus `array`
   * for a true array type (typcategory A with an element).
   */
  readonly shape: 'base' | 'array' | 'composite' | 'domain' | 'enum' | 'range' | 'multirange' | 'pseudo';
  /** Element type OID of an array; subtype of a range; range of a multirange; base type of a domain. */
  readonly inner?: number;
  /** typdelim of an array's element; ',' unless said. */
  readonly delimiter?: string;
  /** Attributes of a composite, in order, dropped ones left out. */
  readonly attributes?: readonly {
    readonly name: string;
    readonly typeOid: number;
    /** pg_attribute.atttypmod; none (-1) unless said. */
    readonly typeModifier?: number;
  }[];
  /** Labels of an enum, in sort order. */
  readonly labels?: readonly string[];
}

/** @returns The type, or `undefined` when nobody knows this OID (its values can then only become NULL). */
export type TypeLookup = (oid: number) => PostgresType | undefined;
