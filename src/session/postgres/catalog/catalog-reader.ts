import { createHash, randomBytes } from 'node:crypto';
import { parseDataRow } from '../../../wire/postgres/data-row.ts';
import {
  encodeBind,
  encodeClose,
  encodeDescribe,
  encodeExecute,
  encodeParse,
  encodeSync,
} from '../../../wire/postgres/extended-query.ts';
import { backend } from '../../../wire/postgres/message-types.ts';
import { parseRowDescription } from '../../../wire/postgres/row-description.ts';
import { type CatalogDraft, catalogQueries, emptyCatalogDraft, pinSearchPath } from './catalog-queries.ts';
import { type CatalogSnapshot, firstUserOid, type ViewColumnOrigin } from './catalog-snapshot.ts';

// A statement name of our own: the client's unnamed statement survives (a simple Query would drop it).
// Not to be guessed, since a client's statement of the same name would be closed.
const statementName = `wiremask_${randomBytes(8).toString('hex')}`;

/** Definitions read of one database; views beyond count as opaque. */
const viewDefinitionsMax = 5000;

/** What only the text of a view's definition tells. */
export interface ViewJudgement {
  /** It calls functions not known to be harmless, or names a system relation with other people's values. */
  readonly isOpaque: boolean;
  /** Columns its number of rows depends on, '*' for those it does not name; `undefined` over one relation. */
  readonly rowColumns: ReadonlySet<string> | undefined;
}

const unseen: ViewJudgement = { isOpaque: true, rowColumns: new Set(['*']) };

/** Judges a definition as pg_get_viewdef gives it when search_path is pg_catalog. */
export type ViewJudge = (definition: Uint8Array, draft: CatalogSnapshot) => ViewJudgement;

/**
 * Reads the catalog in a conversation of its own over an idle connection: you send what it gives,
 * and give it every backend message until it is done.
 *
 * Two rounds: the catalog tables; then the definitions of the views. Those over protected relations the
 * server itself is asked to describe, so that every output column gets its true origin.
 */
export class CatalogReader {
  readonly #draft: CatalogDraft = emptyCatalogDraft();
  readonly #viewsToDescribe: (draft: CatalogSnapshot) => ReadonlySet<number>;
  readonly #judgeView: ViewJudge | undefined;
  #definitions: [oid: number, text: Uint8Array][] = [];
  #round: 'tables' | 'definitions' | 'origins' | 'done' = 'tables';
  #queryIndex = -1;
  #syncsLeft = 1;
  #hasFailed = false;
  readonly #hash = createHash('sha256');

  /**
   * @param viewsToDescribe - Chooses the views whose columns matter, once the tables are known.
   * @param judgeView - Judges every view by its text; without it, by its dependencies alone.
   */
  constructor(viewsToDescribe: (draft: CatalogSnapshot) => ReadonlySet<number>, judgeView?: ViewJudge) {
    this.#viewsToDescribe = viewsToDescribe;
    this.#judgeView = judgeView;
  }

  get isDone(): boolean {
    return this.#round === 'done';
  }

  /** @returns The catalog, or `undefined` when the server would not give it. */
  get snapshot(): CatalogSnapshot | undefined {
    return this.isDone && !this.#hasFailed ? this.#draft : undefined;
  }

  /** Tells two catalogs apart; read once, when it is done. */
  fingerprint(): string {
    return this.#hash.digest('base64');
  }

  /** @returns The first bytes to send. */
  start(): Uint8Array {
    const parts = [...executed(pinSearchPath), ...catalogQueries.flatMap((query) => executed(query.text))];
    return Buffer.concat([...parts, encodeClose('statement', statementName), encodeSync()]);
  }

