import { UnsupportedError, WireError } from '../../errors.ts';
import { parseCommandComplete } from '../../wire/postgres/command-complete.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import { backend, backendName } from '../../wire/postgres/message-types.ts';
import { parseReadyForQuery } from '../../wire/postgres/ready-for-query.ts';
import { AsyncMessages } from './async-messages.ts';
import type { Conversation } from './conversation.ts';
import type { Expectation } from './expectations.ts';
import { encodeRefusal } from './native-error.ts';
import { ResultHandler } from './result-handler.ts';
import { type TrackedStatement, wireName } from './tracked-statement.ts';

/** Follows what the server sends after log-in: whole messages, in order, matched to what it owes. */
export class BackendHandler {
  readonly #conversation: Conversation;
  readonly #async: AsyncMessages;
  readonly results: ResultHandler;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
    this.#async = new AsyncMessages(conversation);
    this.results = new ResultHandler(conversation);
  }

  /**
   * Takes one whole message other than DataRow and CopyData, `bytes[start, end)`.
   *
   * @throws {WireError | UnsupportedError}
   */
  handle(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]!;
    const body = bytes.subarray(start + messageHeaderSize, end);
    switch (type) {
      case backend.errorResponse:
        this.#error(body);
        return;
      case backend.noticeResponse:
      case backend.notificationResponse:
      case backend.parameterStatus:
        this.#async.handle(type, bytes, start, end);
        return;
      case backend.rowDescription:
        this.results.describe(bytes, start, end);
        return;
      case backend.copyOutResponse:
        this.results.beginCopyOut(body);
        this.#conversation.toDownstream.forward(bytes, start, end);
        return;
      case backend.copyBothResponse:
        throw new UnsupportedError(
          'WIREMASK_ERR_UNSUPPORTED_REPLICATION',
          'CopyBothResponse: streaming replication',
        );
      default:
        if (this.#answer(type, body)) this.#conversation.toDownstream.forward(bytes, start, end);
    }
  }

  /** @returns Whether the client is to see the message: not when the session itself had asked. */
  #answer(type: number, body: Uint8Array): boolean {
    const { expectations } = this.#conversation;
    const { head } = expectations;
    switch (type) {
      case backend.readyForQuery:
        return this.#ready(body, head);
      case backend.parseComplete:
        return this.#confirm(head, 'parse');
      case backend.bindComplete:
        return this.#confirm(head, 'bind');
      case backend.closeComplete:
        return this.#confirm(head, 'close');
      case backend.parameterDescription:
        if (head?.kind !== 'describe-statement' && head?.kind !== 'describe-copy')
          throw unexpected(type, head);
        return head.isOwn !== true;
      case backend.noData:
        this.results.noData();
        return head?.isOwn !== true;
      case backend.commandComplete:
      case backend.emptyQueryResponse:
      case backend.portalSuspended:
        this.#complete(type, body, head);
        return true;
      case backend.copyInResponse:
        this.#copyIn(head);
        return true;
      case backend.copyDone:
        this.results.endCopyOut();
        return true;
      default:
        throw unexpected(type, head);
    }
  }

  #confirm(head: Expectation | undefined, kind: 'parse' | 'bind' | 'close'): boolean {
    const conversation = this.#conversation;
    if (head?.kind !== kind)
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', `answer to ${kind} out of order`);
    conversation.expectations.shift();
    if (head.refusal) throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'a refused statement was accepted');
    if (head.isOwn) return false;
    switch (head.kind) {
      case 'parse':
        conversation.statements.set(head.name, head.statement);
        return true;
      case 'bind': {
        const statement = conversation.statements.get(head.statement);
        conversation.cleanCursors.delete(head.portal);
        conversation.portals.set(head.portal, {
          statement,
          hasTouched: conversation.touches(statement),
          plan: undefined,
        });
        return true;
      }
      case 'close':
        if (head.target === 'portal') conversation.portals.delete(head.name);
        else {
          conversation.requested.closed(head.name, conversation.statements.get(head.name));
          conversation.statements.delete(head.name);
        }
        return true;
      default:
        return head satisfies never;
    }
  }

  #complete(type: number, body: Uint8Array, head: Expectation | undefined): void {
    const conversation = this.#conversation;
    if (type === backend.commandComplete) checkTag(body);
    this.#noteTouched();
    if (head?.kind === 'query') {
      this.#noteNames(head.statement, head.index);
      head.plan = undefined;
      head.copyOut = undefined;
      head.hasEnded = true;
      head.index++;
      return;
    }
    if (head?.kind !== 'execute') throw unexpected(type, head);
    const statement = conversation.portals.get(head.portal)?.statement;
    if (type === backend.commandComplete) this.#noteNames(statement, statement?.soleIndex ?? -1);
    conversation.expectations.shift();
  }

  // Errors and settings that follow in the same transaction may carry what the statement saw.
  #noteTouched(): void {
    const conversation = this.#conversation;
    if (!conversation.hasTouched && conversation.isSuspect) conversation.hasTouched = true;
  }

  // SQL-level names: PREPARE shares the name space of Parse; DECLARE makes a portal. Only cursors known
  // to be clean are remembered: code that runs inside a statement can close one and open another under
  // its name, so whatever touches, or ends a transaction, makes all of them unknown.
  #noteNames(statement: TrackedStatement | undefined, index: number): void {
    const conversation = this.#conversation;
    if (!conversation.plans.hasColumnRules) return;
    const { cleanCursors, cursorCatalogs, portals, statements } = conversation;
    const facts = statement?.facts(index);
    if (!statement || !facts) {
      // Nobody knows what ran: a PREPARE, a DECLARE, a CLOSE.
      cleanCursors.clear();
      cursorCatalogs.clear();
      portals.clear();
      statements.clear();
      return;
    }
    const name = facts.reference === undefined ? undefined : wireName(facts.reference);
    const isTouching = conversation.touches(statement);
    if (isTouching || facts.effect === 'transaction' || facts.effect === 'session') {
      cleanCursors.clear();
      portals.clear();
    }
    if (facts.effect === 'prepare' && name !== undefined) statements.set(name, statement.prepared(index));
    if (facts.effect === 'close-cursor') {
      // A portal the protocol has made is closed by SQL just the same.
      if (name === undefined) cleanCursors.clear();
      else cleanCursors.delete(name);
      if (name === undefined) portals.clear();
      else portals.delete(name);
    }
    if (facts.effect === 'deallocate') this.#forgetStatements(name);
    if (facts.effect === 'session' && discardsAll(statement)) this.#forgetStatements(undefined);
    if (facts.effect !== 'declare-cursor' || name === undefined) return;
    // What was bound under this name is closed, or the server would have refused.
    portals.delete(name);
    cursorCatalogs.set(name, conversation.isCatalogDoubtful ? 0 : (conversation.catalog?.id ?? 0));
    if (!isTouching) cleanCursors.add(name);
  }

  #forgetStatements(name: string | undefined): void {
    const { statements, requested } = this.#conversation;
    for (const known of name === undefined ? [...statements.keys()] : [name]) {
      requested.closed(known, statements.get(known));
      statements.delete(known);
    }
  }

  #copyIn(head: Expectation | undefined): void {
    if (head?.kind !== 'query' && head?.kind !== 'execute') throw unexpected(backend.copyInResponse, head);
    const { expectations } = this.#conversation;
    this.#conversation.isCopyIn = !expectations.dropSyncsOfCopyIn();
  }

  #ready(body: Uint8Array, head: Expectation | undefined): boolean {
    const conversation = this.#conversation;
    const status = parseReadyForQuery(body);
    // One that is not owed means that server and session count differently: every plan would be another's.
    const isOwed = head?.kind === 'sync' || (head?.kind === 'query' && head.hasEnded);
    if (!isOwed) throw unexpected(backend.readyForQuery, head);
    if (conversation.isSkipping)
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'ReadyForQuery before Sync');
    conversation.expectations.shift();
    conversation.transactionStatus = status;
    conversation.isCopyIn = false;
    if (head.isOwn) return false;
    if (status === 'I') {
      conversation.portals.clear();
      conversation.hasTouched = false;
      if (conversation.expectations.isEmpty) conversation.requested.forgetPortals();
      this.#endDefining();
    }
    conversation.counts.flush();
    return true;
  }

  // Committed or rolled back: now a new reading of the catalog sees what there is.
  #endDefining(): void {
    const conversation = this.#conversation;
    if (!conversation.isCatalogOutgrown || !conversation.expectations.isEmpty) return;
    conversation.isCatalogOutgrown = false;
    conversation.isDefining = false;
    conversation.temporaries.created.clear();
    conversation.store?.markStale();
  }

  #error(body: Uint8Array): void {
    const conversation = this.#conversation;
    const { expectations } = conversation;
    const { head } = expectations;
    const isSuspect = conversation.isSuspect;
    const clientText = conversation.activeStatement?.text;
    conversation.isCopyIn = false;
    const isSwallowed = head?.isOwn === true && this.#isIsolated();
    if (head && head.kind !== 'query' && head.kind !== 'sync') {
      conversation.isSkipping = !expectations.skipToSync();
    } else if (head?.kind === 'query') {
      head.plan = undefined;
      head.copyOut = undefined;
      head.hasEnded = true;
    }
    if (isSwallowed) return;
    if (head?.refusal) conversation.toDownstream.add(encodeRefusal(head.refusal));
    else this.#async.error(body, isSuspect, clientText);
    if (isSuspect) conversation.hasTouched = true;
  }

  // A description of our own stands in a pipeline of its own when our Sync follows it.
  #isIsolated(): boolean {
    return this.#conversation.expectations.nextSync?.isOwn === true;
  }
}

// "INSERT 0 1", "CREATE TABLE", "SELECT 5": words and counts. Anything else is not a command tag.
function checkTag(body: Uint8Array): void {
  const tag = parseCommandComplete(body);
  if (!/^[A-Z]{2,}( [A-Z]+){0,4}( \d{1,20}){0,2}$/.test(tag)) {
    throw new WireError(
      'WIREMASK_ERR_MESSAGE_BODY',
      `CommandComplete tag of ${tag.length} characters is not a command tag`,
    );
  }
}

function unexpected(type: number, head: Expectation | undefined): WireError {
  const name = backendName(type);
  if (name === undefined)
    return new WireError('WIREMASK_ERR_MESSAGE_TYPE', `unknown backend message type ${type}`);
  return new WireError('WIREMASK_ERR_MESSAGE_ORDER', `${name} where ${head?.kind ?? 'no'} answer was due`);
}

function discardsAll(statement: TrackedStatement): boolean {
  return /\bdiscard\s+all\b/i.test(Buffer.from(statement.text).toString('latin1'));
}
