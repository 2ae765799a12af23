/** Where a reader is in `;name=value;name="value"` (RFC 9112 section 7.1.1). */
export const ExtensionState = {
  nameStart: 0,
  name: 1,
  valueStart: 2,
  token: 3,
  quoted: 4,
  quotedPair: 5,
  afterQuoted: 6,
  malformed: 7,
} as const;
/** One of them. */
export type ExtensionState = (typeof ExtensionState)[keyof typeof ExtensionState];

const S = ExtensionState;
const [TAB, QUOTE, SEMICOLON, EQUALS, BACKSLASH] = [0x09, 0x22, 0x3b, 0x3d, 0x5c];

// tchar of RFC 9110 section 5.6.2, by byte.
const isTokenByte: readonly boolean[] = Array.from({ length: 256 }, (_, byte) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)),
);

/** @returns Whether the line may end there: after a name or a value, not in a quoted string. */
export function mayEndExtension(state: ExtensionState): boolean {
  return state === S.name || state === S.token || state === S.afterQuoted;
}

/**
 * Goes on by a byte, which begins behind the first `;`. Blanks between the parts, which RFC 9112 calls bad,
 * are malformed here; so is every control character, quoted or not.
 */
export function nextExtensionState(state: ExtensionState, byte: number): ExtensionState {
  switch (state) {
    case S.nameStart:
      return isTokenByte[byte] ? S.name : S.malformed;
    case S.name:
      if (byte === EQUALS) return S.valueStart;
      return isTokenByte[byte] ? S.name : afterValue(byte);
    case S.valueStart:
      if (byte === QUOTE) return S.quoted;
      return isTokenByte[byte] ? S.token : S.malformed;
    case S.token:
      return isTokenByte[byte] ? S.token : afterValue(byte);
    case S.quoted:
      if (byte === QUOTE) return S.afterQuoted;
      if (byte === BACKSLASH) return S.quotedPair;
      return isText(byte) ? S.quoted : S.malformed;
    case S.quotedPair:
      return isText(byte) ? S.quoted : S.malformed;
    case S.afterQuoted:
      return afterValue(byte);
    case S.malformed:
      return S.malformed;
    default:
      return state satisfies never;
  }
}

function afterValue(byte: number): ExtensionState {
  return byte === SEMICOLON ? S.nameStart : S.malformed;
}

function isText(byte: number): boolean {
  return byte === TAB || (byte >= 0x20 && byte !== 0x7f);
}
