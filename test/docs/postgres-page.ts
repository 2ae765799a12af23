import {
  backendActions,
  frontendActions,
  type MessageAction,
  startupActions,
} from '../../src/session/postgres/message-actions.ts';

const heading = '| message | type | decision | why |\n|---|---|---|---|';

const tables: ReadonlyMap<string, string> = new Map([
  ['backend', [heading, ...rowsOf(backendActions)].join('\n')],
  ['frontend', [heading, ...rowsOf(frontendActions)].join('\n')],
  ['startup', ['| packet | decision | why |\n|---|---|---|', ...startupActions.map(packetRow)].join('\n')],
]);

/** The page with its three tables as the code has them now. */
export function withCurrentTables(page: string): string {
  return page.replace(
    /(<!-- table: (\w+) -->\n)[\s\S]*?(<!-- end of table -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${tables.get(name) ?? ''}\n\n${end}`,
  );
}

function rowsOf(actions: ReadonlyMap<number, MessageAction>): readonly string[] {
  return [...actions]
    .toSorted(([, a], [, b]) => (a.name < b.name ? -1 : 1))
    .map(([type, { name, action, reason }]) =>
      row([name, `\`${String.fromCharCode(type)}\``, action, reason]),
    );
}

function packetRow({ name, action, reason }: MessageAction): string {
  return row([name, action, reason]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
