import type { Duplex } from 'node:stream';
import { UnsupportedError, type WiremaskError } from '../errors.ts';
import { BodyPump, failureOf } from './body-pump.ts';
import {
  type FieldRecord,
  fieldsOf,
  type HttpFields,
  type MaskResponseOptions,
  maskFields,
  maskHead,
  mayHaveBody,
  type ResponseMaskerFactory,
  recordOf,
  refusalOf,
} from './response-head.ts';

/** Fields as undici 7 gives them. */
export type UndiciHeaders = Record<string, string | string[] | undefined>;

/** undici's `Dispatcher.DispatchController`. */
export interface UndiciController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  rawHeaders?: Buffer[] | string[] | UndiciHeaders | null;
  rawTrailers?: Buffer[] | string[] | UndiciHeaders | null;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** undici's `Dispatcher.DispatchHandler`, of version 7. */
export interface UndiciHandler {
  onRequestStart?(controller: UndiciController, context: unknown): void;
  onRequestUpgrade?(
    controller: UndiciController,
    status: number,
    headers: UndiciHeaders,
    socket: Duplex,
  ): void;
  onResponseStart?(
    controller: UndiciController,
    status: number,
    headers: UndiciHeaders,
    reason?: string,
  ): void;
  onResponseData?(controller: UndiciController, chunk: Buffer): void;
  onResponseEnd?(controller: UndiciController, trailers: UndiciHeaders): void;
  onResponseError?(controller: UndiciController, error: Error): void;
}

/** An interceptor for `compose`. */
export type UndiciInterceptor = <Options extends { readonly method: string }>(
  dispatch: (options: Options, handler: UndiciHandler) => boolean,
) => (options: Options, handler: UndiciHandler) => boolean;

/**
 * Makes an interceptor for undici 7 that masks every response of a dispatcher: heads, trailers and bodies,
 * inside their content codings.
 *
 * A response that must not be passed on becomes a 502 whose JSON names the error; when that turns out in the
 * middle of the body, the request fails with the `WiremaskError`. CONNECT and upgrades always fail. Compose
 * it first, so that caches and interceptors that decode see what is masked.
 *
 * @example
 * ```ts
 * const agent = new Agent().compose(createMaskingInterceptor(masker));
 * const { body } = await request('http://127.0.0.1:8080/users/7', { dispatcher: agent });
 * console.log(await body.json());
 * ```
 */
export function createMaskingInterceptor(
  masker: ResponseMaskerFactory,
  options: MaskResponseOptions = {},
): UndiciInterceptor {
  return (dispatch) => (request, handler) =>
    dispatch(request, new MaskingHandler(masker, options, request.method, handler));
}

class MaskingHandler implements UndiciHandler {
  readonly #masker: ResponseMaskerFactory;
  readonly #options: MaskResponseOptions;
  readonly #method: string;
  readonly #handler: UndiciHandler;
  #controller: MaskedController | undefined;
  #pump: BodyPump | undefined;
  #hasData = false;
  #isOver = false;

  constructor(
    masker: ResponseMaskerFactory,
    options: MaskResponseOptions,
    method: string,
    handler: UndiciHandler,
  ) {
    this.#masker = masker;
    this.#options = options;
    this.#method = method;
    this.#handler = handler;
  }

  onRequestStart(controller: UndiciController, context: unknown): void {
    this.#handler.onRequestStart?.(this.#masked(controller), context);
  }

  onRequestUpgrade(
    controller: UndiciController,
    _status: number,
    _headers: UndiciHeaders,
    socket: Duplex,
  ): void {
    // Nothing of what follows would be masked.
    socket.on('error', () => undefined).destroy();
    const problem = 'the connection would carry another protocol';
    this.#fail(controller, new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_UPGRADE', problem));
  }

  onResponseStart(
    controller: UndiciController,
    status: number,
    headers: UndiciHeaders,
    reason?: string,
  ): void {
    if (this.#isOver) return;
    const ours = this.#masked(controller);
    let record: FieldRecord;
    let masked: ReturnType<ResponseMaskerFactory['httpResponse']>;
    try {
      masked = maskHead(
        this.#masker,
        { status, reason: reason ?? '', minorVersion: 1, fields: fieldsOf(headers) },
        { method: this.#method, hasBody: mayHaveBody(this.#method, status) },
        this.#options,
      );
      record = recordOf(masked.head.fields);
    } catch (error) {
      this.#refuse(controller, failureOf(error));
      return;
    }
    ours.rawHeaders = rawOf(masked.head.fields);
    if (masked.body !== undefined) {
      this.#pump = new BodyPump(masked.body, this.#options, {
        give: (slices) => this.#give(slices),
        fail: (failure) => controller.abort(failure),
        isFull: () => controller.paused,
      });
    }
    this.#handler.onResponseStart?.(ours, status, record, masked.head.reason);
  }

