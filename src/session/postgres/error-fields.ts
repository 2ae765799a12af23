import type { ErrorField } from '../../wire/postgres/error-response.ts';
import { conditionName } from '../../wire/postgres/sqlstate.ts';
import type { Catalog } from './catalog/catalog-store.ts';
import { matchesErrorTemplate } from './error-templates.ts';
import { type TextMasker, withheldText } from './text-masker.ts';

/** What is known of the statement an error or notice belongs to. */
export interface ErrorContext {
  /** It may have seen protected values: its texts cannot be trusted. */
  readonly touches: boolean;
  readonly catalog: Catalog | undefined;
  /** Texts the client sent itself: words that stand there disclose nothing. */
  readonly clientText: Uint8Array | undefined;
}

/**
 * Masks the fields of an ErrorResponse or NoticeResponse. Severity and SQLSTATE always stay, since
 * drivers act on them; source file, line and routine are names in the server's own source.
 *
 * @see https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
export function maskErrorFields(
  fields: readonly ErrorField[],
  context: ErrorContext,
  masker: TextMasker,
): [string, Uint8Array][] {
  const sqlstate = textOf(fields.find(([code]) => code === 'C')?.[1]);
  // With a context the error comes from inside a function or a value, not from the statement's own text.
  const isInside = fields.some(([code]) => code === 'W');
  const isOfStatement = !isInside && fields.some(([code]) => code === 'P');
  const own = { ...context, isInside, clientText: isOfStatement ? context.clientText : undefined };
  return fields.flatMap(([code, value]): [string, Uint8Array][] => {
    const masked = maskField(code, value, sqlstate, own, masker);
    return masked === undefined ? [] : [[code, masked]];
  });
}

function maskField(
  code: string,
  value: Uint8Array,
  sqlstate: string,
  context: ErrorContext & { readonly isInside: boolean },
  masker: TextMasker,
): Uint8Array | undefined {
  switch (code) {
    case 'S': // severity, localized
    case 'V': // severity
      return /^[\p{L} ]{1,20}$/u.test(textOf(value)) ? value : withheldText;
    case 'C': // SQLSTATE
      return /^[0-9A-Z]{5}$/.test(textOf(value)) ? value : Buffer.from('XX000');
    case 'p': // position in an internal query, whose length a value can decide
      return context.touches ? undefined : positionOf(value);
    case 'P': // position in the statement, or in a text inside it that a value has become
      return context.touches && context.isInside ? undefined : positionOf(value);
    case 'L': // line in the server's source
      return positionOf(value);
    case 'F': // file in the server's source
    case 'R': // routine in the server's source
      return /^[\w.\-/\\]{1,200}$/.test(textOf(value)) ? value : undefined;
    case 's': // schema
    case 't': // table
    case 'c': // column
    case 'd': // data type
    case 'n': // constraint
      return maskIdentifier(value, context, masker);
    case 'M': // message
      return context.touches ? maskMessage(value, sqlstate, context) : masker.scan(value);
    case 'D': // detail
    case 'H': // hint
    case 'W': // where
    case 'q': // internal query
      return context.touches ? withheldText : masker.scan(value);
    default:
      // A field this version does not know is data.
      return context.touches ? undefined : masker.scan(value);
  }
}

function positionOf(value: Uint8Array): Uint8Array | undefined {
  return /^\d{1,10}$/.test(textOf(value)) ? value : undefined;
}

// RAISE can put any text into these; only a name the catalog or the client's own text knows passes.
function maskIdentifier(
  value: Uint8Array,
  context: ErrorContext,
  masker: TextMasker,
): Uint8Array | undefined {
  if (!context.touches) return masker.scan(value);
  return isKnownIdentifier(textOf(value), context) ? value : undefined;
}

// "42703 undefined column" says what went wrong without a word from the server's text.
function maskMessage(value: Uint8Array, sqlstate: string, context: ErrorContext): Uint8Array {
  const templated = matchesErrorTemplate(textOf(value), (name) => isKnownIdentifier(name, context));
  if (templated !== undefined) return Buffer.from(templated);
  const condition = conditionName(sqlstate)?.replaceAll('_', ' ') ?? 'error';
  return Buffer.from(`${condition} (message text withheld: the statement reads protected columns)`);
}

function isKnownIdentifier(name: string, context: ErrorContext): boolean {
  if (context.catalog?.snapshot.identifiers.has(name)) return true;
  if (name.length === 0 || !context.clientText) return false;
  // A whole word of the statement outside of comments and quotes of values; a piece of one could be a guess.
  const text = Buffer.from(context.clientText).toString('utf8');
  const words = text.replace(/\/\*[\s\S]*?(\*\/|$)|--[^\n]*|'[^']*('|$)/g, ' ').split(/[^\p{L}\p{N}_$.]+/u);
  return words.some((word) => word === name || word.split('.').includes(name));
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined
    ? ''
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
