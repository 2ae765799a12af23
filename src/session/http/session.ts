import assert from 'node:assert';
import { LimitError, MaskingError, WiremaskError } from '../../errors.ts';
import { MaskCounts, type ReportListener } from '../mask-report.ts';
import type { MaskingSession, MaskReport, Output } from '../masking-session.ts';
import { ValueScan } from '../value-scan.ts';
import { encodeErrorResponse } from './error-response.ts';
import type { HttpContext } from './http-context.ts';
import { RequestSide, type RewriteRequest } from './request-side.ts';
import { type PendingRequest, ResponseSide, type RewriteResponse } from './response-side.ts';

const NOTHING: readonly Uint8Array[] = [];

/** Options of one HTTP session. */
export interface HttpOptions {
  /** Hears of counts as they happen. */
  readonly reportTo?: ReportListener;
  /**
   * Changes heads of requests before they are sent on: for a proxy that has a host, a path or fields of its
   * own to say. What frames the body has to stay. What it throws refuses the request.
   */
  readonly rewriteRequest?: RewriteRequest;
  /** The same for heads of responses, before they are masked. */
  readonly rewriteResponse?: RewriteResponse;
  /**
   * Keeps each request until the one before is answered, so that each can go over a connection of its own:
   * see `HttpSession.nextRequest`. Default `false`.
   */
  readonly isOneAtATime?: boolean;
}

/**
 * The masking state of one HTTP/1.1 connection to one upstream (RFC 9112): requests pass, bodies and heads of
 * responses are masked. Heads, bodies and codings that cannot be read are refused.
 */
export class HttpSession implements MaskingSession {
  readonly #counts: MaskCounts;
  readonly #requests: RequestSide;
  readonly #responses: ResponseSide;
  #failure: WiremaskError | undefined;
  #hasClientEnded = false;

