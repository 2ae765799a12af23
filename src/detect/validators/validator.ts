import { luhn } from './luhn.ts';
import { mod97 } from './mod97.ts';

/** Confirms or rejects the candidate `bytes[start, end)` by its checksum. Never throws. */
export type Validator = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Validators by the name a rule file gives them. */
export const validators: ReadonlyMap<string, Validator> = new Map([
  ['luhn', luhn],
  ['mod97', mod97],
]);
