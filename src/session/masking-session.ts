import type { WiremaskError } from '../errors.ts';

/**
 * What to send to either side, in order. The slices may alias the chunk given in, so the chunk must not be
 * written to again before they are sent; later calls do not change them.
 */
export interface Output {
  readonly toUpstream: readonly Uint8Array[];
  readonly toDownstream: readonly Uint8Array[];
  /**
   * Set when the session has failed or refused the connection: send the bytes of this output (they end
   * in the protocol's own error where one can be sent), then close both sockets.
   */
  readonly failure?: WiremaskError;
}

/**
 * The masking state of one connection: a synchronous state machine over chunks. It does no I/O.
 *
 * Calls must not overlap. After an output with `failure`, every further call throws that same error.
 */
export interface MaskingSession {
  /** Takes the next bytes the client sent. Message boundaries do not matter. */
  fromDownstream(chunk: Uint8Array): Output;
  /** Takes the next bytes the server sent. Message boundaries do not matter. */
  fromUpstream(chunk: Uint8Array): Output;
  /** One side has closed. A message cut in the middle is a failure with `WIREMASK_ERR_TRUNCATED`. */
  end(side: 'downstream' | 'upstream'): Output;
  /** Counts so far. Never holds a value. */
  readonly report: MaskReport;
}

/** Counts of one session, by rule id. */
export interface MaskReport {
  /** Rows seen on the way to the client, COPY rows included. */
  readonly rows: number;
  readonly messagesFromUpstream: number;
  readonly messagesFromDownstream: number;
  /** Values masked, by rule id (`unattributed` for values no rule names). */
  readonly masked: ReadonlyMap<string, number>;
  /** Values masked whole because they could not be decoded or exceeded a budget, by reason. */
  readonly failedClosed: ReadonlyMap<string, number>;
  /** Statements refused, by error code. */
  readonly refused: ReadonlyMap<string, number>;
}
