/** Limits of one session. Sizes in bytes. */
export interface SessionLimits {
  /**
   * Largest message that has to be held whole to be masked. Messages that pass as they are have no limit.
   * Default 128 MiB.
   */
  readonly messageSizeMax: number;
  /** Largest value the detectors look into; a larger one is masked whole. Default 16 MiB. */
  readonly valueSizeMax: number;
  /** Largest statement text the SQL reader takes; a larger one counts as unreadable. Default 256 KiB. */
  readonly statementSizeMax: number;
  /** Most requests sent and not yet answered, and most prepared statements remembered. Default 10,000. */
  readonly pendingStatementsMax: number;
  /** Most client bytes held back while the catalog is read. Default 16 MiB. */
  readonly heldBytesMax: number;
}

/** The defaults of `SessionLimits`. */
export const defaultSessionLimits: SessionLimits = {
  messageSizeMax: 128 * 1024 * 1024,
  valueSizeMax: 16 * 1024 * 1024,
  statementSizeMax: 256 * 1024,
  pendingStatementsMax: 10_000,
  heldBytesMax: 16 * 1024 * 1024,
};

/** The budget of detection: counts that make results deterministic, and a clock that bounds delay. */
export interface SessionBudget {
  /** Work per value, in bytes scanned plus the cost of candidates. Default 256 Mi. */
  readonly workPerValueMax: number;
  /** Work per message. Default 512 Mi. */
  readonly workPerMessageMax: number;
  /**
   * Milliseconds the detectors may take for one message; what is left of it then is masked whole.
   * Checked between values. Default 250.
   */
  readonly latencyMs: number;
}

/** The defaults of `SessionBudget`. */
export const defaultSessionBudget: SessionBudget = {
  workPerValueMax: 256 * 1024 * 1024,
  workPerMessageMax: 512 * 1024 * 1024,
  latencyMs: 250,
};
