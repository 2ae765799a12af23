/** What may come next in a JSON text. The kernel has the same numbers. */
export const JsonState = {
  value: 0,
  firstElement: 1,
  firstKey: 2,
  key: 3,
  colon: 4,
  afterValue: 5,
  /** Behind a text. */
  between: 6,
  insideString: 7,
} as const;

/** One of `JsonState`. */
export type JsonState = (typeof JsonState)[keyof typeof JsonState];
