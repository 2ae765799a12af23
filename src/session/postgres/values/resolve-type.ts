import type { PostgresType, TypeLookup } from '../../../wire/postgres/types/postgres-type.ts';

/** Types inside each other: beyond it a lookup that goes in circles is assumed, and the type is unknown. */
export const TYPE_DEPTH_MAX = 16;

/** @returns The type behind an OID with domains resolved, or `undefined` when nobody knows it. */
export function resolveType(oid: number, typeOf: TypeLookup): PostgresType | undefined {
  let type = typeOf(oid);
  for (let depth = 0; type?.shape === 'domain'; depth++) {
    if (type.inner === undefined || depth === TYPE_DEPTH_MAX) return undefined;
    type = typeOf(type.inner);
  }
  return type;
}

/** typdelim of an array type as a byte; a comma unless the type says otherwise. */
export function delimiterOf(type: PostgresType): number {
  return (type.delimiter ?? ',').charCodeAt(0);
}
