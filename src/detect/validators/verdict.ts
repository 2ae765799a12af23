/** A candidate is certainly none. */
export const REJECT = -1;
/** The checksum says nothing about this one. */
export const UNKNOWN = 0;
/** A checksum that few random candidates pass has been passed. */
export const ACCEPT = 1;

/** What a validator says. */
export type Verdict = typeof REJECT | typeof UNKNOWN | typeof ACCEPT;

/** Confirms or rejects the candidate `bytes[start, end)`. Never throws, and allocates nothing. */
export type Validator = (bytes: Uint8Array, start: number, end: number) => Verdict;
