/** One record of a CSV file; an empty field without quotes is `null`. */
export interface CsvRecord {
  readonly cells: readonly (string | null)[];
  /** Line of the file in which it begins, from 1. */
  readonly line: number;
}

/**
 * Cuts CSV text into records: commas, double quotes (doubled inside), lines ending in LF or CRLF. Empty
 * lines are left out.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function parseCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^,\r\n]*))(,|\r?\n|$)/y;
  let cells: (string | null)[] = [];
  let [line, begin] = [1, 1];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    // A quote in the middle of a field, or one that is not closed: the rest of the line as it stands.
    const [whole, quoted, plain, end] = match ?? restOfLine(text, at);
    field.lastIndex = at + whole.length;
    cells.push(quoted === undefined ? plain || null : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',' && field.lastIndex < text.length) continue;
    if (end === ',') cells.push(null);
    if (cells.length > 1 || cells[0] !== null) records.push({ cells, line: begin });
    cells = [];
    begin = line;
  }
  return records;
}

function restOfLine(text: string, at: number): readonly [string, undefined, string, string] {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline + 1;
  const whole = text.slice(at, end);
  return [whole, undefined, whole.trimEnd(), '\n'];
}
