// A process: a PostgreSQL that answers one statement from memory, as fast as a socket takes it, and hands
// everything else to the real server. What it takes to produce rows is then no part of a measurement.
// Arguments: port of the real server, the statement, how often its rows are repeated.
import { connect, createServer, type Socket } from 'node:net';
import { backend, encodeQuery, MessageFramer } from 'wiremask/postgres';

const WRITE_SIZE = 256 * 1024;

const [portText, statement = '', repeatText] = process.argv.slice(2);
const serverPort = Number(portText);
const repeats = Number(repeatText);

interface Answer {
  readonly head: Uint8Array;
  readonly rows: Buffer;
  readonly tail: Uint8Array;
}

const query = Buffer.from(encodeQuery(statement));
let answer: Answer | undefined;

const server = createServer({ allowHalfOpen: true, noDelay: true }, (downstream) => {
  const upstream = connect({ host: '127.0.0.1', port: serverPort, allowHalfOpen: true, noDelay: true });
  const recorder = new Recorder();
  let isRecording = false;
  downstream.on('data', (chunk: Buffer) => {
    const isReplayed = chunk.equals(query);
    if (isReplayed && answer !== undefined) {
      replay(downstream, answer).catch(() => downstream.destroy());
      return;
    }
    isRecording = isReplayed;
    upstream.write(chunk);
  });
  upstream.on('data', (chunk: Buffer) => {
    downstream.write(chunk);
    if (isRecording) answer = recorder.take(chunk) ?? answer;
  });
  for (const [socket, other] of [
    [downstream, upstream],
    [upstream, downstream],
  ] as const) {
    socket.on('end', () => other.end());
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
  }
});

class Recorder {
  readonly #framer = new MessageFramer();
  readonly #head: Uint8Array[] = [];
  readonly #rows: Uint8Array[] = [];
  readonly #tail: Uint8Array[] = [];

  take(chunk: Uint8Array): Answer | undefined {
    for (const { type, bytes } of this.#framer.push(chunk)) {
      const part = type === backend.dataRow ? this.#rows : this.#rows.length === 0 ? this.#head : this.#tail;
      part.push(bytes);
      if (type !== backend.readyForQuery) continue;
      return {
        head: Buffer.concat(this.#head),
        rows: Buffer.concat(this.#rows),
        tail: Buffer.concat(this.#tail),
      };
    }
    return undefined;
  }
}

async function replay(socket: Socket, { head, rows, tail }: Answer): Promise<void> {
  socket.write(head);
  for (let pass = 0; pass < repeats; pass++) {
    for (let at = 0; at < rows.length; at += WRITE_SIZE) {
      if (socket.write(rows.subarray(at, at + WRITE_SIZE))) continue;
      await new Promise((resolve) => socket.once('drain', resolve));
    }
  }
  socket.write(tail);
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`listens on 127.0.0.1:${address.port}`);
});
// An orderly exit, so that a profiler can write its file.
process.once('SIGTERM', () => process.exit(0));
