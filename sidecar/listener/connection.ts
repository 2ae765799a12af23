/** One client connection, whatever is spoken on it. */
export interface Connection {
  /** Serves the connection; never rejects. */
  serve(): Promise<void>;
  /** Lets what is under way finish, then closes: now, if nothing is. */
  drain(): void;
  /** Closes both sides now. */
  destroy(): void;
}
