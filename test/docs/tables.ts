/** Cells of all table rows of a Markdown text, without headings, code marks and spaces. */
export function tableRows(text: string): readonly (readonly string[])[] {
  return text
    .split(/^\|[-|: ]+\|$/m)
    .slice(1)
    .flatMap(
      (part) =>
        part
          .trimStart()
          .split(/\n(?!\|)/)[0]
          ?.split('\n') ?? [],
    )
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.replaceAll('`', '').trim()),
    );
}
