import { LimitError, UnsupportedError } from '../../errors.ts';
import type { QualifiedName, StatementFacts } from '../../sql/statement-facts.ts';
import type { Conversation } from './conversation.ts';
import { copyDescribeText, hasCertainOptions } from './copy-out.ts';
import type { Refusal } from './expectations.ts';
import { nameSizeMax } from './requested-names.ts';
import { mayPutTemporariesFirst, refusalOf, temporaryNamesOf } from './statement-verdict.ts';
import { TrackedStatement } from './tracked-statement.ts';

const changesCatalog: ReadonlySet<string> = new Set(['define', 'define-code', 'create-from-query', 'opaque']);

/** Decides which statements reach the server, when they are sent and again when they are run. */
export class StatementGate {
  readonly #conversation: Conversation;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** @returns A statement text as the session follows it; `text` is copied. */
  track(text: Uint8Array): TrackedStatement {
    return new TrackedStatement(Uint8Array.from(text), this.#conversation.reader);
  }

  /**
   * Whether one more prepared statement is too many: forgetting one the server knows would let it run
   * unseen.
   */
  refusalOfCount(name: string): Refusal | undefined {
    const { limits, statements } = this.#conversation;
    const size = Math.max(this.#conversation.requested.statementCount, statements.size);
    if (name === '' || size < limits.pendingStatementsMax) return undefined;
    return {
      error: new LimitError('WIREMASK_ERR_PENDING_STATEMENTS', 'prepared statements of the connection', {
        limit: 'pendingStatementsMax',
        size: size + 1,
        max: limits.pendingStatementsMax,
      }),
    };
  }

  /**
   * Judges what a prepared statement's name may run now. What was harmless when it was parsed need not be so
   * when it runs: a view can have been replaced.
   */
  refusalOfRun(name: string, depth = 0): Refusal | undefined {
    const conversation = this.#conversation;
    if (!conversation.plans.hasColumnRules) return undefined;
    const candidates = this.#conversation.requested.candidates(name, conversation.statements);
    if (candidates.length === 0) return opaqueReference();
    for (const statement of candidates) {
      const refusal = this.#refusalNow(statement, depth);
      if (refusal) return refusal;
      this.noteEffects(statement);
    }
    return undefined;
  }

  /** @returns Why a statement must not reach the server, or `undefined`. */
  refusalOf(statement: TrackedStatement): Refusal | undefined {
    const { plans, texts } = this.#conversation;
    const { allowsMaskedValuesWrittenBack } = plans.policy;
    if (!allowsMaskedValuesWrittenBack && texts.holdsMaskedLiteral(statement.text)) return writtenBack();
    const refusal = plans.hasColumnRules ? this.#refusalNow(statement, 0) : undefined;
    return refusal ?? (this.#mayCopy(statement) ? refusalOfCopy(statement) : undefined);
  }

  // The part of the judgement that time can change; the rest is a matter of the text alone.
  #refusalNow(statement: TrackedStatement, depth: number): Refusal | undefined {
    const { plans, catalog, isCatalogDoubtful } = this.#conversation;
    return (
      this.#refusalOfPrepared(statement) ??
      refusalOf(statement.read, plans.policy, isCatalogDoubtful ? undefined : catalog, this.#hiddenNames()) ??
      this.#refusalOfReferences(statement, depth)
    );
  }

  // Reading every statement is only needed for column rules; a COPY must be understood in any case.
  #mayCopy(statement: TrackedStatement): boolean {
    return (
      this.#conversation.plans.hasColumnRules || /copy/i.test(Buffer.from(statement.text).toString('latin1'))
    );
  }

  /** Notes what a statement will change that later judgements depend on. */
  noteEffects(statement: TrackedStatement): void {
    const conversation = this.#conversation;
    if (!conversation.plans.hasColumnRules) return;
    const { read } = statement;
    if (read.isReadable)
      for (const [name, inner] of statement.preparedNames) this.#conversation.requested.parse(name, inner);
    const isDefining =
      !read.isReadable ||
      statement.endsPreparedTransaction ||
      read.statements.some(
        ({ effect, isTemporaryTarget }) => changesCatalog.has(effect) && !isTemporaryTarget,
      );
    if (read.isReadable)
      for (const facts of read.statements) noteTemporaries(facts, conversation.temporaries);
    if (!isDefining) return;
    conversation.isCatalogOutgrown = true;
    if (isAddingOnly(statement)) return;
    conversation.isDefining = true;
    conversation.store?.markStale();
  }

  #hiddenNames(): { readonly names: ReadonlySet<string>; readonly isUncertain: boolean } {
    const { temporaries } = this.#conversation;
    const { names, created, isUncertain } = temporaries;
    return created.size === 0 ? temporaries : { names: new Set([...names, ...created]), isUncertain };
  }

  #refusalOfPrepared(statement: TrackedStatement): Refusal | undefined {
    const [name] = statement.preparedNames;
    return name === undefined ? undefined : this.refusalOfCount(name[0]);
  }

