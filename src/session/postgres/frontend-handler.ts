import { UnsupportedError, WireError, type WiremaskError } from '../../errors.ts';
import type { StatementFacts } from '../../sql/statement-facts.ts';
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
import { copyDescribeText } from './copy-out.ts';
import type { CopyDescription, Refusal } from './expectations.ts';
import { refusalOf } from './statement-verdict.ts';
import { TrackedStatement } from './tracked-statement.ts';

// Not SQL, so the server answers it with an error, at its place in the pipeline and with every
// effect an error has on the transaction. That error is then told in our words.
const refusedText = Buffer.from('wiremask refused this statement');
const ownStatementName = 'wiremask_refused';
const copyStatementName = 'wiremask_copy';

const changesCatalog: ReadonlySet<string> = new Set(['define', 'define-code', 'create-from-query', 'opaque']);

/** Follows what the client sends after log-in: whole messages, in order. */
export class FrontendHandler {
  readonly #conversation: Conversation;
  /** Portals described since they were bound, in this direction's time. */
  readonly #described = new Set<string>();

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /**
   * Takes one whole message, `bytes[start, end)`.
   *
   * @throws {WireError | LimitError}
   */
  handle(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]!;
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
        this.#conversation.expectations.push({ kind: 'copy-end' });
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
    if (conversation.isSkipping) return undefined;
    const statement = this.#track(parseQuery(body).text);
    const refusal = this.#refusalOf(statement);
    if (refusal) {
      conversation.toUpstream.add(encodeQuery(refusedText));
      this.#expectQuery(statement, refusal, undefined);
      return refusal;
    }
    this.#noteEffects(statement);
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
      plan: undefined,
      copyOut: undefined,
      copyDescription,
      refusal,
    });
  }

  #parse(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    if (conversation.isSkipping) return undefined;
    const { name, text } = parseParse(body);
    const statement = this.#track(text);
    const refusal = this.#refusalOf(statement);
    if (refusal) {
      this.#poison();
    } else {
      this.#noteEffects(statement);
      this.#describeCopyInPipeline(statement);
    }
    conversation.expectations.push({ kind: 'parse', name, statement, refusal });
    return refusal;
  }

  #bind(body: Uint8Array): Refusal | undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    if (conversation.isSkipping) return undefined;
    const { portal, statement, parameters, resultFormats } = parseBind(body);
    this.#described.delete(portal);
    const isWrittenBack =
      !conversation.plans.policy.allowsMaskedValuesWrittenBack &&
      parameters.some((value) => value !== null && conversation.texts.holdsMaskedValue(value));
    const refusal = isWrittenBack ? writtenBack() : undefined;
    if (refusal) this.#poison();
    conversation.expectations.push({ kind: 'bind', portal, statement, resultFormats, refusal });
    return refusal;
  }

  #describe(body: Uint8Array): undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    if (conversation.isSkipping) return;
    const { target, name } = parseDescribe(body);
    if (target === 'portal') this.#described.add(name);
    conversation.expectations.push(
      target === 'portal' ? { kind: 'describe-portal', name } : { kind: 'describe-statement', name },
    );
  }

  // The description of the portal itself is the only one that surely fits its rows: a statement can
  // have been planned anew, and its description says nothing of the formats Bind asked for.
  #execute(body: Uint8Array): undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    if (conversation.isSkipping) return;
    const { portal } = parseExecute(body);
    if (!this.#described.has(portal)) {
      this.#described.add(portal);
      conversation.toUpstream.add(encodeDescribe('portal', portal));
      conversation.expectations.push({ kind: 'describe-portal', name: portal, isOwn: true });
    }
    conversation.expectations.push({ kind: 'execute', portal, copyOut: undefined });
  }

  #close(body: Uint8Array): undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = true;
    if (conversation.isSkipping) return;
    const { target, name } = parseClose(body);
    if (target === 'portal') this.#described.delete(name);
    conversation.expectations.push({ kind: 'close', target, name });
  }

  #sync(): undefined {
    const conversation = this.#conversation;
    conversation.hasUnsynced = false;
    if (conversation.isCopyIn) return;
    conversation.isSkipping = false;
    // Portals end with the transaction, so what was described may be another portal next time.
    this.#described.clear();
    conversation.expectations.push({ kind: 'sync' });
  }

  // Ends the copy in the client's name; what follows of it the server ignores.
  #copyData(body: Uint8Array): Refusal | undefined {
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
    if (conversation.isSkipping) return undefined;
    const error = new UnsupportedError(
      'WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL',
      'FunctionCall cannot be masked; call the function in a SELECT',
    );
    const refusal = { error };
    conversation.toUpstream.add(encodeQuery(refusedText));
    this.#expectQuery(this.#track(refusedText), refusal, undefined);
    return refusal;
  }

  #track(text: Uint8Array): TrackedStatement {
    return new TrackedStatement(text.slice(), this.#conversation.reader);
  }

  // The server answers this with an error and skips to the next Sync, as after any error of the client's.
  #poison(): void {
    this.#conversation.toUpstream.add(encodeParse(ownStatementName, refusedText));
  }

  #refusalOf(statement: TrackedStatement): Refusal | undefined {
    const { plans, catalog, texts } = this.#conversation;
    const { allowsMaskedValuesWrittenBack } = plans.policy;
    if (!allowsMaskedValuesWrittenBack && texts.holdsMaskedLiteral(statement.text)) return writtenBack();
    if (plans.hasColumnRules) {
      const refusal = refusalOf(statement.read, plans.policy, catalog);
      if (refusal) return refusal;
    }
    return this.#mayCopy(statement) ? refusalOfCopy(statement) : undefined;
  }

  // Reading every statement is only needed for column rules; a COPY must be understood in any case.
  #mayCopy(statement: TrackedStatement): boolean {
    return (
      this.#conversation.plans.hasColumnRules || /copy/i.test(Buffer.from(statement.text).toString('latin1'))
    );
  }

  #noteEffects(statement: TrackedStatement): void {
    const conversation = this.#conversation;
    if (!conversation.plans.hasColumnRules) return;
    const { read } = statement;
    const isDefining =
      !read.isReadable ||
      read.statements.some(
        ({ effect, isTemporaryTarget }) => changesCatalog.has(effect) && !isTemporaryTarget,
      );
    if (read.isReadable)
      for (const facts of read.statements) noteTemporaries(facts, conversation.temporaries);
    if (!isDefining) return;
    conversation.isDefining = true;
    conversation.store?.markStale();
  }

  // Asks the server what the columns of a COPY are, in a conversation of its own before the COPY.
  #describeCopy(statement: TrackedStatement): CopyDescription | undefined {
    const conversation = this.#conversation;
    const text = this.#copyTextOf(statement);
    if (text === undefined || conversation.hasUnsynced || conversation.transactionStatus === 'E')
      return undefined;
    const description: CopyDescription = { columns: undefined };
    conversation.toUpstream.add(describeMessages(text, true));
    conversation.expectations.push({ kind: 'parse', name: copyStatementName, statement, isOwn: true });
    conversation.expectations.push({ kind: 'describe-copy', description, isOwn: true });
    conversation.expectations.push({
      kind: 'close',
      target: 'statement',
      name: copyStatementName,
      isOwn: true,
    });
    conversation.expectations.push({ kind: 'sync', isOwn: true });
    return description;
  }

  // Inside a pipeline there is no Sync of our own; the description is kept with the statement.
  #describeCopyInPipeline(statement: TrackedStatement): void {
    const text = this.#copyTextOf(statement);
    if (text === undefined) return;
    const conversation = this.#conversation;
    const description: CopyDescription = { columns: undefined };
    statement.copyDescription = description;
    conversation.toUpstream.add(describeMessages(text, false));
    conversation.expectations.push({ kind: 'parse', name: copyStatementName, statement, isOwn: true });
    conversation.expectations.push({ kind: 'describe-copy', description, isOwn: true });
    conversation.expectations.push({
      kind: 'close',
      target: 'statement',
      name: copyStatementName,
      isOwn: true,
    });
  }

  #copyTextOf(statement: TrackedStatement): string | undefined {
    if (!this.#mayCopy(statement) || !statement.read.isReadable) return undefined;
    const { statements } = statement.read;
    const facts = statements[0];
    return statements.length === 1 && facts?.effect === 'copy-out' ? copyDescribeText(facts) : undefined;
  }
}

