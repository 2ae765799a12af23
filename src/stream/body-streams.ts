import { Transform } from 'node:stream';
import { TransformStream, type TransformStreamDefaultController } from 'node:stream/web';
import type { BodyMasker } from '../session/http/body-masker.ts';
import { BodyPump, type FlushOptions } from './body-pump.ts';

/**
 * Makes a Node stream that masks one body: `masker.json()`, `masker.sse()`, or the body of
 * `masker.httpResponse`.
 *
 * A body that cannot be masked destroys the stream with its `WiremaskError`; nothing comes out after that.
 * What comes out may share memory with what was written: leave it as it is.
 *
 * @example
 * ```ts
 * const masked = createBodyTransform(masker.json());
 * await pipeline(createReadStream('users.json'), masked, createWriteStream('masked.json'));
 * ```
 */
export function createBodyTransform(body: BodyMasker, options: FlushOptions = {}): Transform {
  const pump = new BodyPump(body, options, {
    give: (slices) => give(slices),
    fail: (failure) => void stream.destroy(failure),
    isFull: () => stream.readableLength >= stream.readableHighWaterMark,
  });
  const give = (slices: readonly Uint8Array[]): void => {
    for (const slice of slices) stream.push(slice);
  };
  const stream = new Transform({
    transform(chunk: Uint8Array, _encoding, isDone) {
      step(() => give(pump.push(chunk)), isDone);
    },
    flush(isDone) {
      step(() => give(pump.end()), isDone);
    },
    destroy(error, isDone) {
      pump.close();
      isDone(error);
    },
  });
  return stream;
}

function step(run: () => void, isDone: (error?: Error | null) => void): void {
  try {
    run();
  } catch (error) {
    // The pump throws nothing but its own errors.
    isDone(error as Error);
    return;
  }
  isDone();
}

/**
 * Makes a Web stream that masks one body, as `createBodyTransform` does: a body that cannot be masked fails
 * both sides with its `WiremaskError`.
 *
 * @example
 * ```ts
 * const { body } = await fetch('http://127.0.0.1:8080/users.json');
 * const masked = body?.pipeThrough(createBodyWebTransform(masker.json()));
 * ```
 */
export function createBodyWebTransform(
  body: BodyMasker,
  options: FlushOptions = {},
): TransformStream<Uint8Array, Uint8Array> {
  let controller: TransformStreamDefaultController<Uint8Array> | undefined;
  const give = (slices: readonly Uint8Array[]): void => {
    for (const slice of slices) controller?.enqueue(slice);
  };
  const pump = new BodyPump(body, options, {
    give,
    fail: (failure) => controller?.error(failure),
    isFull: () => (controller?.desiredSize ?? 0) < 0,
  });
  // `cancel` is in Node 20.14, but not in its types: either side may be given up.
  const transformer = {
    start(given: TransformStreamDefaultController<Uint8Array>): void {
      controller = given;
    },
    transform(chunk: Uint8Array): void {
      give(pump.push(chunk));
    },
    flush(): void {
      give(pump.end());
    },
    cancel(): void {
      pump.close();
    },
  };
  return new TransformStream<Uint8Array, Uint8Array>(transformer);
}
