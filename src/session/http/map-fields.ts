import type { HeaderField } from '../../wire/http/head.ts';

/**
 * @param change - Gives the very field where it stays, `undefined` where it goes.
 * @returns The same array when nothing changes: most heads are left as they are.
 */
export function mapFields(
  fields: readonly HeaderField[],
  change: (field: HeaderField) => HeaderField | undefined,
): readonly HeaderField[] {
  let changed: HeaderField[] | undefined;
  for (const [index, field] of fields.entries()) {
    const result = change(field);
    if (result !== field) changed ??= fields.slice(0, index);
    if (result !== undefined) changed?.push(result);
  }
  return changed ?? fields;
}
