import type { TrackedStatement } from './tracked-statement.ts';

/** Longest name the server tells apart: NAMEDATALEN - 1 bytes of its default build. */
export const nameSizeMax = 63;

/**
 * Names as the client's requests use them, ahead of the server's answers. A request that fails leaves
 * an older meaning in force, so what a name may run is this and what the server has confirmed.
 */
export class RequestedNames {
  readonly #statements = new Map<string, TrackedStatement>();
  readonly #portals = new Map<string, string>();

  /** Statements asked for, and not known to be closed. */
  get statementCount(): number {
    return this.#statements.size;
  }

  parse(name: string, statement: TrackedStatement): void {
    this.#statements.set(name, statement);
  }

  /** The server has closed it; a Close that an error skips leaves the statement where it was. */
  closed(name: string, statement: TrackedStatement | undefined): void {
    if (statement === undefined || this.#statements.get(name) === statement) this.#statements.delete(name);
  }

  bind(portal: string, statement: string): void {
    this.#portals.set(portal, statement);
  }

  /** No portal outlives its transaction, unless the client asks for more at this moment. */
  forgetPortals(): void {
    this.#portals.clear();
  }

  /** @returns What the statement name may run: the newest request's meaning and the confirmed one. */
  candidates(name: string, confirmed: ReadonlyMap<string, TrackedStatement>): readonly TrackedStatement[] {
    const requested = this.#statements.get(name);
    const known = confirmed.get(name);
    return [requested, known].filter(
      (s, index, all) => s !== undefined && all.indexOf(s) === index,
    ) as TrackedStatement[];
  }

  /** @returns Statement name the portal was last bound to. */
  statementOf(portal: string): string | undefined {
    return this.#portals.get(portal);
  }
}