  constructor(context: HttpContext, options: HttpOptions) {
    this.#counts = new MaskCounts(options.reportTo);
    const scan = new ValueScan(context.policy, this.#counts);
    const { pendingRequestsMax } = context.limits;
    this.#responses = new ResponseSide(context, scan, options.rewriteResponse);
    const announce = ({ method, minorVersion }: PendingRequest): void => {
      this.#counts.messagesFromDownstream++;
      const size = this.#responses.pendingCount + 1;
      if (size > pendingRequestsMax) {
        const measured = { limit: 'pendingRequestsMax', size, max: pendingRequestsMax };
        throw new LimitError('WIREMASK_ERR_PENDING_STATEMENTS', 'requests without an answer', measured);
      }
      this.#responses.expect({ method, minorVersion });
    };
    this.#requests = new RequestSide(context, scan, announce, options);
  }

  get report(): MaskReport {
    return this.#counts;
  }

  /** Whether a request waits for the rest of its answer. */
  get isBusy(): boolean {
    return this.#responses.pendingCount > 0;
  }

  /** Whether the head of a request has begun and is not complete. */
  get isInRequestHead(): boolean {
    return this.#requests.isInHead;
  }

  /** Whether nothing is under way: no request, and no part of one. */
  get isIdle(): boolean {
    return this.isExchangeOver && !this.#requests.isInHead && this.keptSize === 0;
  }

  /** Whether the last request is complete, and so is its answer: `nextRequest` may be called. */
  get isExchangeOver(): boolean {
    return !this.isBusy && !this.#requests.isOpen;
  }

  /** Whether a request is answered of which more is to come. */
  get isAnsweredEarly(): boolean {
    return !this.isBusy && this.#requests.isOpen;
  }

  /** Whether the last request is complete, and its answer has not begun; 1xx is none. */
  get isAwaitingResponse(): boolean {
    return this.isBusy && !this.#requests.isOpen && !this.#responses.hasBegun;
  }

  /** One request at a time: how many bytes behind it wait here; more than 1 MiB are a failure. */
  get keptSize(): number {
    return this.#requests.keptSize;
  }

  /** Whether the upstream expects further requests on the connection, and has sent no more than answers. */
  get keepsUpstream(): boolean {
    return this.#responses.keepsConnection;
  }

  /** Whether a response has begun to leave and is not complete. */
  get isResponding(): boolean {
    return this.#responses.hasBegun;
  }

  /** Whether closing is what ends the response under way: where it is cut short, reset the connection. */
  get endsByClosing(): boolean {
    return this.#responses.endsByClosing;
  }

  /** Whether the connection to the client has to close now: the last response has no other end. */
  get mustClose(): boolean {
    return this.#responses.isOver;
  }

  /** Whether events of a stream are kept back until more arrives, or `flushHeld` is called. */
  get isHolding(): boolean {
    return this.#responses.isHolding;
  }

  /**
   * Lets go of events that are kept back; to be called some milliseconds after `isHolding` has become true.
   */
  flushHeld(): Output {
    return this.#guard('response', () => ({
      toUpstream: NOTHING,
      toDownstream: this.#responses.flushHeld(),
    }));
  }

  /**
   * One request at a time: goes on with what the client has sent behind the last one. To be called once
   * `isExchangeOver`; unless `keepsUpstream` was true, what comes from the upstream then is of another
   * connection.
   */
  nextRequest(): Output {
    return this.#guard('request', () => {
      assert(this.isExchangeOver, 'the last request is answered');
      this.#responses.renew();
      return { toUpstream: this.#requests.next(), toDownstream: NOTHING };
    });
  }

  /** Lets go of what it holds: nothing more comes. */
  release(): void {
    this.#requests.abort();
    this.#responses.abort();
  }

  fromDownstream(chunk: Uint8Array): Output {
    return this.#guard('request', () => ({ toUpstream: this.#requests.push(chunk), toDownstream: NOTHING }));
  }

  fromUpstream(chunk: Uint8Array): Output {
    return this.#guard('response', () => {
      const waiting = this.#responses.pendingCount;
      const toDownstream = this.#responses.push(chunk);
      this.#counts.messagesFromUpstream += waiting - this.#responses.pendingCount;
      return { toUpstream: NOTHING, toDownstream };
    });
  }

  end(side: 'downstream' | 'upstream'): Output {
    return this.#guard(side === 'downstream' ? 'request' : 'response', () => {
      if (side === 'upstream') return { toUpstream: NOTHING, toDownstream: this.#endUpstream() };
      this.#hasClientEnded = true;
      this.#requests.close();
      return { toUpstream: NOTHING, toDownstream: NOTHING };
    });
  }

  #endUpstream(): readonly Uint8Array[] {
    const isCut = this.#hasClientEnded && this.#responses.hasBegun;
    try {
      return this.#responses.close();
    } catch (error) {
      const isTruncated = error instanceof WiremaskError && error.code === 'WIREMASK_ERR_TRUNCATED';
      // A client that is gone in the middle of a response has not been told less than it wanted to hear.
      if (!isTruncated || !isCut) throw error;
      this.#responses.abort();
      return NOTHING;
    }
  }

  #guard(side: 'request' | 'response', step: () => Output): Output {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return step();
    } catch (error) {
      const failure =
        error instanceof WiremaskError
          ? error
          : new MaskingError('WIREMASK_ERR_MASKING', 'a detector or masker threw', { cause: error });
      this.#failure = failure;
      this.#counts.addRefused(failure.code);
      this.#responses.abort();
      // Fails closed: a response that has begun ends here, without the end it should have had.
      const ready = this.#responses.takeReady();
      // An answer to a refused request must not be taken for that of an earlier one.
      const waiting = this.#responses.pendingCount;
      const isNext = side === 'response' ? waiting > 0 : waiting === (this.#requests.isOpen ? 1 : 0);
      const isAnswered = isNext && this.#responses.canAnswer;
      const method = side === 'request' ? this.#requests.method : this.#responses.nextMethod;
      const isHead = method === 'HEAD';
      const answer = isAnswered ? [encodeErrorResponse(failure, side, isHead)] : [];
      const toDownstream = [...ready, ...answer];
      return { toUpstream: NOTHING, toDownstream, failure };
    }
  }
}
