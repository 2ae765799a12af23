import type { JsonPathStep } from '../../../wire/json/json-path.ts';

// `{"name": "ssn", "value": "..."}`: the name of the value is itself a value.
const NAMING_KEYS = keys('name key field label header column');
const NAMED_KEYS = keys('value val data content text values');
// `{"columns": ["id", "ssn"], "rows": [[1, "..."]]}`, as APIs return what SQL gave them.
const LIST_KEYS = keys(
  'columns cols fields headers header meta rowType column_names columnNames columnMetadata',
);

const ROWS_KEYS = keys('rows data_array dataArray');
const ROW_KEYS = keys('row cells f');

/** What a string at a place says about other values. */
export type PlaceRole =
  | 'none'
  /** It names the value beside it. */
  | 'name'
  /** It is, or its object is, an element of a list of columns: `"ssn"`, `{"name": "ssn"}`. */
  | 'column'
  | 'column-name'
  /** It may be a value whose name stands beside it. */
  | 'named'
  /** An array of rows, whose columns may stand beside it. */
  | 'rows'
  /** An array that is a row of its own. */
  | 'row';

function keys(text: string): ReadonlySet<JsonPathStep | undefined> {
  return new Set(text.toLowerCase().split(' '));
}

/** @param steps - That lead to the place. */
export function roleOf(steps: readonly JsonPathStep[]): PlaceRole {
  const [owner, list, last] = [steps.at(-3), steps.at(-2), steps.at(-1)].map(foldCase);
  if (typeof last === 'number') return LIST_KEYS.has(list) ? 'column' : 'none';
  if (NAMING_KEYS.has(last)) return typeof list === 'number' && LIST_KEYS.has(owner) ? 'column-name' : 'name';
  if (ROWS_KEYS.has(last)) return 'rows';
  if (ROW_KEYS.has(last)) return 'row';
  return NAMED_KEYS.has(last) ? 'named' : 'none';
}

function foldCase(step: JsonPathStep | undefined): JsonPathStep | undefined {
  return typeof step === 'string' ? step.toLowerCase() : step;
}
