import type { MaskerName } from '../mask/masker.ts';

/** How a masker is asked for in options: the name, and what that masker needs. */
export interface MaskerOptions {
  /** `redact` (a label), `partial`, `keyed-hash`, `nullify` or `replace`. */
  readonly mask: MaskerName;
  /** `partial`: characters left readable at the start. Default 0. */
  readonly keepFirst?: number;
  /** `partial`: characters left readable at the end. Default 0. */
  readonly keepLast?: number;
  /** `keyed-hash`: the HMAC key, at least 16 bytes. */
  readonly key?: Uint8Array;
  /** `replace`: the fixed replacement. */
  readonly value?: string;
  /** `redact`: the label; default `[masked]`, or `[masked:ENTITY]` for a finding. */
  readonly label?: string;
}

/** A column rule: every value of the columns it names is masked without looking at it. */
export interface ColumnRuleOptions extends MaskerOptions {
  /**
   * `schema.table.column`. A part may hold `*` for any run of characters; a part in double quotes is
   * taken literally. `*.*.salary` names the column in every table.
   */
  readonly column: string;
  /** For json and jsonb columns: mask only these paths inside the document (`$.ssn`, `$..token`). */
  readonly path?: string | readonly string[];
}

/**
 * A field rule, for HTTP: names values by their JSON path, by a name, or by a header. Exactly one of `path`,
 * `name` and `header`.
 */
export interface FieldRuleOptions extends MaskerOptions {
  /** JSON path or paths (RFC 9535: `$.customer.ssn`, `$..password`, `$.users[*].token`). */
  readonly path?: string | readonly string[];
  /**
   * Keys of JSON objects and forms, and columns of CSV, wherever they stand; any case, `*` for any run of
   * characters: `*token*`.
   */
  readonly name?: string;
  /** Header fields, any case, with `*`: `set-cookie`. */
  readonly header?: string;
}

/** Detector rules: values are masked where something is found in them. */
export interface DetectOptions extends MaskerOptions {
  /** Rule packs by name. Default: `['pii', 'secrets']`. */
  readonly packs?: readonly string[];
  /** Countries whose rules of the pii pack are on (ISO 3166-1 alpha-2, lower case). Default: none. */
  readonly countries?: readonly string[];
  /** Rule files of your own, as texts: in this package's form or Presidio's. */
  readonly rules?: readonly RuleFileText[];
  /** Rules that are off, by id. */
  readonly disable?: readonly string[];
  /** Only rules for these entities are on. Default: all. */
  readonly entities?: readonly string[];
  /** Findings below this score are left alone, 0 to 1. Default 0.5. */
  readonly threshold?: number;
  /** Thresholds of single rules, by id. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Findings that are none: texts and RE2 patterns, of the whole finding. */
  readonly allow?: { readonly values?: readonly string[]; readonly patterns?: readonly string[] };
  /** Columns (`schema.table.column`, `*` for any) into which no detector looks. */
  readonly dangerouslySkipColumns?: readonly string[];
}

/** The text of a rule file. */
export interface RuleFileText {
  /** For messages. */
  readonly file: string;
  readonly text: string;
}

/** What a listener or a library user wants masked. */
export interface MaskingOptions {
  readonly columns?: readonly ColumnRuleOptions[];
  /** For HTTP. */
  readonly fields?: readonly FieldRuleOptions[];
  readonly detect?: DetectOptions;
  /**
   * Computed values, whole rows and unknown relations of statements that touch something protected:
   * `mask` them (default), or `scan` them with the detectors only.
   */
  readonly unattributed?: 'mask' | 'scan';
  /** What cannot be decoded is refused; there is no other choice yet. */
  readonly unmaskable?: 'refuse';
  /** HTTP: whether bodies of requests are masked as well. Default `forward`. */
  readonly requestBodies?: 'forward' | 'mask';
  /** HTTP: forwards bodies of kinds that cannot be looked into: images, archives, multipart. */
  readonly dangerouslyForwardUnmaskableBodies?: boolean;
  /** Lets DO, CALL, CREATE FUNCTION and the like through although nobody can see what they copy where. */
  readonly dangerouslyAllowOpaqueStatements?: boolean;
  /** Lets CREATE TABLE AS, SELECT INTO, INSERT ... SELECT and the like copy protected columns elsewhere. */
  readonly dangerouslyAllowCopiesOfProtectedColumns?: boolean;
  /** Forwards statements the SQL reader cannot read; their results still count as touching everything. */
  readonly dangerouslyForwardUnreadableStatements?: boolean;
  /** Lets a client write one of our redaction labels back into the database. */
  readonly dangerouslyAllowMaskedValuesWrittenBack?: boolean;
}
