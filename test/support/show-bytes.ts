import { backendMessages } from './raw-client.ts';

/**
 * Messages of a server as lines a reader can compare: the type, then the body with its unprintable bytes
 * escaped.
 */
export function showMessages(bytes: Uint8Array): string[] {
  return backendMessages(Buffer.from(bytes)).map(({ type, body }) => `${type} ${escaped(body)}`);
}

/** Bytes as text: printable ASCII as it is, everything else as \xx. */
export function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}
