/**
 * Type bytes of the messages a server sends, by their names in the specification. Protocol 3.0 and 3.2.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export const backend = {
  authentication: 0x52, // R
  backendKeyData: 0x4b, // K
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  commandComplete: 0x43, // C
  copyBothResponse: 0x57, // W
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyInResponse: 0x47, // G
  copyOutResponse: 0x48, // H
  dataRow: 0x44, // D
  emptyQueryResponse: 0x49, // I
  errorResponse: 0x45, // E
  functionCallResponse: 0x56, // V
  negotiateProtocolVersion: 0x76, // v
  noData: 0x6e, // n
  noticeResponse: 0x4e, // N
  notificationResponse: 0x41, // A
  parameterDescription: 0x74, // t
  parameterStatus: 0x53, // S
  parseComplete: 0x31, // 1
  portalSuspended: 0x73, // s
  readyForQuery: 0x5a, // Z
  rowDescription: 0x54, // T
} as const;

/**
 * Type bytes of the messages a client sends, by their names in the specification. `p` stands for all
 * four answers to an authentication request; only the request before it says which.
 */
export const frontend = {
  bind: 0x42, // B
  close: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  describe: 0x44, // D
  execute: 0x45, // E
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  passwordMessage: 0x70, // p
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
} as const;

const backendNames = namesByType(backend);
const frontendNames = namesByType(frontend);

/** @returns The specification's name (`DataRow`), or `undefined` for a type no server sends. */
export function backendName(type: number): string | undefined {
  return backendNames.get(type);
}

/** @returns The specification's name (`Query`), or `undefined` for a type no client sends. */
export function frontendName(type: number): string | undefined {
  return frontendNames.get(type);
}

function namesByType(types: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name, type] of Object.entries(types)) {
    names.set(type, name.charAt(0).toUpperCase() + name.slice(1));
  }
  return names;
}
