import { ByteQueue } from '../../bytes/byte-queue.ts';
import { LimitError, MaskingError, UnsupportedError, WireError, WiremaskError } from '../../errors.ts';
import type { BackendKeyData } from '../../wire/postgres/backend-key-data.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import { backend, backendName, frontend, frontendName } from '../../wire/postgres/message-types.ts';
import { startupPacketLength } from '../../wire/postgres/startup.ts';
import type { MaskCounts } from '../mask-report.ts';
import type { MaskingSession, MaskReport, Output } from '../masking-session.ts';
import { BackendHandler } from './backend-handler.ts';
import type { CatalogReader } from './catalog/catalog-reader.ts';
import type { CatalogStore } from './catalog/catalog-store.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import { FrontendHandler } from './frontend-handler.ts';
import { backendActions, checkType, frontendActions } from './message-actions.ts';
import { MessageWalker } from './message-walker.ts';
import { encodeFatal } from './native-error.ts';
import { StartupHandler } from './startup-handler.ts';

// A row of COPY FROM STDIN up to this size is looked at for masked values that come back.
const heldCopyDataMax = 1_048_576;

/** What a PostgreSQL session needs; `createMasker` fills it in. */
export interface PostgresSessionOptions extends ConversationOptions {
  readonly counts: MaskCounts;
  /**
   * Receives output that no chunk has caused: a session that waited for another one's catalog goes on.
   * Without it a session reads the catalog itself instead of waiting.
   */
  readonly onOutput?: ((output: Output) => void) | undefined;
}

/**
 * One PostgreSQL connection.
 *
 * Phases: `startup` (packets without a type) -> `log-in` -> `ready`. From `ready`, and at the end of
 * log-in, a session may turn to `catalog` (queries of its own; the client's bytes wait) or `waiting`
 * (another session is reading the catalog), and comes back with what it held.
 */
export class PostgresSession implements MaskingSession {
  readonly #conversation: Conversation;
  readonly #counts: MaskCounts;
  readonly #startup: StartupHandler;
  readonly #frontend: FrontendHandler;
  readonly #backend: BackendHandler;
  readonly #onOutput: ((output: Output) => void) | undefined;
  readonly #down: MessageWalker;
  readonly #up: MessageWalker;
  readonly #held = new ByteQueue();
  readonly #isEmptyPolicy: boolean;
  readonly #openStore: (() => CatalogStore) | undefined;
  #phase: 'startup' | 'log-in' | 'ready' | 'catalog' | 'waiting' | 'cancelling' = 'startup';
  #isParked = false;
  #hasEnded = false;
  // With an empty policy nothing is followed, so this is all that is known of what goes on.
  #isAnswerDue = false;
  #readyForQuery: Uint8Array | undefined;
  #catalogReader: CatalogReader | undefined;
  #failure: WiremaskError | undefined;

