/**
 * Masks one body as it arrives, decoded from its content codings. The slices it returns may alias the chunk
 * or buffers of its own; later calls do not change them.
 */
export interface BodyMasker {
  /**
   * Takes the next bytes of the body.
   *
   * @returns What may go on, in order; what cannot be decided yet is kept.
   * @throws {WiremaskError} The rest of the body must not be forwarded.
   */
  push(chunk: Uint8Array): readonly Uint8Array[];
  /** The body is complete. @returns What was kept. @throws {WiremaskError} as `push`. */
  end(): readonly Uint8Array[];
  /**
   * Whether whole events are kept back because a value may go on in the next one. Whoever has a timer calls
   * `flushHeld` some milliseconds later; without, they leave with what follows.
   */
  readonly isHolding?: boolean;
  /** @returns What was kept back for that reason alone. */
  flushHeld?(): readonly Uint8Array[];
  /** The body will not be completed: frees what it holds beside memory. */
  close?(): void;
}