  /**
   * Takes one backend message.
   *
   * @returns Bytes to send next, if any. Check `isDone` afterwards.
   * @throws {WireError} When a message does not parse.
   */
  take(type: number, body: Uint8Array): Uint8Array | undefined {
    switch (type) {
      case backend.bindComplete:
        this.#queryIndex++;
        return undefined;
      case backend.dataRow:
        this.#hash.update(body);
        this.#takeRow(parseDataRow(body));
        return undefined;
      case backend.rowDescription:
        this.#hash.update(body);
        this.#takeOrigins(body);
        return undefined;
      case backend.errorResponse:
        // A view that cannot be described keeps no origins: its columns then count as computed.
        if (this.#round !== 'origins') this.#hasFailed = true;
        return undefined;
      case backend.readyForQuery:
        return this.#nextRound();
      default:
        return undefined;
    }
  }

  #takeRow(cells: (Uint8Array | null)[]): void {
    if (this.#round === 'definitions') {
      const [oid, text] = cells;
      if (oid && text) this.#definitions.push([Number(textOf(oid)), Uint8Array.from(text)]);
      return;
    }
    // Query 0 is pinSearchPath.
    const query = catalogQueries[this.#queryIndex - 1];
    if (this.#round === 'tables' && query) query.add(this.#draft, cells.map(textOf));
  }

  #takeOrigins(body: Uint8Array): void {
    if (this.#round !== 'origins') return;
    const definition = this.#definitions[this.#definitionOf()];
    if (!definition) return;
    const origins: ViewColumnOrigin[] = parseRowDescription(body).map(({ tableOid, columnAttribute }) => ({
      tableOid,
      columnAttribute,
    }));
    this.#draft.viewOrigins.set(definition[0], origins);
  }

  #definitionOf(): number {
    return this.#definitions.length - this.#syncsLeft;
  }

  #nextRound(): Uint8Array | undefined {
    this.#syncsLeft--;
    if (this.#syncsLeft > 0) return undefined;
    if (this.#hasFailed) {
      this.#round = 'done';
      return undefined;
    }
    if (this.#round === 'tables') {
      const views = this.#judgeView ? this.#userViews() : this.#viewsToDescribe(this.#draft);
      if (views.size > 0) return this.#askDefinitions(views);
    } else if (this.#round === 'definitions') {
      this.#judgeDefinitions();
      const views = this.#viewsToDescribe(this.#draft);
      this.#definitions = this.#definitions.filter(([oid]) => views.has(oid));
      if (this.#definitions.length > 0) return this.#askOrigins();
    }
    this.#round = 'done';
    return undefined;
  }

  #userViews(): ReadonlySet<number> {
    const views = new Set<number>();
    for (const { oid, kind } of this.#draft.relations.values()) {
      if (oid >= firstUserOid && (kind === 'v' || kind === 'm')) views.add(oid);
    }
    return views;
  }

  #judgeDefinitions(): void {
    const judge = this.#judgeView;
    if (!judge) return;
    const { relationsCallingUserFunctions, viewRowColumns } = this.#draft;
    const definitions = new Map(this.#definitions);
    for (const oid of this.#userViews()) {
      const text = definitions.get(oid);
      // A view without a definition is gone, or one too many.
      const { isOpaque, rowColumns } = text ? judge(text, this.#draft) : unseen;
      if (isOpaque) relationsCallingUserFunctions.add(oid);
      if (rowColumns) viewRowColumns.set(oid, rowColumns);
    }
  }

  #askDefinitions(views: ReadonlySet<number>): Uint8Array {
    this.#round = 'definitions';
    this.#syncsLeft = 1;
    const oids = [...views].slice(0, viewDefinitionsMax).join(',');
    const text = `select c.oid, pg_catalog.pg_get_viewdef(c.oid) from pg_catalog.pg_class c
      where c.oid in (${oids}) and c.relkind in ('v', 'm') and c.oid >= ${firstUserOid}`;
    const close = encodeClose('statement', statementName);
    return Buffer.concat([...executed(pinSearchPath), ...executed(text), close, encodeSync()]);
  }

  // One Sync per view: a definition the server refuses must not take the others with it.
  #askOrigins(): Uint8Array {
    this.#round = 'origins';
    this.#syncsLeft = this.#definitions.length;
    const parts = this.#definitions.flatMap(([, text]) => [
      ...executed(pinSearchPath),
      encodeClose('statement', statementName),
      encodeParse(statementName, text),
      encodeDescribe('statement', statementName),
      encodeClose('statement', statementName),
      encodeSync(),
    ]);
    return Buffer.concat(parts);
  }
}

// The unnamed portal: between transactions there is none of the client's, while a name could be taken.
function executed(text: string): Uint8Array[] {
  return [
    encodeClose('statement', statementName),
    encodeParse(statementName, Buffer.from(text)),
    encodeBind({ statement: statementName }),
    encodeExecute('', 0),
  ];
}

function textOf(cell: Uint8Array | null): string {
  return cell === null ? '' : Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('utf8');
}
