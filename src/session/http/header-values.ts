/** @returns `text` without blanks around it; RFC 9110 counts space and tab only, `trim` takes more. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

/** A value with parameters, as `Content-Type` has it. */
export interface ParameterizedValue {
  /** Before the first semicolon; lower case. */
  readonly value: string;
  /** In order, names in lower case, values without quotes. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const VALUE = new RegExp(`[ \\t]*(${TOKEN}(?:/${TOKEN})?)[ \\t]*(?=;|$)`, 'y');
const QUOTED_TEXT = '(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*';
// There may be nothing between two semicolons.
const PARAMETER = new RegExp(`;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"(${QUOTED_TEXT})")[ \\t]*)?(?=;|$)`, 'y');

/**
 * Reads `value; name=token; name="quoted string"` (RFC 9110 section 5.6.6).
 *
 * @returns `undefined` for what does not follow that grammar.
 */
export function parseParameterized(text: string): ParameterizedValue | undefined {
  VALUE.lastIndex = 0;
  const value = VALUE.exec(text)?.[1];
  if (value === undefined) return undefined;
  const parameters: [string, string][] = [];
  let at = VALUE.lastIndex;
  while (at < text.length) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(text);
    if (found === null) return undefined;
    const [all, name, token, quoted = ''] = found;
    if (name !== undefined) parameters.push([name.toLowerCase(), token ?? quoted.replace(/\\(.)/gs, '$1')]);
    at += all.length;
  }
  return { value: value.toLowerCase(), parameters };
}
