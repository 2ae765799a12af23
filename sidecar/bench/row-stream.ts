import type { CatalogRelation, Masker, MaskingSession, PartialCatalog } from 'wiremask';
import { encodeDataRow, encodeQuery, encodeRowDescription } from 'wiremask/postgres';
import { expectNoFailure, logIn } from '../scripted-login.ts';
import type { Sample, SampleColumn } from './sample.ts';

/** A resultset as it arrives from a server. */
export interface RowStream {
  readonly description: Uint8Array;
  /** DataRows, cut where reads from a socket cut them; may be replayed any number of times. */
  readonly chunks: readonly Uint8Array[];
  /** Some of the rows, one whole message each. */
  readonly messages: readonly Uint8Array[];
  /** Bytes of all chunks. */
  readonly size: number;
  /** Rows in all chunks. */
  readonly rowCount: number;
  readonly snapshot: PartialCatalog;
}

/** What Node reads from a socket at once. */
export const CHUNK_SIZE = 65_536;

// More than a second-level cache holds, so that every pass reads memory as a live stream does.
const STREAM_SIZE_MIN = 8 * 1024 * 1024;

const MESSAGES_MAX = 20_000;
const FIRST_TABLE_OID = 20_000;

/**
 * Encodes a sample, over and over until it is long enough.
 *
 * @param options - `sizeMin` in bytes; default 8 MiB.
 */
export function buildRowStream(sample: Sample, options: { readonly sizeMin?: number } = {}): RowStream {
  const oids = tableOids(sample.columns);
  const messages = sample.rows.map((row) => encodeDataRow(row));
  const once = messages.reduce((size, message) => size + message.length, 0);
  const copies = Math.max(1, Math.ceil((options.sizeMin ?? STREAM_SIZE_MIN) / once));
  const stream = Buffer.concat(Array.from({ length: copies }, () => messages).flat());
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += CHUNK_SIZE) chunks.push(stream.subarray(at, at + CHUNK_SIZE));
  return {
    description: describe(sample.columns, oids),
    chunks,
    messages: messages.slice(0, MESSAGES_MAX),
    size: stream.length,
    rowCount: messages.length * copies,
    snapshot: snapshotOf(sample.columns, oids),
  };
}

/** Opens a session and takes it to where the rows of the stream come next. */
export function openResultset(masker: Masker, stream: RowStream): MaskingSession {
  const session = openSession(masker, stream);
  expectNoFailure(session.fromDownstream(encodeQuery('select * from sample')));
  expectNoFailure(session.fromUpstream(stream.description));
  return session;
}

/** Opens a session that is logged in and knows the catalog of the stream. */
export function openSession(masker: Masker, stream: RowStream): MaskingSession {
  const catalog = masker.createCatalogStore({ snapshot: stream.snapshot });
  const session = masker.postgres({ catalog });
  logIn(session);
  return session;
}

function tableKey({ schema, table }: SampleColumn): string {
  return JSON.stringify([schema, table]);
}

function tableOids(columns: readonly SampleColumn[]): ReadonlyMap<string, number> {
  const keys = [...new Set(columns.map(tableKey))];
  return new Map(keys.map((key, index) => [key, FIRST_TABLE_OID + index]));
}

function describe(columns: readonly SampleColumn[], oids: ReadonlyMap<string, number>): Uint8Array {
  return encodeRowDescription(
    columns.map((column, index) => ({
      name: Buffer.from(column.name),
      tableOid: oids.get(tableKey(column)) ?? 0,
      columnAttribute: index + 1,
      typeOid: column.typeOid,
      typeSize: -1,
      typeModifier: -1,
      formatCode: 0,
    })),
  );
}

// Attribute numbers are positions in the resultset: a table has the columns that stand for it.
function snapshotOf(columns: readonly SampleColumn[], oids: ReadonlyMap<string, number>): PartialCatalog {
  const relations = new Map<number, CatalogRelation & { readonly columns: Map<number, string> }>();
  for (const [index, column] of columns.entries()) {
    const oid = oids.get(tableKey(column)) ?? 0;
    let relation = relations.get(oid);
    if (relation === undefined) {
      relation = { oid, schema: column.schema, name: column.table, kind: 'r', columns: new Map() };
      relations.set(oid, relation);
    }
    relation.columns.set(index + 1, column.name);
  }
  return { relations };
}
