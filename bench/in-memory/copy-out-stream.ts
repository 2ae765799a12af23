import type { Masker, MaskingSession } from 'wiremask';
import {
  backend,
  encodeMessage,
  encodeQuery,
  encodeReadyForQuery,
  MessageFramer,
  parseDataRow,
} from 'wiremask/postgres';
import { openSession, type RowStream } from '../../sidecar/bench/row-stream.ts';
import { expectNoFailure } from '../../sidecar/scripted-login.ts';

const CHUNK_SIZE = 65_536;

/** A session in the middle of a COPY TO STDOUT, and rows for it. */
export interface CopyOut {
  readonly session: MaskingSession;
  /** CopyData messages in text format; may be replayed any number of times. */
  readonly chunks: readonly Uint8Array[];
  readonly size: number;
}

/** Takes a session to where the rows of a COPY come next. They are those of the stream. */
export function openCopyOut(masker: Masker, stream: RowStream): CopyOut {
  const rows = copyRows(stream);
  const columnCount = rows.columnCount;
  const session = openSession(masker, stream);
  expectNoFailure(session.fromDownstream(encodeQuery('copy sample to stdout')));
  // The session asks the server what the columns of the COPY are before it sends the COPY on.
  const answers = [
    encodeMessage(backend.closeComplete),
    encodeMessage(backend.parseComplete),
    encodeMessage(backend.parameterDescription, (writer) => writer.int16(0)),
    stream.description,
    encodeReadyForQuery('I'),
    encodeMessage(backend.copyOutResponse, (writer) => {
      writer.uint8(0);
      writer.int16(columnCount);
      for (let column = 0; column < columnCount; column++) writer.int16(0);
    }),
  ];
  for (const answer of answers) expectNoFailure(session.fromUpstream(answer));
  return { session, chunks: rows.chunks, size: rows.size };
}

function copyRows(stream: RowStream): {
  readonly chunks: readonly Uint8Array[];
  readonly size: number;
  readonly columnCount: number;
} {
  const framer = new MessageFramer();
  const lines: Uint8Array[] = [];
  let columnCount = 0;
  for (const { body } of stream.chunks.flatMap((chunk) => framer.push(chunk))) {
    const cells = parseDataRow(body).map((cell) =>
      cell === null ? '\\N' : Buffer.from(cell).toString('utf8'),
    );
    columnCount = cells.length;
    const line = Buffer.from(`${cells.join('\t')}\n`);
    lines.push(encodeMessage(backend.copyData, (writer) => writer.bytes(line)));
  }
  const bytes = Buffer.concat(lines);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_SIZE) chunks.push(bytes.subarray(at, at + CHUNK_SIZE));
  return { chunks, size: bytes.length, columnCount };
}
