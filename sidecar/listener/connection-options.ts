import type { HeaderField } from 'wiremask/http';

const NO_OPTIONS: ReadonlySet<string> = new Set();

// Whoever has one of these removed has the other side read another message.
const ABOUT_MESSAGE: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-type',
  'host',
]);

/** Whether a field is about the message, and so never hop by hop, whatever `Connection` says. */
export function isAboutMessage(name: string): boolean {
  return ABOUT_MESSAGE.has(name);
}

/** @returns The members of the Connection fields, in lower case (RFC 9110 section 7.6.1). */
export function connectionOptionsOf(fields: readonly HeaderField[]): ReadonlySet<string> {
  let options: Set<string> | undefined;
  for (const { name, value } of fields) {
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    options ??= new Set();
    for (const option of value.split(',')) options.add(option.trim().toLowerCase());
  }
  return options ?? NO_OPTIONS;
}