  onResponseData(controller: UndiciController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#hasData = true;
    let slices: readonly Uint8Array[] = [chunk];
    try {
      if (this.#pump !== undefined) slices = this.#pump.push(chunk);
    } catch (error) {
      this.#fail(controller, failureOf(error));
      return;
    }
    this.#give(slices);
  }

  onResponseEnd(controller: UndiciController, trailers: UndiciHeaders): void {
    if (this.#isOver) return;
    const ours = this.#masked(controller);
    let slices: readonly Uint8Array[] = [];
    let fields: HttpFields;
    try {
      // A body without a byte holds no value, whatever its type demands.
      if (this.#hasData && this.#pump !== undefined) slices = this.#pump.end();
      fields = maskFields(this.#masker, fieldsOf(trailers), this.#options);
    } catch (error) {
      this.#fail(controller, failureOf(error));
      return;
    }
    this.#pump?.close();
    this.#give(slices);
    this.#isOver = true;
    ours.rawTrailers = rawOf(fields);
    this.#handler.onResponseEnd?.(ours, recordOf(fields));
  }

  onResponseError(controller: UndiciController, error: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pump?.close();
    this.#handler.onResponseError?.(this.#masked(controller), error);
  }

  #give(slices: readonly Uint8Array[]): void {
    const controller = this.#controller;
    for (const slice of slices) {
      if (this.#isOver || controller === undefined) return;
      const { buffer, byteOffset, length } = slice;
      this.#handler.onResponseData?.(controller, Buffer.from(buffer, byteOffset, length));
    }
  }

  /** The head has not left: another response takes its place. */
  #refuse(controller: UndiciController, failure: WiremaskError): void {
    const ours = this.#masked(controller);
    this.#isOver = true;
    ours.detach();
    controller.abort(failure);
    const { status, reason, fields, body } = refusalOf(failure);
    const headers = fields.map(([name, value]) => ({ name, value }));
    ours.rawHeaders = rawOf(headers);
    this.#handler.onResponseStart?.(ours, status, recordOf(headers), reason);
    if (mayHaveBody(this.#method, status)) this.#handler.onResponseData?.(ours, body);
    this.#handler.onResponseEnd?.(ours, {});
  }

  /** The head has left: the request fails. */
  #fail(controller: UndiciController, failure: WiremaskError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pump?.close();
    controller.abort(failure);
    this.#handler.onResponseError?.(this.#masked(controller), failure);
  }

  // A request that is tried again comes with another controller.
  #masked(controller: UndiciController): MaskedController {
    if (this.#controller?.isOf(controller) !== true) this.#controller = new MaskedController(controller);
    return this.#controller as MaskedController;
  }
}

/** undici's controller without the raw fields, which would tell what the masked ones do not. */
class MaskedController implements UndiciController {
  rawHeaders: Buffer[] = [];
  rawTrailers: Buffer[] = [];
  readonly #controller: UndiciController;
  #isDetached = false;

  constructor(controller: UndiciController) {
    this.#controller = controller;
  }

  isOf(controller: UndiciController): boolean {
    return this.#controller === controller;
  }

  /** The response behind it is another one by now. */
  detach(): void {
    this.#isDetached = true;
  }

  get aborted(): boolean {
    return !this.#isDetached && this.#controller.aborted;
  }

  get paused(): boolean {
    return !this.#isDetached && this.#controller.paused;
  }

  get reason(): Error | null {
    return this.#isDetached ? null : this.#controller.reason;
  }

  abort(reason: Error): void {
    if (!this.#isDetached) this.#controller.abort(reason);
  }

  pause(): void {
    if (!this.#isDetached) this.#controller.pause();
  }

  resume(): void {
    if (!this.#isDetached) this.#controller.resume();
  }
}

function rawOf(fields: HttpFields): Buffer[] {
  return fields.flatMap(({ name, value }) => [Buffer.from(name, 'latin1'), Buffer.from(value, 'latin1')]);
}
