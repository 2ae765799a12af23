import type { TextMasker } from './text-masker.ts';
import { withheldText } from './text-masker.ts';

/**
 * What a setting that drivers parse looks like. A value of another shape is not the server's own:
 * a statement could have put anything there with set_config.
 */
const shapes: ReadonlyMap<string, RegExp> = new Map([
  ['server_version', /^[\w .+~()/:-]{1,100}$/],
  ['server_encoding', /^[A-Za-z0-9_]{1,20}$/],
  ['client_encoding', /^[A-Za-z0-9_-]{1,20}$/],
  ['DateStyle', /^(ISO|Postgres|SQL|German), (MDY|DMY|YMD)$/],
  ['IntervalStyle', /^(postgres|postgres_verbose|sql_standard|iso_8601)$/],
  ['integer_datetimes', /^(on|off)$/],
  ['standard_conforming_strings', /^(on|off)$/],
  ['is_superuser', /^(on|off)$/],
  ['in_hot_standby', /^(on|off)$/],
  ['default_transaction_read_only', /^(on|off)$/],
  ['scram_iterations', /^\d{1,10}$/],
]);

// Longer digit runs could carry a number from a table.
const hasLongNumber = /\d{5}/;

/**
 * Decides what of a ParameterStatus value the client gets.
 *
 * @param isSuspect - The value may have been made from protected data: a statement that touches some
 *   has run since the transaction began.
 * @param isKnownText - Whether the client itself has sent this text.
 * @returns The value to send, or `undefined` to leave the report out.
 */
export function maskParameterValue(
  name: string,
  value: Uint8Array,
  masker: TextMasker,
  context: { readonly isSuspect: boolean; readonly isKnownText: (value: Uint8Array) => boolean },
): Uint8Array | undefined {
  if (!context.isSuspect || value.length === 0 || context.isKnownText(value)) return masker.scan(value);
  const text = Buffer.from(value).toString('latin1');
  if (name === 'TimeZone') return isKnownTimeZone(text) ? value : undefined;
  const shape = shapes.get(name);
  if (!shape) return withheldText;
  return shape.test(text) && (name === 'server_version' || !hasLongNumber.test(text)) ? value : undefined;
}

// The server also takes POSIX rules with made-up names (`ABC5`), which could spell a value.
function isKnownTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
