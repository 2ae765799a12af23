/** Codes that only HTTP has. */
export type HttpErrorCode =
  // WireError
  | 'WIREMASK_ERR_HTTP_HEAD'
  | 'WIREMASK_ERR_HTTP_FRAMING'
  | 'WIREMASK_ERR_HTTP_CODING'
  // UnsupportedError
  | 'WIREMASK_ERR_UNSUPPORTED_CODING'
  | 'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE'
  | 'WIREMASK_ERR_UNSUPPORTED_RANGE'
  | 'WIREMASK_ERR_UNSUPPORTED_UPGRADE'
  | 'WIREMASK_ERR_UNSUPPORTED_METHOD'
  | 'WIREMASK_ERR_HTTP_ROUTE'
  // LimitError
  | 'WIREMASK_ERR_HTTP_HEAD_SIZE'
  | 'WIREMASK_ERR_DECODED_SIZE';

/** Every code an error of this library can carry. Codes are public API: see docs/error-codes.md. */
export type WiremaskErrorCode =
  | HttpErrorCode
  // WireError: the peer's bytes break the protocol.
  | 'WIREMASK_ERR_MESSAGE_LENGTH'
  | 'WIREMASK_ERR_MESSAGE_TYPE'
  | 'WIREMASK_ERR_MESSAGE_BODY'
  | 'WIREMASK_ERR_MESSAGE_ORDER'
  | 'WIREMASK_ERR_STARTUP'
  | 'WIREMASK_ERR_TRUNCATED'
  | 'WIREMASK_ERR_VALUE_ENCODING'
  // UnsupportedError: legal, but it cannot be masked.
  | 'WIREMASK_ERR_UNSUPPORTED_REPLICATION'
  | 'WIREMASK_ERR_UNSUPPORTED_FUNCTION_CALL'
  | 'WIREMASK_ERR_UNSUPPORTED_COPY'
  | 'WIREMASK_ERR_UNSUPPORTED_ENCODING'
  | 'WIREMASK_ERR_UNSUPPORTED_PROTOCOL_VERSION'
  | 'WIREMASK_ERR_UNSUPPORTED_CHANNEL_BINDING'
  // Refused statements: legal, but their effect would leave the reach of the rules.
  | 'WIREMASK_ERR_STATEMENT_OPAQUE'
  | 'WIREMASK_ERR_STATEMENT_COPIES_PROTECTED'
  | 'WIREMASK_ERR_STATEMENT_SERVER_FILE'
  | 'WIREMASK_ERR_STATEMENT_UNREADABLE'
  | 'WIREMASK_ERR_STATEMENT_SIZE'
  | 'WIREMASK_ERR_MASKED_VALUE_WRITTEN_BACK'
  // LimitError: a named limit was exceeded.
  | 'WIREMASK_ERR_MESSAGE_SIZE'
  | 'WIREMASK_ERR_STARTUP_SIZE'
  | 'WIREMASK_ERR_PENDING_STATEMENTS'
  | 'WIREMASK_ERR_HELD_BYTES'
  | 'WIREMASK_ERR_NAME_SIZE'
  // PolicyError: rules or options do not compile.
  | 'WIREMASK_ERR_POLICY'
  | 'WIREMASK_ERR_RULE_FILE'
  // MaskingError: a detector or masker threw.
  | 'WIREMASK_ERR_MASKING';

/** Base of every error this library throws. Compare `code`, not the class. Messages never hold a value. */
export abstract class WiremaskError extends Error {
  readonly code: WiremaskErrorCode;

  constructor(code: WiremaskErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** The peer's bytes break the protocol: close both sockets. */
export class WireError extends WiremaskError {}

/** Legal on the wire, but wiremask cannot mask it: refused in the protocol's own words. */
export class UnsupportedError extends WiremaskError {}

/** A named limit was exceeded. `size` and `max` share the limit's unit. */
export class LimitError extends WiremaskError {
  readonly limit: string;
  readonly size: number;
  readonly max: number;

  constructor(code: WiremaskErrorCode, what: string, measured: { limit: string; size: number; max: number }) {
    super(code, `${what}: ${measured.size} exceeds ${measured.limit} (${measured.max})`);
    this.limit = measured.limit;
    this.size = measured.size;
    this.max = measured.max;
  }
}

/** One thing that is wrong with rules or options. */
export interface PolicyProblem {
  /** Where: `masking.columns[2].mask`, or a rule file and its rule id. */
  readonly path: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
}

/** Rules or options do not compile. Carries every problem, not the first. */
export class PolicyError extends WiremaskError {
  readonly problems: readonly PolicyProblem[];

  constructor(
    problems: readonly PolicyProblem[],
    code: 'WIREMASK_ERR_POLICY' | 'WIREMASK_ERR_RULE_FILE' = 'WIREMASK_ERR_POLICY',
  ) {
    super(code, problems.map((p) => `${p.path}: ${p.message}`).join('\n'));
    this.problems = problems;
  }
}

/** A detector or masker threw; `cause` is what it threw. The session ends: fails closed. */
export class MaskingError extends WiremaskError {}
