import type { Socket } from 'node:net';
import type { SocketReads } from 'wiremask/stream';

/** Who has a connection to the upstream. */
export interface UpstreamUser {
  /** @param chunk - Its memory is used again once what is made of it has left. */
  upstreamRead(chunk: Uint8Array): void;
  /** What was written has left. */
  upstreamDrained(): void;
  /** It will send nothing more; called once. @param error - `undefined`: it has ended in good order. */
  upstreamEnded(error: Error | undefined): void;
}

/** A connection to the upstream, which client connections use one after the other. */
export class UpstreamConnection {
  readonly socket: Socket;
  readonly #reads: SocketReads;
  readonly #take = (chunk: Uint8Array): void => this.#user?.upstreamRead(chunk);
  // While nobody uses it.
  readonly #nobody: UpstreamUser;
  #user: UpstreamUser | undefined;

  /**
   * @param reads - What the socket was made with.
   * @param onGone - At rest, it was closed by the upstream, or broke the protocol.
   */
  constructor(socket: Socket, reads: SocketReads, onGone: (connection: UpstreamConnection) => void) {
    this.socket = socket;
    this.#reads = reads;
    const gone = (): void => {
      this.destroy();
      onGone(this);
    };
    // Nothing is to be read where nobody has asked: whoever came next would get it.
    this.#nobody = { upstreamRead: gone, upstreamDrained: () => undefined, upstreamEnded: gone };
    const ended = (error?: Error): void => {
      const user = this.#user;
      this.#user = undefined;
      user?.upstreamEnded(error);
    };
    socket
      .on('data', this.#take)
      .on('drain', () => this.#user?.upstreamDrained())
      .on('error', ended)
      .on('end', () => ended())
      .on('close', () => ended());
  }

  /** @param client - Where goes what is read. */
  attach(user: UpstreamUser, client: Socket): void {
    this.#begin(user, [client, this.socket]);
  }

  /** Nobody uses it for now. */
  rest(): void {
    this.#reads.detach();
    this.#begin(this.#nobody, []);
  }

  /** The end of its rest. */
  wake(): void {
    this.#user = undefined;
    this.#reads.detach();
  }

  /** Closes it; its user hears no more of it. */
  destroy(): void {
    this.#user = undefined;
    this.socket.destroy();
  }

  #begin(user: UpstreamUser, writers: readonly Socket[]): void {
    this.#user = user;
    this.#reads.attach(this.#take, writers);
    this.socket.resume();
  }
}
