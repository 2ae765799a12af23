import {
  type BodyFraming,
  framingOfRequest,
  framingOfResponse,
} from '../../../src/wire/http/body-framing.ts';
import {
  decodeRequestHead,
  decodeResponseHead,
  type HeaderField,
  type MessageHead,
  type RequestHead,
  type ResponseHead,
} from '../../../src/wire/http/head.ts';
import { type MessageHandler, MessageReader } from '../../../src/wire/http/message-reader.ts';
import { type Chunks, expectOnlyWiremaskErrors } from '../../support/properties.ts';

/** Text as bytes, one per character. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** Bytes as text, one character per byte. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** A message as a reader told of it. */
export interface ReadMessage<Head> {
  readonly head: Head;
  /** The bytes of the head. */
  readonly raw: string;
  body: string;
  trailers: readonly HeaderField[] | undefined;
}

/** What came of a stream: messages, the last of which may be incomplete, and why it ended. */
export interface Reading<Head> {
  readonly messages: readonly ReadMessage<Head>[];
  readonly code: string | undefined;
}

const headerSizeMax = 8192;

/** Reads requests to the end of the connection. */
export function readRequests(chunks: Chunks, sizeMax: number = headerSizeMax): Reading<RequestHead> {
  const options = { headerSizeMax: sizeMax, emptyLinesMax: 2 };
  return read(
    chunks,
    (handler: MessageHandler<RequestHead>) => new MessageReader(decodeRequestHead, handler, options),
    framingOfRequest,
  );
}

/** Reads responses to requests of that method. */
export function readResponses(
  chunks: Chunks,
  method: string = 'GET',
  sizeMax: number = headerSizeMax,
): Reading<ResponseHead> {
  const options = { headerSizeMax: sizeMax };
  return read(
    chunks,
    (handler: MessageHandler<ResponseHead>) => new MessageReader(decodeResponseHead, handler, options),
    (head: ResponseHead) => framingOfResponse(head, method),
  );
}

function read<Head extends MessageHead>(
  chunks: Chunks,
  create: (handler: MessageHandler<Head>) => MessageReader<Head>,
  framingOf: (head: Head) => BodyFraming,
): Reading<Head> {
  const messages: ReadMessage<Head>[] = [];
  const reader = create({
    head(head, raw) {
      messages.push({ head, raw: textOf(raw), body: '', trailers: undefined });
      return framingOf(head);
    },
    data(bytes, start, end) {
      if (start >= end) throw new Error('data without a byte');
      messages.at(-1)!.body += textOf(bytes.subarray(start, end));
    },
    end(trailers) {
      messages.at(-1)!.trailers = trailers;
    },
  });
  const code = expectOnlyWiremaskErrors(() => {
    for (const chunk of chunks) {
      const at = reader.push(chunk);
      if (at !== chunk.length) throw new Error(`stopped at ${at} of ${chunk.length}`);
    }
    reader.close();
  });
  return { messages, code };
}
