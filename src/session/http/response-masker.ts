import { UnsupportedError } from '../../errors.ts';
import type { HeaderField, ResponseHead } from '../../wire/http/head.ts';
import type { ValueScan } from '../value-scan.ts';
import type { BodyMasker } from './body-masker.ts';
import { planBody } from './body-plan.ts';
import { HeaderMasker } from './header-masker.ts';
import type { HttpContext } from './http-context.ts';

/** A response whose head is masked. */
export interface MaskedResponse {
  /** The very head that was given when nothing of it changes. */
  readonly head: ResponseHead;
  /**
   * Masks the body; `undefined`: it passes as it is, or there is none. The head of a masked one states no
   * length, unless the policy is empty: then the body is only checked, and passes as it is.
   */
  readonly body: BodyMasker | undefined;
}

/** What is known of a response beside its head. */
export interface ResponseFacts {
  /** Of the request it answers. */
  readonly method: string;
  /** Whether a body follows the head. */
  readonly hasBody: boolean;
}

const SWITCHING_PROTOCOLS = 101;
const NOT_MODIFIED = 304;
const PARTIAL_CONTENT = 206;

/** Masks heads of responses and decides what happens to their bodies. */
export class ResponseMasker {
  readonly #context: HttpContext;
  readonly #scan: ValueScan;
  readonly #headers: HeaderMasker;

  constructor(context: HttpContext, scan: ValueScan) {
    this.#context = context;
    this.#scan = scan;
    this.#headers = new HeaderMasker(context, scan);
  }

  /**
   * @throws {UnsupportedError} WIREMASK_ERR_UNSUPPORTED_UPGRADE, WIREMASK_ERR_UNSUPPORTED_RANGE, and what
   *   `planBody` throws: the response must not be passed on.
   */
  mask(head: ResponseHead, { method, hasBody }: ResponseFacts): MaskedResponse {
    const { policy } = this.#context;
    if (head.status === SWITCHING_PROTOCOLS) {
      throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_UPGRADE', 'upstream switches to another protocol');
    }
    const isPart = head.status === PARTIAL_CONTENT;
    if (hasBody && isPart && !policy.isEmpty) {
      throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_RANGE', 'a part of a body cannot be masked');
    }
    // A part of a JSON text is none: where nothing is masked, it passes.
    const plan = hasBody && !isPart ? planBody(head.fields, this.#context, this.#scan) : undefined;
    const body = plan?.action === 'mask' ? plan.body : undefined;
    // What HEAD and 304 say of a body is about the one that is not sent, before it would be masked.
    const isAboutBody = !hasBody && (method === 'HEAD' || head.status === NOT_MODIFIED);
    const isOldBody = (body !== undefined || !hasBody) && !policy.isEmpty;
    const masked = this.#headers.mask(head.fields, isOldBody);
    const isReframed = (body !== undefined || isAboutBody) && !policy.isEmpty;
    const fields = isReframed ? withoutLength(masked) : masked;
    const reason = this.#headers.text(head.reason, 'reason');
    const isSame = fields === head.fields && reason === head.reason;
    return { head: isSame ? head : { ...head, reason, fields }, body };
  }

  /** @returns Masked fields of a trailer section. */
  maskTrailers(trailers: readonly HeaderField[]): readonly HeaderField[] {
    return this.#headers.mask(trailers, true);
  }
}

/** @returns The fields without those that frame a body; the same array when there are none. */
export function withoutLength(fields: readonly HeaderField[]): readonly HeaderField[] {
  const kept = fields.filter(({ name }) => !/^(?:content-length|transfer-encoding)$/i.test(name));
  return kept.length === fields.length ? fields : kept;
}
