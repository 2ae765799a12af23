import type { Masker } from '../../mask/masker.ts';

/** A field rule as a session applies it. */
export interface AppliedRule {
  /** Stable name for counts: the path, `key name`, `header name`. */
  readonly id: string;
  readonly masker: Masker;
}

/** Rules that go by a name alone: keys of JSON objects and forms, columns of CSV, headers. */
export interface NameRules {
  /** @param name - As it stands in the message; compared without regard to case. */
  ruleFor(name: string): AppliedRule | undefined;
}
