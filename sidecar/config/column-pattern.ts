const EXAMPLE = 'write schema.table.column, such as public.customers.ssn or "*.*.salary"';

/**
 * Checks the spelling of `schema.table.column`: three parts between dots, each a name, a glob with
 * `*`, or a name in double quotes (in which `""` is a quote, and dots and stars are themselves).
 *
 * @returns What is wrong and what to write instead, or `undefined`.
 */
export function columnPatternProblem(text: string): string | undefined {
  let parts = 0;
  let at = 0;
  for (;;) {
    const part = text[at] === '"' ? /"(?:[^"]|"")*"/y : /[^.]*/y;
    part.lastIndex = at;
    const match = part.exec(text);
    if (match === null) return `a double quote is not closed: ${EXAMPLE}`;
    parts += 1;
    if (match[0] === '' || match[0] === '""') return `part ${parts} is empty: ${EXAMPLE}, with * for any`;
    at = part.lastIndex;
    if (at === text.length) break;
    if (text[at] !== '.') return `text after a closing double quote: ${EXAMPLE}`;
    at += 1;
  }
  if (parts === 3) return undefined;
  return `${parts === 1 ? '1 part' : `${parts} parts`} instead of 3: ${EXAMPLE}`;
}
