import type { PostgresType } from '../../../wire/postgres/types/postgres-type.ts';
import { emptyMultirange, emptyRange } from '../../../wire/postgres/types/range.ts';
import { arrayBinaryMasker, arrayTextMasker } from './array-masker.ts';
import type { CellMasker, CellMaskerOptions } from './cell.ts';
import { compositeBinaryMasker, compositeTextMasker } from './composite-masker.ts';
import { describeScalar, encodeConstant, type ScalarType } from './encode-replacement.ts';
import { compileJsonPathMasker } from './json-path-masker.ts';
import { delimiterOf, resolveType, TYPE_DEPTH_MAX } from './resolve-type.ts';
import { compileScalarMasker, constantCellMasker } from './scalar-masker.ts';

const RECORD_OID = 2249;
const JSONB_OID = 3802;

/**
 * Compiles the masker of one column. Its replacements are values of the column's type in the column's
 * format, whatever the bytes were; a type nobody knows gets NULL.
 *
 * @throws {PolicyError} WIREMASK_ERR_POLICY for a JSON path that cannot be read.
 */
export function compileCellMasker(options: CellMaskerOptions): CellMasker {
  return new Compiler(options).compile(options.type.typeOid, options.type.typeModifier, 0);
}

const NULL_MASKER = constantCellMasker(null);

class Compiler {
  readonly #options: CellMaskerOptions;
  // Maskers for types that only the bytes of a binary value name.
  readonly #byOid = new Map<number, CellMasker>();
  // How many of them are at work inside each other.
  #valueDepth = 0;

  constructor(options: CellMaskerOptions) {
    this.#options = options;
  }

  compile(oid: number, typeModifier: number, depth: number): CellMasker {
    const type = depth > TYPE_DEPTH_MAX ? undefined : resolveType(oid, this.#options.type.typeOf);
    if (type === undefined || this.#options.masker.spec.mask === 'nullify')
      return this.#compileNullable(type);
    switch (type.shape) {
      case 'array':
        return this.#compileArray(type, typeModifier, depth);
      case 'composite':
        return this.#compileComposite(type, depth);
      case 'range':
        return this.#compileConstant(emptyRange(this.#options.type.formatCode));
      case 'multirange':
        return this.#compileConstant(emptyMultirange(this.#options.type.formatCode));
      case 'pseudo':
        return type.oid === RECORD_OID ? this.#compileRecord(depth) : this.#compileScalar(type, typeModifier);
      case 'base':
      case 'enum':
        return this.#compileScalar(type, typeModifier);
      case 'domain':
        // Domains are resolved above.
        return NULL_MASKER;
      default:
        return type.shape satisfies never;
    }
  }

  // Under nullify, documents with paths keep what no path names; everything else is NULL.
  #compileNullable(type: PostgresType | undefined): CellMasker {
    const scalar = type === undefined ? undefined : this.#describe(type, -1);
    if (scalar?.kind.kind !== 'json' || this.#options.jsonPaths.length === 0) return NULL_MASKER;
    return this.#compileDocument(scalar);
  }

  #describe(type: PostgresType, typeModifier: number): ScalarType | undefined {
    const { formatCode, isDateStyleIso } = this.#options.type;
    return describeScalar(type, typeModifier, formatCode, isDateStyleIso);
  }

  #compileScalar(type: PostgresType, typeModifier: number): CellMasker {
    const scalar = this.#describe(type, typeModifier);
    if (scalar === undefined) return NULL_MASKER;
    if (scalar.kind.kind === 'json' && this.#options.jsonPaths.length > 0)
      return this.#compileDocument(scalar);
    return compileScalarMasker(this.#options.masker, scalar);
  }

  #compileDocument(scalar: ScalarType): CellMasker {
    const { masker, jsonPaths, type } = this.#options;
    const isVersioned = scalar.type.oid === JSONB_OID && type.formatCode === 1;
    return compileJsonPathMasker(masker, jsonPaths, isVersioned, encodeConstant(scalar));
  }

  // A fixed replacement is never a range; the other maskers leave the range that holds nothing.
  #compileConstant(empty: Uint8Array): CellMasker {
    return constantCellMasker(this.#options.masker.spec.mask === 'replace' ? null : empty);
  }

  #compileArray(type: PostgresType, typeModifier: number, depth: number): CellMasker {
    const elementOid = type.inner ?? 0;
    const element = this.compile(elementOid, typeModifier, depth + 1);
    // NULL for every element would still tell how many there are.
    if (element.constant === null) return NULL_MASKER;
    if (this.#options.type.formatCode === 0) return arrayTextMasker(element, delimiterOf(type));
    return arrayBinaryMasker((oid) => (oid === elementOid ? element : this.#forOid(oid, depth)));
  }

  #compileComposite(type: PostgresType, depth: number): CellMasker {
    const attributes = type.attributes?.map((attribute) => ({
      typeOid: attribute.typeOid,
      masker: this.compile(attribute.typeOid, attribute.typeModifier ?? -1, depth + 1),
    }));
    if (attributes === undefined) return NULL_MASKER;
    if (this.#options.type.formatCode === 0) {
      return compositeTextMasker(attributes.map((attribute) => attribute.masker));
    }
    return compositeBinaryMasker((index, oid) => {
      const attribute = attributes[index];
      return attribute?.typeOid === oid ? attribute.masker : this.#forOid(oid, depth);
    });
  }

  // An anonymous row says the types of its attributes in binary format only.
  #compileRecord(depth: number): CellMasker {
    if (this.#options.type.formatCode === 0) return NULL_MASKER;
    return compositeBinaryMasker((_index, oid) => this.#forOid(oid, depth));
  }

  #forOid(oid: number, depth: number): CellMasker {
    let masker = this.#byOid.get(oid);
    if (masker === undefined) {
      masker = this.#boundDepth(this.compile(oid, -1, depth + 1));
      // Unknown OIDs are not kept: hostile bytes could name any number of them.
      if (this.#options.type.typeOf(oid) !== undefined) this.#byOid.set(oid, masker);
    }
    return masker;
  }

  // Fails closed: bytes can nest rows as deep as they are long, types cannot.
  #boundDepth(masker: CellMasker): CellMasker {
    return {
      constant: masker.constant,
      mask: (body: Uint8Array, start: number, end: number) => {
        if (this.#valueDepth >= TYPE_DEPTH_MAX) return null;
        this.#valueDepth++;
        const masked = masker.mask(body, start, end);
        this.#valueDepth--;
        return masked;
      },
    };
  }
}