function noteTemporaries(facts: StatementFacts, temporaries: Conversation['temporaries']): void {
  if (facts.isTemporaryTarget) {
    for (const { name } of facts.targets) temporaries.names.add(name);
  } else if (facts.effect === 'define' && facts.relations.some(({ name }) => temporaries.names.has(name))) {
    temporaries.isUncertain = true;
  }
}

function describeMessages(text: string, hasSync: boolean): Uint8Array {
  const parts = [
    encodeParse(copyStatementName, Buffer.from(text)),
    encodeDescribe('statement', copyStatementName),
    encodeClose('statement', copyStatementName),
  ];
  if (hasSync) parts.push(encodeSync());
  return Buffer.concat(parts);
}

function refusalOfCopy(statement: TrackedStatement): Refusal | undefined {
  if (!statement.read.isReadable) return undefined;
  for (const { effect, copy } of statement.read.statements) {
    if (effect !== 'copy-out' || !copy) continue;
    if (!copy.isUnderstood) {
      return {
        error: new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_COPY', 'COPY with an option that is not known'),
      };
    }
    if (copy.encoding !== undefined && !/^(utf-?8|unicode)$/i.test(copy.encoding)) {
      return {
        error: new UnsupportedError(
          'WIREMASK_ERR_UNSUPPORTED_ENCODING',
          'COPY with an encoding other than UTF8',
        ),
      };
    }
  }
  return undefined;
}

function writtenBack(): Refusal {
  const error = new UnsupportedError(
    'WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK',
    'a value holds a redaction label: it was read masked and must not be written back',
  );
  return { error };
}
