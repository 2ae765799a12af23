import type { MaskingSession, MaskReport, Output, PostgresSession } from 'wiremask';
import type { ListenerMetrics } from '../sidecar-types.ts';

/** A session whose time and counts go to the metrics of its listener. */
export class MeteredSession implements MaskingSession {
  readonly #session: PostgresSession;
  readonly #metrics: ListenerMetrics;
  readonly #onUpstreamChunk: () => void;
  #rows = 0;
  #messagesFromUpstream = 0;
  #messagesFromDownstream = 0;

  /** @param onUpstreamChunk - Called after every chunk from upstream; for what changes with log-in. */
  constructor(session: PostgresSession, metrics: ListenerMetrics, onUpstreamChunk: () => void) {
    this.#session = session;
    this.#metrics = metrics;
    this.#onUpstreamChunk = onUpstreamChunk;
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
    return output;
  }

  fromUpstream(chunk: Uint8Array): Output {
    const start = performance.now();
    const output = this.#session.fromUpstream(chunk);
    this.#metrics.latency((performance.now() - start) / 1000);
    this.#count();
    this.#onUpstreamChunk();
    return output;
  }

  end(side: 'downstream' | 'upstream'): Output {
    return this.#session.end(side);
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
