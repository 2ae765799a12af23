import type { MaskingSession, MaskReport, Output } from 'wiremask';
import type { ListenerMetrics } from '../sidecar-types.ts';

/** Called with what the session made of a chunk, or of the end of a side, before it is sent. */
export type ChunkListener = (side: 'downstream' | 'upstream', output: Output) => void;

/** A session whose time and counts go to the metrics of its listener. */
export class MeteredSession implements MaskingSession {
  readonly #session: MaskingSession;
  readonly #metrics: ListenerMetrics;
  readonly #onChunk: ChunkListener | undefined;
  #rows = 0;
  #messagesFromUpstream = 0;
  #messagesFromDownstream = 0;

  constructor(session: MaskingSession, metrics: ListenerMetrics, onChunk?: ChunkListener) {
    this.#session = session;
    this.#metrics = metrics;
    this.#onChunk = onChunk;
  }

  get report(): MaskReport {
    return this.#session.report;
  }

  fromDownstream(chunk: Uint8Array): Output {
    const start = performance.now();
    const output = this.#session.fromDownstream(chunk);
    // What it returns is written at once: the message's last byte came with the chunk, its first byte leaves
    // now.
    this.#metrics.latency((performance.now() - start) / 1000);
    this.#onChunk?.('downstream', output);
    return output;
  }

  fromUpstream(chunk: Uint8Array): Output {
    const start = performance.now();
    const output = this.#session.fromUpstream(chunk);
    this.#metrics.latency((performance.now() - start) / 1000);
    this.#count();
    this.#onChunk?.('upstream', output);
    return output;
  }

  end(side: 'downstream' | 'upstream'): Output {
    const output = this.#session.end(side);
    this.#onChunk?.(side, output);
    return output;
  }

  #count(): void {
    const { rows, messagesFromUpstream, messagesFromDownstream } = this.#session.report;
    if (rows > this.#rows) this.#metrics.rows(rows - this.#rows);
    this.#metrics.messages('fromUpstream', messagesFromUpstream - this.#messagesFromUpstream);
    this.#metrics.messages('fromDownstream', messagesFromDownstream - this.#messagesFromDownstream);
    this.#rows = rows;
    this.#messagesFromUpstream = messagesFromUpstream;
    this.#messagesFromDownstream = messagesFromDownstream;
  }
}