  constructor(options: PostgresSessionOptions) {
    this.#conversation = new Conversation(options);
    this.#openStore = options.store;
    this.#counts = options.counts;
    this.#onOutput = options.onOutput;
    this.#isEmptyPolicy = options.plans.policy.isEmpty;
    this.#startup = new StartupHandler(this.#conversation, options.stripsChannelBinding);
    this.#frontend = new FrontendHandler(this.#conversation);
    this.#backend = new BackendHandler(this.#conversation);
    const { messageSizeMax } = options.limits;
    this.#down = new MessageWalker(messageSizeMax, this.#conversation.toUpstream, {
      message: (bytes, start, end) => {
        this.#counts.messagesFromDownstream++;
        this.#fromClient(bytes, start, end);
      },
      begin: (type) => checkType(frontendActions, type),
      canStream: (type, size) => {
        const canStream = this.#canStreamDown(type, size);
        if (canStream) this.#counts.messagesFromDownstream++;
        return canStream;
      },
      isPaused: () => this.#isHolding,
    });
    this.#up = new MessageWalker(messageSizeMax, this.#conversation.toDownstream, {
      message: (bytes, start, end) => {
        // Answers to questions of our own are not relayed.
        if (this.#phase !== 'catalog') this.#counts.messagesFromUpstream++;
        this.#fromServer(bytes, start, end);
      },
      begin: (type) => checkType(backendActions, type),
      canStream: (type) => {
        const canStream = this.#canStreamUp(type);
        if (canStream) this.#counts.messagesFromUpstream++;
        if (canStream && (type === backend.dataRow || type === backend.copyData)) this.#counts.rows++;
        return canStream;
      },
      isPaused: () => false,
    });
  }

  /** Log-in is over and the client has been told so. */
  get isReady(): boolean {
    return this.#phase === 'ready';
  }

  /** Every further call throws: see `Output.failure`. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** The server owes an answer, or a transaction is open. */
  get isBusy(): boolean {
    return this.#isEmptyPolicy ? this.#isAnswerDue : !this.#conversation.isIdle;
  }

  /** What a CancelRequest for this connection must carry; `undefined` before the server has said it. */
  get backendKey(): BackendKeyData | undefined {
    return this.#startup.backendKey;
  }

  get report(): MaskReport {
    return this.#counts;
  }

  fromDownstream(chunk: Uint8Array): Output {
    this.#isAnswerDue = true;
    return this.#run(() => this.#takeDownstream(chunk));
  }

  fromUpstream(chunk: Uint8Array): Output {
    return this.#run(() => this.#up.push(chunk));
  }

  end(side: 'downstream' | 'upstream'): Output {
    return this.#run(() => {
      // With one side gone nobody waits for the answer; the reading is left to another session.
      const { store } = this.#conversation;
      if (this.#catalogReader) store?.abandonLoading();
      this.#catalogReader = undefined;
      this.#hasEnded = true;
      const walker = side === 'downstream' ? this.#down : this.#up;
      if (walker.isInMessage) {
        throw new WireError('WIREMASK_ERR_TRUNCATED', `${side} closed in the middle of a message`);
      }
    });
  }

  #run(step: () => void): Output {
    if (this.#failure) throw this.#failure;
    const { plans, toUpstream, toDownstream } = this.#conversation;
    // Reading the catalog wakes other sessions in the middle of this one's turn.
    const outer = plans.target;
    plans.target = this.#counts;
    try {
      step();
    } catch (error) {
      return this.#fail(error);
    } finally {
      plans.target = outer;
    }
    this.#counts.flush();
    return { toUpstream: toUpstream.take(), toDownstream: toDownstream.take() };
  }

  // Fails closed: whatever was thrown, nothing after it is forwarded. The client is told, unless it is
  // in the middle of a message that was passing.
  #fail(error: unknown): Output {
    const { toUpstream, toDownstream, store } = this.#conversation;
    const failure =
      error instanceof WiremaskError
        ? error
        : new MaskingError('WIREMASK_ERR_MASKING', 'a detector or masker threw', { cause: error });
    this.#failure = failure;
    if (this.#catalogReader) store?.abandonLoading();
    this.#catalogReader = undefined;
    this.#counts.flush();
    if (!this.#up.isStreaming && failure.code !== 'WIREMASK_ERR_TRUNCATED')
      toDownstream.add(encodeFatal(failure));
    return { toUpstream: toUpstream.take(), toDownstream: toDownstream.take(), failure };
  }

  /** Client bytes wait: for the catalog, or for the end of log-in. */
  get #isHolding(): boolean {
    return (
      this.#phase === 'catalog' || this.#phase === 'waiting' || (this.#phase === 'log-in' && this.#isParked)
    );
  }

  #takeDownstream(chunk: Uint8Array): void {
    if (this.#phase === 'startup') {
      this.#takePackets(chunk);
    } else if (this.#phase === 'cancelling') {
      throw new WireError('WIREMASK_ERR_STARTUP', 'bytes after a CancelRequest');
    } else if (this.#isHolding) {
      this.#hold(chunk);
    } else {
      const taken = this.#down.push(chunk);
      if (taken < chunk.length) this.#hold(chunk.subarray(taken));
    }
  }

  #takePackets(chunk: Uint8Array): void {
    this.#held.push(chunk);
    while (this.#phase === 'startup') {
      const header = this.#held.peek(4);
      const size = header === undefined ? undefined : startupPacketLength(header, 0);
      const packet = size === undefined ? undefined : this.#held.take(size);
      if (packet === undefined) return;
      this.#phase = this.#startup.packet(packet);
    }
    this.#releaseHeld();
  }

  #hold(bytes: Uint8Array): void {
    const size = this.#held.length + bytes.length;
    const max = this.#conversation.limits.heldBytesMax;
    if (size > max) {
      throw new LimitError('WIREMASK_ERR_HELD_BYTES', 'client bytes waiting for the catalog', {
        limit: 'heldBytesMax',
        size,
        max,
      });
    }
    this.#held.push(bytes);
  }

  #releaseHeld(): void {
    const bytes = this.#held.take(this.#held.length);
    if (bytes && bytes.length > 0) this.#takeDownstream(bytes);
  }

  #fromClient(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]!;
    if (this.#phase === 'log-in') {
      if (this.#startup.frontendMessage(bytes, start, end)) return;
      // A client that does not wait for the end of log-in: its messages wait instead.
      this.#isParked = true;
      this.#hold(bytes.subarray(start, end));
    } else if (this.#isEmptyPolicy) {
      this.#passFrontend(type);
      this.#conversation.toUpstream.forward(bytes, start, end);
    } else if (type !== frontend.terminate && this.#isCatalogDue() && this.#conversation.isIdle) {
      this.#turnToCatalog();
      this.#hold(bytes.subarray(start, end));
    } else {
      this.#frontend.handle(bytes, start, end);
    }
  }

  #passFrontend(type: number): void {
    const entry = frontendActions.get(type);
    if (entry?.action === 'forward') return;
    if (type === frontend.functionCall) {
      throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL', 'FunctionCall cannot be masked');
    }
    throw new WireError(
      'WIREMASK_ERR_MESSAGE_TYPE',
      `frontend message type ${type} (${frontendName(type) ?? 'unknown'})`,
    );
  }

  #fromServer(bytes: Uint8Array, start: number, end: number): void {
    const type = bytes[start]!;
    if (this.#phase === 'ready') {
      this.#fromReadyServer(type, bytes, start, end);
    } else if (this.#phase === 'log-in') {
      if (this.#startup.backendMessage(bytes, start, end))
        this.#endLogin(Uint8Array.from(bytes.subarray(start, end)));
    } else if (this.#phase === 'catalog') {
      this.#fromCatalog(type, bytes, start, end);
    } else if (this.#phase === 'waiting') {
      this.#backend.handle(bytes, start, end);
    } else {
      throw new WireError(
        'WIREMASK_ERR_MESSAGE_ORDER',
        `${backendName(type) ?? type} before the client asked`,
      );
    }
  }

  #fromReadyServer(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (this.#isEmptyPolicy) {
      passBackend(type);
      // "I" in the last byte of ReadyForQuery: no transaction is open.
      if (type === backend.readyForQuery) this.#isAnswerDue = bytes[end - 1] !== 0x49;
      this.#conversation.toDownstream.forward(bytes, start, end);
      return;
    }
    const { results } = this.#backend;
    if (type === backend.dataRow) {
      const plan = results.rowPlan;
      if (!plan) throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'DataRow without a RowDescription');
      results.dataRow(bytes, start, end, plan);
    } else if (type === backend.copyData) {
      const plan = results.copyPlan;
      if (!plan) throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'CopyData without a CopyOutResponse');
      results.copyData(bytes, start, end, plan);
    } else {
      this.#backend.handle(bytes, start, end);
    }
  }

  // The client's own ReadyForQuery is kept back until the catalog is known, so that its first
  // statement already meets it.
  #endLogin(readyForQuery: Uint8Array): void {
    this.#phase = 'ready';
    this.#isAnswerDue = false;
    this.#conversation.store = this.#openStore?.();
    if (this.#isCatalogDue()) {
      this.#readyForQuery = readyForQuery;
      this.#turnToCatalog();
      return;
    }
    this.#conversation.toDownstream.add(readyForQuery);
    this.#releaseHeld();
  }

  #isCatalogDue(): boolean {
    const { store, plans } = this.#conversation;
    return plans.hasColumnRules && store?.isDue === true;
  }

  #turnToCatalog(): void {
    const { store, toUpstream } = this.#conversation;
    if (!store) return;
    if (this.#onOutput && (store.isLoading || store.loadOutside())) {
      this.#phase = 'waiting';
      store.whenLoaded(() => this.#wake());
      return;
    }
    this.#phase = 'catalog';
    store.beginLoading();
    this.#catalogReader = store.createReader();
    toUpstream.add(this.#catalogReader.start());
  }

  #fromCatalog(type: number, bytes: Uint8Array, start: number, end: number): void {
    // Another connection's notification, or a setting changed from outside, can arrive at any time
    // and is not ours to lose; a notice here was raised by our own queries.
    if (type === backend.notificationResponse || type === backend.parameterStatus) {
      this.#backend.handle(bytes, start, end);
      return;
    }
    if (type === backend.noticeResponse) return;
    if (this.#hasEnded) return;
    const reader = this.#catalogReader;
    if (!reader) throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', 'answer without a question');
    const next = reader.take(type, bytes.subarray(start + messageHeaderSize, end));
    if (next) this.#conversation.toUpstream.add(next);
    if (!reader.isDone) return;
    this.#catalogReader = undefined;
    this.#conversation.store?.finishLoading(reader.snapshot, reader.fingerprint());
    this.#resume();
  }

  #wake(): void {
    if (this.#phase !== 'waiting' || this.#failure || this.#hasEnded) return;
    const output = this.#run(() => {
      if (this.#conversation.store?.isDue) this.#turnToCatalog();
      else this.#resume();
    });
    this.#onOutput?.(output);
  }

  #resume(): void {
    this.#phase = 'ready';
    if (this.#readyForQuery) this.#conversation.toDownstream.add(this.#readyForQuery);
    this.#readyForQuery = undefined;
    this.#releaseHeld();
  }

  #canStreamUp(type: number): boolean {
    if (this.#phase !== 'ready') return false;
    if (this.#isEmptyPolicy) {
      passBackend(type);
      return true;
    }
    const { results } = this.#backend;
    if (type === backend.dataRow) return results.rowPlan !== undefined && results.rowPlan.lastActive < 0;
    const copy = type === backend.copyData ? results.copyPlan : undefined;
    return copy !== undefined && copy.result.lastActive < 0 && !copy.isStart && !copy.isHeaderNext;
  }

  #canStreamDown(type: number, size: number): boolean {
    if (this.#phase !== 'ready') return false;
    if (!this.#isEmptyPolicy) return type === frontend.copyData && size > heldCopyDataMax;
    this.#passFrontend(type);
    return true;
  }
}

function passBackend(type: number): void {
  const entry = backendActions.get(type);
  if (entry === undefined)
    throw new WireError('WIREMASK_ERR_MESSAGE_TYPE', `unknown backend message type ${type}`);
  if (entry.action !== 'refuse') return;
  throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_REPLICATION', `${entry.name}: ${entry.reason}`);
}
