import type { WorkBudget } from '../../../detect/detector.ts';
import type { PostgresType } from '../../../wire/postgres/types/postgres-type.ts';
import { emptyMultirange, emptyRange } from '../../../wire/postgres/types/range.ts';
import { builtinTypes } from '../../../wire/postgres/types/type-oids.ts';
import { arrayBinaryScanner, arrayTextScanner } from './array-scanner.ts';
import type { CellScanner, CellScannerOptions, CellType } from './cell.ts';
import { compositeBinaryScanner, compositeTextScanner } from './composite-scanner.ts';
import { describeScalar } from './encode-replacement.ts';
import { compileJsonScanner } from './json-scanner.ts';
import { compileRangeScanner } from './range-scanner.ts';
import { delimiterOf, resolveType, TYPE_DEPTH_MAX } from './resolve-type.ts';
import { ScanContext } from './scan-context.ts';
import { compileTextScanner } from './text-scanner.ts';
import { compileOpaqueScanner, compileTypedScanner, compileUnreadableScanner } from './typed-scanner.ts';
import { compileXmlScanner } from './xml-scanner.ts';

const TEXT_OID = 25;
const RECORD_OID = 2249;
const JSONB_OID = 3802;

/**
 * Compiles the scanner of one column. Whatever it writes is a value of the column's type in the column's
 * format. The scanner is not re-entrant; use one per column and connection.
 */
export function compileCellScanner(options: CellScannerOptions): CellScanner {
  return new Compiler(options).compile(options.type.typeOid, options.type.typeModifier, 0);
}

class Compiler {
  readonly #context: ScanContext;
  readonly #type: CellType;
  readonly #opaque: CellScanner;
  // Scanners for types that only the bytes of a binary value name.
  readonly #byOid = new Map<number, CellScanner>();
  // How many of them are at work inside each other.
  #valueDepth = 0;

  constructor(options: CellScannerOptions) {
    this.#context = new ScanContext(options);
    this.#type = options.type;
    this.#opaque = compileOpaqueScanner(this.#context);
  }

  compile(oid: number, typeModifier: number, depth: number): CellScanner {
    const type = depth > TYPE_DEPTH_MAX ? undefined : resolveType(oid, this.#type.typeOf);
    if (type === undefined) return this.#compileUnknown();
    switch (type.shape) {
      case 'array':
        return this.#compileArray(type, typeModifier, depth);
      case 'composite':
        return this.#compileComposite(type, depth);
      case 'range':
        return this.#compileRange(type, depth);
      case 'multirange':
        return this.#compileMultirange(type, depth);
      case 'pseudo':
        return type.oid === RECORD_OID ? this.#compileRecord(depth) : this.#compileScalar(type, typeModifier);
      case 'base':
      case 'enum':
        return this.#compileScalar(type, typeModifier);
      case 'domain':
        // Domains are resolved above.
        return this.#compileUnknown();
      default:
        return type.shape satisfies never;
    }
  }

  // In text format the bytes are at least text; a binary format that nobody knows may hide anything.
  #compileUnknown(): CellScanner {
    return this.#type.formatCode === 0 ? this.#opaque : compileUnreadableScanner(this.#context);
  }

  #compileScalar(type: PostgresType, typeModifier: number): CellScanner {
    const { formatCode, isDateStyleIso } = this.#type;
    const scalar = describeScalar(type, typeModifier, formatCode, isDateStyleIso);
    // Built-in types without a codec hold numbers, names or plain text, in binary format too.
    if (scalar === undefined) return builtinTypes.has(type.oid) ? this.#opaque : this.#compileUnknown();
    switch (scalar.kind.kind) {
      case 'text':
        return compileTextScanner(this.#context, scalar);
      case 'json':
        return compileJsonScanner(this.#context, scalar, type.oid === JSONB_OID && formatCode === 1);
      case 'xml':
        return compileXmlScanner(this.#context, scalar);
      default:
        return compileTypedScanner(this.#context, scalar);
    }
  }

  #compileArray(type: PostgresType, typeModifier: number, depth: number): CellScanner {
    const elementOid = type.inner ?? 0;
    const element = this.compile(elementOid, typeModifier, depth + 1);
    const { report } = this.#context;
    if (this.#type.formatCode === 0) return arrayTextScanner(element, delimiterOf(type), report);
    return arrayBinaryScanner((oid) => (oid === elementOid ? element : this.#forOid(oid, depth)), report);
  }

  #compileComposite(type: PostgresType, depth: number): CellScanner {
    const attributes = (type.attributes ?? []).map((attribute) => ({
      typeOid: attribute.typeOid,
      scanner: this.compile(attribute.typeOid, attribute.typeModifier ?? -1, depth + 1),
    }));
    const { report } = this.#context;
    if (this.#type.formatCode === 0) {
      const scanners = attributes.map((attribute) => attribute.scanner);
      return compositeTextScanner(scanners, this.#opaque, report);
    }
    return compositeBinaryScanner((index, oid) => {
      const attribute = attributes[index];
      return attribute?.typeOid === oid ? attribute.scanner : this.#forOid(oid, depth);
    }, report);
  }

  // In text format an anonymous row does not say its types, and no client can know them: text it is.
  #compileRecord(depth: number): CellScanner {
    const { report } = this.#context;
    if (this.#type.formatCode === 0) {
      return compositeTextScanner([], this.compile(TEXT_OID, -1, depth + 1), report);
    }
    return compositeBinaryScanner((_index, oid) => this.#forOid(oid, depth), report);
  }

  #compileRange(type: PostgresType, depth: number): CellScanner {
    const bound = this.compile(type.inner ?? 0, -1, depth + 1);
    const { formatCode } = this.#type;
    const shape = { formatCode, isMultirange: false, empty: emptyRange(formatCode) };
    return compileRangeScanner(bound, shape, this.#context.report);
  }

  #compileMultirange(type: PostgresType, depth: number): CellScanner {
    const range = resolveType(type.inner ?? 0, this.#type.typeOf);
    const bound = this.compile(range?.inner ?? 0, -1, depth + 2);
    const { formatCode } = this.#type;
    const shape = { formatCode, isMultirange: true, empty: emptyMultirange(formatCode) };
    return compileRangeScanner(bound, shape, this.#context.report);
  }

  #forOid(oid: number, depth: number): CellScanner {
    let scanner = this.#byOid.get(oid);
    if (scanner === undefined) {
      scanner = this.#boundDepth(this.compile(oid, -1, depth + 1));
      // Unknown OIDs are not kept: hostile bytes could name any number of them.
      if (this.#type.typeOf(oid) !== undefined) this.#byOid.set(oid, scanner);
    }
    return scanner;
  }

  // Fails closed: bytes can nest rows as deep as they are long, types cannot.
  #boundDepth(scanner: CellScanner): CellScanner {
    return {
      scan: (body: Uint8Array, start: number, end: number, budget: WorkBudget) => {
        if (this.#valueDepth >= TYPE_DEPTH_MAX) {
          this.#context.report.failedClosed('malformed');
          return null;
        }
        this.#valueDepth++;
        const masked = scanner.scan(body, start, end, budget);
        this.#valueDepth--;
        return masked;
      },
    };
  }
}
