/** Exit codes of every command. Public: scripts depend on them. */
export const EXIT = {
  ok: 0,
  /** Something failed while running. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** The configuration is invalid; every problem was printed. */
  invalidConfig: 3,
  /** A listener or the admin endpoint cannot be bound. */
  cannotListen: 4,
  /** `scan` and `explain` found something. */
  found: 5,
  /** A second signal ended the process before connections were drained. */
  interrupted: 130,
} as const;

/** For the help of every command. */
export const EXIT_CODES_HELP = `Exit codes:
  0    done, or stopped by a signal after connections were drained
  1    failed while running
  2    the command line cannot be understood
  3    the configuration is invalid
  4    an address cannot be bound
  5    something was found (scan, explain)
  130  interrupted by a second signal before connections were drained
`;
