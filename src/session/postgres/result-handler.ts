import { WireError } from '../../errors.ts';
import { parseCopyResponse } from '../../wire/postgres/copy-response.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import { backend } from '../../wire/postgres/message-types.ts';
import {
  type ColumnDescription,
  encodeRowDescription,
  parseRowDescription,
} from '../../wire/postgres/row-description.ts';
import { isConsistent, planResult, type ResultContext, type ResultPlan } from './column-plans.ts';
import type { Conversation } from './conversation.ts';
import { type CopyOutPlan, maskCopyData, planCopyOut, unknownCopyColumns } from './copy-out.ts';
import type { TrackedStatement } from './tracked-statement.ts';

// Descriptions longer than this are planned anew each time: a key that long costs more than it saves.
const cacheKeyMax = 8192;

/** Turns descriptions into plans, and rows into masked rows. */
export class ResultHandler {
  readonly #conversation: Conversation;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** The plan of the rows that come now; `undefined` = a row would be an error. */
  get rowPlan(): ResultPlan | undefined {
    const { expectations, portals } = this.#conversation;
    const { head } = expectations;
    if (head?.kind === 'query') return head.plan;
    return head?.kind === 'execute' ? portals.get(head.portal)?.plan : undefined;
  }

  /** The plan of the COPY rows that come now. */
  get copyPlan(): CopyOutPlan | undefined {
    const { head } = this.#conversation.expectations;
    return head?.kind === 'query' || head?.kind === 'execute' ? head.copyOut : undefined;
  }

  /** Takes a RowDescription, `bytes[start, end)`, at the place the conversation has come to. */
  describe(bytes: Uint8Array, start: number, end: number): void {
    const conversation = this.#conversation;
    const { expectations, portals, catalog } = conversation;
    const body = bytes.subarray(start + messageHeaderSize, end);
    const { head } = expectations;
    switch (head?.kind) {
      case 'query': {
        head.plan = this.#planFor(body, head.statement, head.index, conversation.touches(head.statement));
        this.#forwardDescription(bytes, start, end);
        return;
      }
      case 'describe-portal': {
        expectations.shift();
        const portal = portals.get(head.name);
        const touches = conversation.portalTouches(head.name);
        const plan = this.#planFor(body, portal?.statement, portal?.statement?.soleIndex ?? -1, touches);
        if (portal) portal.plan = plan;
        // A cursor made by DECLARE is a portal the protocol did not see being bound.
        else portals.set(head.name, { statement: undefined, hasTouched: touches, plan });
        if (!head.isOwn) this.#forwardDescription(bytes, start, end);
        return;
      }
      case 'describe-statement': {
        expectations.shift();
        if (!head.isOwn) this.#forwardDescription(bytes, start, end);
        return;
      }
      case 'describe-copy':
        expectations.shift();
        head.description.columns = parseRowDescription(Uint8Array.from(body));
        return;
      default:
        throw new WireError(
          'WIREMASK_ERR_MESSAGE_ORDER',
          `RowDescription where ${head?.kind ?? 'no'} answer was due (catalog ${catalog ? 'known' : 'unknown'})`,
        );
    }
  }

  /** A described statement returns no rows. */
  noData(): void {
    const { expectations, portals } = this.#conversation;
    const { head } = expectations;
    if (head?.kind === 'describe-portal') {
      const portal = portals.get(head.name);
      if (portal) portal.plan = undefined;
    } else if (head?.kind !== 'describe-statement' && head?.kind !== 'describe-copy') {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', `NoData where ${head?.kind ?? 'no'} answer was due`);
    }
    expectations.shift();
  }

  /** Masks one whole DataRow, `bytes[start, end)`. */
  dataRow(bytes: Uint8Array, start: number, end: number, plan: ResultPlan): void {
    const { toDownstream, rows, counts } = this.#conversation;
    counts.rows++;
    if (plan.lastActive < 0) {
      toDownstream.forward(bytes, start, end);
      return;
    }
    const writer = toDownstream.beginWriting();
    const before = writer.length;
    try {
      if (!rows.maskDataRow(bytes, start, end, plan, writer)) toDownstream.forward(bytes, start, end);
    } catch (error) {
      // The error that follows must not stand behind half a row.
      writer.truncate(before);
      throw error;
    }
  }

  /** A CopyOutResponse: plans the rows that follow. */
  beginCopyOut(body: Uint8Array): void {
    const conversation = this.#conversation;
    const { head } = conversation.expectations;
    const response = parseCopyResponse(body);
    const isQuery = head?.kind === 'query';
    if (!isQuery && head?.kind !== 'execute') {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'CopyOutResponse where no COPY was due');
    }
    const statement = isQuery ? head.statement : conversation.portals.get(head.portal)?.statement;
    const index = isQuery ? head.index : 0;
    const touches = isQuery ? conversation.touches(statement) : conversation.portalTouches(head.portal);
    const described = this.#withoutGenerated(head.copyDescription?.columns, response.columnFormats.length);
    const columns =
      described?.length === response.columnFormats.length
        ? described.map((column, at) => ({ ...column, formatCode: response.columnFormats[at]! }))
        : unknownCopyColumns(response);
    const facts = statement?.facts(index);
    const result = planResult(columns, this.#context(statement, index, touches), conversation.plans);
    head.copyOut = planCopyOut(facts?.copy, response, result);
  }

