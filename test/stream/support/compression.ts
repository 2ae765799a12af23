import type { IncomingMessage, ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';

/**
 * Compresses as the middleware `compression` does: it decides when the head is written, and takes the place
 * of writeHead, write, end and of listeners for drain.
 */
export function compression(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const inner = response as ServerResponse & { _header: string | null; _implicitHeader(): void };
  const native = {
    writeHead: response.writeHead as (...given: unknown[]) => ServerResponse,
    write: response.write as (...given: unknown[]) => boolean,
    end: response.end as (...given: unknown[]) => ServerResponse,
    on: response.on,
  };
  const waiting: (() => void)[] = [];
  let stream: ReturnType<typeof createGzip> | undefined;
  let hasDecided = false;
  const decide = (): void => {
    hasDecided = true;
    if (response.getHeader('content-encoding') !== undefined) return;
    stream = createGzip();
    for (const listener of waiting) stream.on('drain', listener);
    response.setHeader('Content-Encoding', 'gzip');
    response.removeHeader('Content-Length');
    stream.on('data', (chunk: Buffer) => {
      if (native.write.call(response, chunk) === false) stream?.pause();
    });
    stream.on('end', () => native.end.call(response));
    native.on.call(response, 'drain', () => stream?.resume());
  };
  const replacements = {
    writeHead: (...given: unknown[]) => {
      if (!hasDecided) decide();
      return native.writeHead.apply(response, given);
    },
    write: (chunk: string | Buffer, encoding?: BufferEncoding) => {
      if (!inner._header) inner._implicitHeader();
      return stream ? stream.write(chunk, encoding ?? 'utf8') : native.write.call(response, chunk, encoding);
    },
    end: (chunk?: string | Buffer, encoding?: BufferEncoding) => {
      if (!inner._header) inner._implicitHeader();
      if (!stream) return native.end.call(response, chunk, encoding);
      if (chunk === undefined) stream.end();
      else stream.end(chunk, typeof encoding === 'string' ? encoding : 'utf8');
      return response;
    },
    on: (event: string, listener: () => void) => {
      if (event !== 'drain') return native.on.call(response, event, listener);
      if (stream) stream.on(event, listener);
      else waiting.push(listener);
      return response;
    },
  };
  Object.assign(response, replacements);
  next();
}
