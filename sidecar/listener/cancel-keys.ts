import type { Address } from '../sidecar-types.ts';

/**
 * Which server a live connection's CancelRequest belongs to. A key that is not here, or no longer,
 * goes nowhere: the listener cannot be used to shoot at other servers.
 */
export class CancelKeys {
  readonly #upstreams = new Map<string, Address>();

  add(processId: number, secretKey: Uint8Array, upstream: Address): void {
    this.#upstreams.set(keyOf(processId, secretKey), upstream);
  }

  remove(processId: number, secretKey: Uint8Array): void {
    this.#upstreams.delete(keyOf(processId, secretKey));
  }

  find(processId: number, secretKey: Uint8Array): Address | undefined {
    return this.#upstreams.get(keyOf(processId, secretKey));
  }
}

function keyOf(processId: number, secretKey: Uint8Array): string {
  return `${processId}:${Buffer.from(secretKey).toString('hex')}`;
}