  // COPY of a table leaves out generated columns; `select *` does not.
  #withoutGenerated(
    columns: readonly ColumnDescription[] | undefined,
    count: number,
  ): readonly ColumnDescription[] | undefined {
    const generated = this.#conversation.catalog?.snapshot.generatedColumns;
    if (!columns || !generated || columns.length <= count) return columns;
    return columns.filter(
      ({ tableOid, columnAttribute }) =>
        !generated.some(({ relation, column }) => relation === tableOid && column === columnAttribute),
    );
  }

  /** Masks the CopyData message `bytes[start, end)`. */
  copyData(bytes: Uint8Array, start: number, end: number, plan: CopyOutPlan): void {
    const { toDownstream, rows, texts, counts } = this.#conversation;
    counts.rows++;
    const data = bytes.subarray(start + messageHeaderSize, end);
    const masked = maskCopyData(data, plan, rows, texts);
    if (masked === undefined) {
      toDownstream.forward(bytes, start, end);
      return;
    }
    const writer = toDownstream.beginWriting();
    writer.uint8(backend.copyData);
    writer.int32(masked.length + 4);
    writer.bytes(masked);
  }

  /** A CopyDone from the server. */
  endCopyOut(): void {
    const { head } = this.#conversation.expectations;
    if ((head?.kind !== 'query' && head?.kind !== 'execute') || head.copyOut === undefined) {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'CopyDone where no COPY was under way');
    }
    head.copyOut = undefined;
  }

  #planFor(
    body: Uint8Array,
    statement: TrackedStatement | undefined,
    index: number,
    touches: boolean,
  ): ResultPlan {
    const { plans } = this.#conversation;
    const context = this.#context(statement, index, touches);
    const make = (): ResultPlan => {
      const columns = parseRowDescription(body);
      this.#noteUnknown(columns, context);
      return planResult(columns, context, plans);
    };
    return body.length > cacheKeyMax ? make() : plans.planFor(cacheKey(body, context), make);
  }

  #context(statement: TrackedStatement | undefined, index: number, touches: boolean): ResultContext {
    const conversation = this.#conversation;
    const { catalog, isDateStyleIso, plans } = conversation;
    if (!plans.hasColumnRules) {
      return {
        catalog,
        isCatalogStale: false,
        touches: false,
        outputs: undefined,
        named: undefined,
        isViewDoubtful: false,
        isDateStyleIso,
      };
    }
    return {
      catalog,
      isCatalogStale: conversation.isCatalogDoubtful,
      touches,
      outputs: statement?.outputs(index, catalog),
      named: statement?.named(index),
      isViewDoubtful: this.#isViewDoubtful(statement, index),
      isDateStyleIso,
    };
  }

  // A cursor's rows are those of the view as it was when the cursor was declared.
  #isViewDoubtful(statement: TrackedStatement | undefined, index: number): boolean {
    const conversation = this.#conversation;
    const { head } = conversation.expectations;
    const portal = head?.kind === 'describe-portal' ? head.name : undefined;
    const fetched = statement?.fetchedCursor(index);
    if (fetched !== undefined) return conversation.isCursorOutdated(fetched);
    return statement === undefined && (portal === undefined || conversation.isCursorOutdated(portal));
  }

  #noteUnknown(columns: readonly ColumnDescription[], { catalog, named }: ResultContext): void {
    const { store, plans } = this.#conversation;
    if (!store || !catalog || !plans.hasColumnRules) return;
    // No catalog ever lists temporary relations.
    const { temporaries } = this.#conversation;
    if (temporaries.names.size > 0 || temporaries.isUncertain) return;
    for (const column of columns) {
      const { tableOid, columnAttribute } = column;
      if (tableOid === 0) continue;
      const { kind } = catalog.protections.ofColumn(tableOid, columnAttribute);
      if (kind === 'unknown' || !isConsistent(column, catalog, named)) store.noteUnknownRelation(tableOid);
    }
  }

  // A column name is whatever the statement or the catalog made it: data to the detectors.
  #forwardDescription(bytes: Uint8Array, start: number, end: number): void {
    const { plans, texts, toDownstream } = this.#conversation;
    if (plans.policy.engine) {
      const columns = parseRowDescription(bytes.subarray(start + messageHeaderSize, end));
      const renamed = columns.map((column) => ({ ...column, name: texts.scan(column.name) }));
      if (renamed.some(({ name }, index) => name !== columns[index]!.name)) {
        toDownstream.add(encodeRowDescription(renamed));
        return;
      }
    }
    toDownstream.forward(bytes, start, end);
  }
}

function cacheKey(body: Uint8Array, context: ResultContext): string {
  const flags = `${context.catalog?.id ?? 0} ${context.isCatalogStale} ${context.touches} ${context.isDateStyleIso} ${context.isViewDoubtful}`;
  const named = context.named
    ? [...context.named.columnNames].join(',') + context.named.hasHiddenColumns
    : '-';
  const outputs = context.outputs?.map((output) => (output.isFreeOfColumns ? '1' : '0')).join('') ?? '-';
  return `${flags} ${named} ${outputs} ${Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')}`;
}