  // SQL EXECUTE runs what PREPARE or Parse has prepared, maybe under another catalog than then.
  #refusalOfReferences(statement: TrackedStatement, depth: number): Refusal | undefined {
    // What the same text prepares is judged with the text.
    const own = new Set(statement.preparedNames.map(([name]) => name));
    for (const name of statement.executedNames) {
      if (own.has(name)) continue;
      const refusal = depth > referenceDepthMax ? opaqueReference() : this.refusalOfRun(name, depth + 1);
      if (refusal) return refusal;
    }
    return undefined;
  }

  /** @returns What to describe for the columns of a COPY TO STDOUT, when the text is one. */
  copyTextOf(statement: TrackedStatement): string | undefined {
    if (!this.#mayCopy(statement) || !statement.read.isReadable) return undefined;
    const { statements } = statement.read;
    const facts = statements[0];
    return statements.length === 1 && facts?.effect === 'copy-out' ? copyDescribeText(facts) : undefined;
  }
}

// EXECUTE of EXECUTE of ...: a name can even come to mean itself.
const referenceDepthMax = 8;

// The SQLSTATE is the one drivers expect when they have to prepare a statement anew.
function opaqueReference(): Refusal {
  return {
    error: new UnsupportedError(
      'WIREMASK_ERR_STATEMENT_OPAQUE',
      'a prepared statement nobody saw being prepared',
    ),
    nativeMessage: 'prepared statement does not exist',
    sqlstate: '26000',
  };
}

// What is new and made from nothing known changes no name but its own, which hides others like a
// temporary one does.
function isAddingOnly({ read }: TrackedStatement): boolean {
  if (!read.isReadable) return false;
  return read.statements.every(({ effect, createdRelations, relations, children }) => {
    if (!changesCatalog.has(effect)) return true;
    const isNew = ({ name }: QualifiedName): boolean =>
      createdRelations.some((created) => created.name === name);
    return (
      effect === 'define' && createdRelations.length > 0 && children.length === 0 && relations.every(isNew)
    );
  });
}

function noteTemporaries(facts: StatementFacts, temporaries: Conversation['temporaries']): void {
  if (mayPutTemporariesFirst(facts)) temporaries.mayBeFirst = true;
  const isChanged =
    facts.effect === 'define' && facts.relations.some(({ name }) => temporaries.names.has(name));
  if (isChanged && !facts.isTemporaryTarget) temporaries.isUncertain = true;
  for (const name of temporaryNamesOf(facts, temporaries.mayBeFirst)) temporaries.names.add(name);
  if (facts.effect === 'define') for (const { name } of facts.createdRelations) temporaries.created.add(name);
}

/**
 * @returns Why a statement or portal name is refused: the server cuts long ones, so that two could be the
 *   same to it and not to us.
 */
export function refusalOfName(name: string): Refusal | undefined {
  if (name.length <= nameSizeMax) return undefined;
  const measured = { limit: 'nameSizeMax', size: name.length, max: nameSizeMax };
  return {
    error: new LimitError('WIREMASK_ERR_NAME_SIZE', 'name of a statement or portal in bytes', measured),
  };
}

function refusalOfCopy(statement: TrackedStatement): Refusal | undefined {
  if (!statement.read.isReadable) return undefined;
  for (const { effect, copy } of statement.read.statements) {
    if (effect !== 'copy-out' || !copy) continue;
    if (!copy.isUnderstood || !hasCertainOptions(copy)) {
      return {
        error: new UnsupportedError(
          'WIREMASK_ERR_UNSUPPORTED_COPY',
          'COPY with an option that cannot be followed',
        ),
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

/** @returns The refusal of a value that was read masked. */
export function writtenBack(): Refusal {
  const error = new UnsupportedError(
    'WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK',
    'a value looks masked: what was read masked must not be written back; ' +
      'dangerouslyAllowMaskedValuesWrittenBack lets it through',
  );
  return { error };
}
