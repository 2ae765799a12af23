import { type HeaderDecision, requestHeaders, responseHeaders } from '../../src/session/http/header-table.ts';
import { mediaTypes } from '../../src/session/http/media-types.ts';

const tables: ReadonlyMap<string, string> = new Map([
  ['request', headerTable(requestHeaders)],
  ['response', headerTable(responseHeaders)],
  ['media types', mediaTypeTable()],
]);

/** The page with its tables as the code has them now. */
export function withCurrentTables(page: string): string {
  return page.replace(
    /(<!-- table: ([\w ]+) -->\n)[\s\S]*?(<!-- end of table -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${tables.get(name) ?? ''}\n\n${end}`,
  );
}

function headerTable(decisions: ReadonlyMap<string, HeaderDecision>): string {
  const groups = new Map<string, [string, HeaderDecision][]>();
  for (const entry of decisions) {
    const key = `${entry[1].action}\n${entry[1].why}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const rows = [...groups].map(([key, members]) => {
    const [action = '', why = ''] = key.split('\n');
    const names = members.map(([name]) => `\`${name}\``).toSorted();
    return row([names.join(' '), action, why]);
  });
  return ['| field | decision | why |', '|---|---|---|', ...rows].join('\n');
}

function mediaTypeTable(): string {
  const rows = mediaTypes.map(({ types, kind, charsets, reason }) =>
    row([types.map((type) => `\`${type}\``).join(' '), kind, charsets, reason]),
  );
  return ['| media type | kind | charset | why |', '|---|---|---|---|', ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
