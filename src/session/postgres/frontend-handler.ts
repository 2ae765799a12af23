import { randomBytes } from 'node:crypto';
import { UnsupportedError, WireError } from '../../errors.ts';
import {
  encodeClose,
  encodeCopyFail,
  encodeDescribe,
  encodeParse,
  encodeQuery,
  encodeSync,
  parseBind,
  parseClose,
  parseDescribe,
  parseExecute,
  parseParse,
  parseQuery,
} from '../../wire/postgres/extended-query.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import { frontend, frontendName } from '../../wire/postgres/message-types.ts';
import type { Conversation } from './conversation.ts';
import type { CopyDescription, Refusal } from './expectations.ts';
import { refusalOfName, StatementGate, writtenBack } from './statement-gate.ts';
import type { TrackedStatement } from './tracked-statement.ts';

// Not SQL, so the server answers it with an error, at its place in the pipeline and with every
// effect an error has on the transaction. That error is then told in our words.
const refusedText = Buffer.from('wiremask refused this statement');
const ownStatementName = 'wiremask_refused';

// Not to be guessed: a client's statement of the same name would stand in for ours.
const copyStatementName = `wiremask_${randomBytes(8).toString('hex')}`;

const passesWhileSkipping: ReadonlySet<number> = new Set([frontend.sync, frontend.flush, frontend.terminate]);

