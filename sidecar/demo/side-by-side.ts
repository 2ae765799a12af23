/** Rows as texts; `null` is SQL NULL. */
export interface TextRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const WIDTH_MIN = 72;
const WIDTH_MAX = 120;
const GAP = '  ';
const MARK = '* ';

/**
 * Shows the same rows twice, one line per cell: column, left, right. Cells that differ carry a `*`.
 * Long cells wrap; nothing is cut off.
 *
 * @param width - Characters per line; held between 72 and 120.
 */
export function renderSideBySide(
  titles: readonly [left: string, right: string],
  left: TextRows,
  right: TextRows,
  width: number,
): string {
  const total = Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width));
  const nameWidth = Math.min(20, Math.max(6, ...left.columns.map((column) => column.length)));
  const cellWidth = Math.floor((total - MARK.length - nameWidth - 2 * GAP.length) / 2);
  const widths: readonly [number, number] = [nameWidth, cellWidth];
  const lines = formatLine('  ', ['', ...titles], widths);
  lines.push('  ' + '-'.repeat(nameWidth + 2 * GAP.length + 2 * cellWidth));
  const count = Math.max(left.rows.length, right.rows.length);
  for (let row = 0; row < count; row++) {
    if (row > 0) lines.push('');
    for (const [index, column] of left.columns.entries()) {
      const before = cellText(left, row, index);
      const after = cellText(right, row, index);
      lines.push(...formatLine(before === after ? '  ' : MARK, [column, before, after], widths));
    }
  }
  return lines.join('\n') + '\n';
}

function cellText(rows: TextRows, row: number, column: number): string {
  const cells = rows.rows[row];
  if (cells === undefined) return '(no row)';
  return cells[column] ?? 'NULL';
}

function formatLine(mark: string, cells: readonly string[], widths: readonly [number, number]): string[] {
  const columns = cells.map((cell, index) => wrap(cell, widths[index === 0 ? 0 : 1]));
  const height = Math.max(...columns.map((column) => column.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = columns.map((column, index) => (column[line] ?? '').padEnd(widths[index === 0 ? 0 : 1]));
    return ((line === 0 ? mark : '  ') + parts.join(GAP)).trimEnd();
  });
}

/** Breaks at spaces where there are some, else anywhere. Control characters are shown as dots. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text.replaceAll(/\p{Cc}/gu, '.');
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > width / 2 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  lines.push(rest);
  return lines;
}
