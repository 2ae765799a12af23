/**
 * Messages of the server in which every variable part is a name, not a value. `%` stands for a quoted
 * name that the catalog or the client's own statement must know; `#` for a whole number the server
 * counted; `?` for a quoted value, which is replaced.
 */
const templates: readonly string[] = [
  'syntax error at or near "%"',
  'syntax error at end of input',
  'relation "%" does not exist',
  'column "%" does not exist',
  'column "%" of relation "%" does not exist',
  'column reference "%" is ambiguous',
  'schema "%" does not exist',
  'type "%" does not exist',
  'permission denied for table %',
  'permission denied for view %',
  'permission denied for schema %',
  'duplicate key value violates unique constraint "%"',
  'null value in column "%" of relation "%" violates not-null constraint',
  'new row for relation "%" violates check constraint "%"',
  'insert or update on table "%" violates foreign key constraint "%"',
  'update or delete on table "%" violates foreign key constraint "%" on table "%"',
  'missing FROM-clause entry for table "%"',
  'table name "%" specified more than once',
  'column "%" must appear in the GROUP BY clause or be used in an aggregate function',
  'prepared statement "%" does not exist',
  'prepared statement "%" already exists',
  'portal "%" does not exist',
  'cursor "%" does not exist',
  'relation "%" already exists',
  'cached plan must not change result type',
  'current transaction is aborted, commands ignored until end of transaction block',
  'canceling statement due to user request',
  'canceling statement due to statement timeout',
  'canceling statement due to lock timeout',
  'terminating connection due to administrator command',
  'terminating connection due to idle-in-transaction timeout',
  'could not serialize access due to concurrent update',
  'deadlock detected',
  'division by zero',
  'more than one row returned by a subquery used as an expression',
  'INSERT has more expressions than target columns',
  'INSERT has more target columns than expressions',
  'bind message supplies # parameters, but prepared statement "%" requires #',
  'there is no parameter $#',
  'invalid input syntax for type %: ?',
  'value "?" is out of range for type %',
  'integer out of range',
  'bigint out of range',
  'smallint out of range',
  'numeric field overflow',
  'value too long for type character varying(#)',
  'value too long for type character(#)',
  'invalid input value for enum %: ?',
];

const builtinTypeNames =
  'integer|bigint|smallint|numeric|real|double precision|boolean|date|time|timestamp|uuid|json|jsonb|xml|inet|cidr|bytea|interval|money|bit|oid';

interface Template {
  readonly test: RegExp;
  readonly parts: readonly string[];
}

// These expressions are our own and anchored, with no nested repetition, so a backtracking engine is safe.
const compiled: readonly Template[] = templates.map((template) => {
  const parts = template.split(/(%|\?|#)/);
  const source = parts.map((part) => {
    switch (part) {
      case '%':
        return '([^"]{0,200})';
      case '?':
        return '([^]*)';
      case '#':
        return '(\\d{1,3})';
      default:
        return part.replace(/[$()|[\]{}.*+?^\\]/g, '\\$&');
    }
  });
  return { test: new RegExp(`^${source.join('')}$`), parts };
});

const isBuiltinTypeName = new RegExp(`^(${builtinTypeNames})( with(out)? time zone)?$`);

/**
 * Says a server message again with every value taken out, if it is one of the known templates and all
 * its names are known.
 *
 * @param isKnownName - Whether a name discloses nothing.
 * @returns The message, or `undefined` when it is none of them: it must then be withheld.
 */
export function matchesErrorTemplate(
  message: string,
  isKnownName: (name: string) => boolean,
): string | undefined {
  if (message.length > 1000) return undefined;
  for (const { test, parts } of compiled) {
    const match = test.exec(message);
    if (!match) continue;
    const rendered = render(parts, match, isKnownName);
    if (rendered !== undefined) return rendered;
  }
  return undefined;
}

function render(
  parts: readonly string[],
  match: RegExpExecArray,
  isKnownName: (name: string) => boolean,
): string | undefined {
  let group = 1;
  let text = '';
  for (const part of parts) {
    if (part !== '%' && part !== '?' && part !== '#') {
      text += part;
      continue;
    }
    const value = match[group++] as string;
    if (part === '?') text += '[masked]';
    else if (part === '#' || isKnownName(value) || isBuiltinTypeName.test(value)) text += value;
    else return undefined;
  }
  return text;
}