/** Follows what the client sends after log-in: whole messages, in order. */
export class FrontendHandler {
  readonly #conversation: Conversation;
  /** Portals described since they were bound, in this direction's time. */
  readonly #described = new Set<string>();
  readonly #gate: StatementGate;
  // A message of the pipeline was refused: the server will skip the rest of it.
  #isRefusing = false;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
    this.#gate = new StatementGate(conversation);
  }

  /**
   * Takes one whole message, `bytes[start, end)`.
   *
   * @throws {WireError | LimitError}
   */
  handle(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]!;
    // The server ignores everything up to the next Sync, so nothing of it has to be sent: what is not
    // sent cannot run, should server and session ever disagree.
    const isSkipping = this.#conversation.isSkipping || this.#isRefusing;
    if (isSkipping && !passesWhileSkipping.has(type)) return;
    const body = bytes.subarray(start + messageHeaderSize, end);
    const refusal = this.#follow(type, body);
    if (refusal) this.#conversation.counts.addRefused(refusal.error.code);
    else this.#conversation.toUpstream.forward(bytes, start, end);
  }

  /** Records what the server will answer. @returns Why the message must not reach the server, if so. */
  #follow(type: number, body: Uint8Array): Refusal | undefined {
    switch (type) {
      case frontend.query:
        return this.#query(body);
      case frontend.parse:
        return this.#parse(body);
      case frontend.bind:
        return this.#bind(body);
      case frontend.describe:
        return this.#describe(body);
      case frontend.execute:
        return this.#execute(body);
      case frontend.close:
        return this.#close(body);
      case frontend.sync:
        return this.#sync();
      case frontend.copyDone:
      case frontend.copyFail:
        this.#conversation.isCopyIn = false;
        this.#conversation.expectations.pushMark('copy-end');
        return undefined;
      case frontend.functionCall:
        return this.#functionCall();
      case frontend.copyData:
        return this.#copyData(body);
      case frontend.flush:
      case frontend.terminate:
        return undefined;
      case frontend.passwordMessage:
        throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'PasswordMessage after log-in');
      default:
        throw new WireError(
          'WIREMASK_ERR_MESSAGE_TYPE',
          `unknown frontend message type ${type} (${frontendName(type) ?? 'no name'})`,
        );
    }
  }

  #query(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    const statement = this.#gate.track(parseQuery(body).text);
    const refusal = this.#gate.refusalOf(statement);
    // The text may end the transaction, or close a portal and declare another of its name.
    this.#described.clear();
    if (refusal) {
      conversation.toUpstream.add(encodeQuery(refusedText));
      this.#expectQuery(statement, refusal, undefined);
      return refusal;
    }
    this.#gate.noteEffects(statement);
    this.#expectQuery(statement, undefined, this.#describeCopy(statement));
    return undefined;
  }

  #expectQuery(
    statement: TrackedStatement,
    refusal: Refusal | undefined,
    copyDescription: CopyDescription | undefined,
  ): void {
    this.#conversation.expectations.push({
      kind: 'query',
      statement,
      index: 0,
      hasEnded: false,
      plan: undefined,
      copyOut: undefined,
      copyDescription,
      refusal,
    });
  }

  #parse(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    const { name, text } = parseParse(body);
    const statement = this.#gate.track(text);
    const refusal = refusalOfName(name) ?? this.#gate.refusalOfCount(name) ?? this.#gate.refusalOf(statement);
    if (refusal) {
      this.#poison();
    } else {
      this.#gate.noteEffects(statement);
      this.#conversation.requested.parse(name, statement);
    }
    conversation.expectations.push({ kind: 'parse', name, statement, refusal });
    return refusal;
  }

  #bind(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    const { portal, statement, parameters } = parseBind(body);
    this.#described.delete(portal);
    this.#conversation.requested.bind(portal, statement);
    const isWrittenBack =
      !conversation.plans.policy.allowsMaskedValuesWrittenBack &&
      parameters.some((value) => value !== null && conversation.texts.holdsMaskedValue(value));
    const refusal =
      refusalOfName(portal) ??
      refusalOfName(statement) ??
      (isWrittenBack ? writtenBack() : this.#gate.refusalOfRun(statement));
    if (refusal) this.#poison();
    conversation.expectations.push({ kind: 'bind', portal, statement, refusal });
    return refusal;
  }

  #describe(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    const { target, name } = parseDescribe(body);
    const refusal = refusalOfName(name);
    if (refusal) return this.#refuseInPipeline(refusal);
    if (target === 'portal') this.#described.add(name);
    conversation.expectations.push(
      target === 'portal' ? { kind: 'describe-portal', name } : { kind: 'describe-statement', name },
    );
    return undefined;
  }

  // The description of the portal itself is the only one that surely fits its rows: a statement can
  // have been planned anew, and its description says nothing of the formats Bind asked for.
  #execute(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    const { portal } = parseExecute(body);
    const refusal = refusalOfName(portal);
    if (refusal) return this.#refuseInPipeline(refusal);
    const isDescribed = this.#described.has(portal);
    // Running this one may close any other and declare a new one under its name.
    this.#described.clear();
    this.#described.add(portal);
    if (!isDescribed) {
      conversation.toUpstream.add(encodeDescribe('portal', portal));
      conversation.expectations.push({ kind: 'describe-portal', name: portal, isOwn: true });
    }
    const copyDescription = this.#describeCopyOfPortal(portal);
    conversation.expectations.push({ kind: 'execute', portal, copyOut: undefined, copyDescription });
    return undefined;
  }

  #refuseInPipeline(refusal: Refusal): Refusal {
    this.#poison();
    const statement = this.#gate.track(refusedText);
    this.#conversation.expectations.push({ kind: 'parse', name: ownStatementName, statement, refusal });
    return refusal;
  }

  #close(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    const { target, name } = parseClose(body);
    const refusal = refusalOfName(name);
    if (refusal) return this.#refuseInPipeline(refusal);
    if (target === 'portal') this.#described.delete(name);
    conversation.expectations.push({ kind: 'close', target, name });
    return undefined;
  }

  #sync(): undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = false;
    // The server ignores a Sync inside COPY FROM STDIN, but not after a row it could not read. Which of
    // the two it was, nobody but the server knows.
    if (conversation.isCopyIn) {
      throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'Sync between the rows of COPY FROM STDIN');
    }
    conversation.isSkipping = false;
    this.#isRefusing = false;
    // Portals end with the transaction, so what was described may be another portal next time.
    this.#described.clear();
    conversation.expectations.push({ kind: 'sync' });
  }

  // Ends the copy in the client's name; what follows of it the server ignores.
  #copyData(body: Uint8Array): Refusal | undefined {
    this.#conversation.expectations.pushMark('copy-data');
    const { plans, texts, expectations, toUpstream } = this.#conversation;
    if (plans.policy.allowsMaskedValuesWrittenBack || !texts.holdsLabel(body)) return undefined;
    const { head } = expectations;
    if (head?.kind !== 'query' && head?.kind !== 'execute') return undefined;
    const refusal = writtenBack();
    head.refusal = refusal;
    toUpstream.add(encodeCopyFail('wiremask refused a row'));
    return refusal;
  }

  #functionCall(): Refusal | undefined {
    const conversation = this.#conversation;
    const error = new UnsupportedError(
      'WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL',
      'FunctionCall cannot be masked; call the function in a SELECT',
    );
    const refusal = { error };
    conversation.toUpstream.add(encodeQuery(refusedText));
    this.#expectQuery(this.#gate.track(refusedText), refusal, undefined);
    return refusal;
  }

  // The server answers this with an error and skips to the next Sync, as after any error of the client's.
  #poison(): void {
    this.#isRefusing = true;
    this.#conversation.toUpstream.add(encodeParse(ownStatementName, refusedText));
  }

  // Asks the server what the columns of a COPY are, in a conversation of its own before the COPY.
  #describeCopy(statement: TrackedStatement): CopyDescription | undefined {
    const conversation = this.#conversation;
    const text = this.#gate.copyTextOf(statement);
    if (text === undefined || conversation.hasUnsynced || conversation.transactionStatus === 'E')
      return undefined;
    const description = this.#expectCopyDescription(text);
    conversation.toUpstream.add(encodeSync());
    conversation.expectations.push({ kind: 'sync', isOwn: true });
    return description;
  }

  // At Execute, not at Parse: what the names in it mean is settled when it runs.
  #describeCopyOfPortal(portal: string): CopyDescription | undefined {
    const { statements } = this.#conversation;
    const name = this.#conversation.requested.statementOf(portal);
    const candidates = name === undefined ? [] : this.#conversation.requested.candidates(name, statements);
    const [statement] = candidates;
    const text = candidates.length === 1 && statement ? this.#gate.copyTextOf(statement) : undefined;
    return text === undefined ? undefined : this.#expectCopyDescription(text);
  }

  #expectCopyDescription(text: string): CopyDescription {
    const { toUpstream, expectations } = this.#conversation;
    const description: CopyDescription = { columns: undefined };
    const statement = this.#gate.track(refusedText);
    toUpstream.add(encodeClose('statement', copyStatementName));
    toUpstream.add(encodeParse(copyStatementName, Buffer.from(text)));
    toUpstream.add(encodeDescribe('statement', copyStatementName));
    expectations.push({ kind: 'close', target: 'statement', name: copyStatementName, isOwn: true });
    expectations.push({ kind: 'parse', name: copyStatementName, statement, isOwn: true });
    expectations.push({ kind: 'describe-copy', description, isOwn: true });
    return description;
  }
}
