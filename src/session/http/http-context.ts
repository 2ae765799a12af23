import type { MaskingPolicy } from '../../policy/masking-policy.ts';
import type { JsonContext } from './bodies/json-body.ts';
import { JsonPlaces } from './bodies/json-places.ts';
import { KeyTable } from './bodies/key-table.ts';
import type { AppliedRule } from './field-rules.ts';

/** Limits of HTTP sessions. Sizes in bytes. */
export interface HttpLimits {
  /** Largest head, and largest trailer section. Default 64 KiB. */
  readonly headerSizeMax: number;
  /** Largest JSON string, number or key that is held; a larger string is masked whole. Default 16 MiB. */
  readonly valueSizeMax: number;
  /** Objects and arrays inside each other. Default 512. */
  readonly depthMax: number;
  /** Largest event of an event stream, largest record of CSV. Default 1 MiB. */
  readonly recordSizeMax: number;
  /** Most of a plain text that is kept back. Default 16 KiB. */
  readonly holdSizeMax: number;
  /** Largest body after its content codings are decoded. Default 16 GiB. */
  readonly decodedSizeMax: number;
  /** Most bytes a coded byte may become. Default 200. */
  readonly decodedRatioMax: number;
  /** Most requests sent and not yet answered. Default 1,000. */
  readonly pendingRequestsMax: number;
}

/** The defaults of `HttpLimits`. */
export const defaultHttpLimits: HttpLimits = {
  headerSizeMax: 64 * 1024,
  valueSizeMax: 16 * 1024 * 1024,
  depthMax: 512,
  recordSizeMax: 1024 * 1024,
  holdSizeMax: 16 * 1024,
  decodedSizeMax: 16 * 1024 * 1024 * 1024,
  decodedRatioMax: 200,
  pendingRequestsMax: 1000,
};

/** What all HTTP sessions of one masker share. */
export class HttpContext {
  readonly policy: MaskingPolicy;
  readonly limits: HttpLimits;
  readonly json: JsonContext;

  /** @throws {PolicyError} WIREMASK_ERR_POLICY for a path that cannot be read. */
  constructor(policy: MaskingPolicy, limits: HttpLimits) {
    this.policy = policy;
    this.limits = limits;
    const { depthMax, valueSizeMax } = limits;
    const json = { depthMax, valueSizeMax, allowsByteOrderMark: false };
    this.json = { places: new JsonPlaces(policy, json), keys: new KeyTable(), limits: json };
  }

  /** @returns The rule for a header field, by its name in lower case. */
  headerRule(name: string): AppliedRule | undefined {
    return this.policy.fieldRules.find(({ target }) => target.kind === 'header' && target.matches(name));
  }
}
