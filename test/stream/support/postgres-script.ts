import { createMasker, type MaskingSession, type PartialCatalog } from '../../../src/index.ts';
import { encodeDataRow, encodeRowDescription } from '../../../src/wire/postgres/index.ts';
import { encodeStartupMessage } from '../../../src/wire/postgres/startup.ts';
import { frame, message } from '../../support/raw-client.ts';

const usersOid = 20_000;
const textOid = 25;

/** One table, `public.users(id, ssn)`. */
const snapshot: PartialCatalog = {
  relations: new Map([
    [
      usersOid,
      {
        oid: usersOid,
        schema: 'public',
        name: 'users',
        kind: 'r',
        columns: new Map([
          [1, 'id'],
          [2, 'ssn'],
        ]),
      },
    ],
  ]),
  systemRelations: new Set(),
  types: new Map(),
  inheritance: [],
  generatedColumns: [],
  ruleDependencies: [],
  relationsCallingUserFunctions: new Set(),
  relationsWithTriggers: new Set(),
  viewOrigins: new Map(),
  userFunctions: new Set(),
  harmlessUserFunctions: new Set(),
  userOperators: new Set(),
  harmlessUserOperators: new Set(),
  identifiers: new Set(['users', 'id', 'ssn']),
};

/** A session that masks `public.users.ssn`. */
export async function usersSession(): Promise<MaskingSession> {
  const masker = await createMasker({
    masking: { columns: [{ column: 'public.users.ssn', mask: 'redact' }] },
  });
  return masker.postgres({ catalog: masker.createCatalogStore({ snapshot }) });
}

const ready = frame('Z', Buffer.from('I'));

/** What a client sends: start-up, one query, the end. */
export const fromClient: Buffer = Buffer.concat([
  encodeStartupMessage({ parameters: [['user', 'ann']] }),
  message.query('select id, ssn from users'),
  message.terminate(),
]);

/** How the server ends log-in. */
export const loggedIn: Buffer = Buffer.concat([frame('R', Buffer.from([0, 0, 0, 0])), ready]);

/** How the server answers the query, one row with this value. */
export function answer(ssn: string): Buffer {
  const column = (
    name: string,
    columnAttribute: number,
  ): Parameters<typeof encodeRowDescription>[0][number] => ({
    name: Buffer.from(name),
    tableOid: usersOid,
    columnAttribute,
    typeOid: textOid,
    typeSize: -1,
    typeModifier: -1,
    formatCode: 0,
  });
  return Buffer.concat([
    encodeRowDescription([column('id', 1), column('ssn', 2)]),
    encodeDataRow([Buffer.from('1'), Buffer.from(ssn)]),
    frame('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
}
