import { Readable } from 'node:stream';
import { parse } from 'pg-protocol';
import { messageHeaderSize } from '../../../src/wire/postgres/framing.ts';

/** Bytes of a hexadecimal literal; spaces are for the reader. */
export function hex(literal: string): Uint8Array {
  return new Uint8Array(Buffer.from(literal.replaceAll(/\s/g, ''), 'hex'));
}

/** Bytes of a text in UTF-8. */
export function utf8(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** Text of bytes in UTF-8; `null` stays `null`. */
export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('utf8');
}

/** Body of a whole message, as a plain Uint8Array also when the message is a Buffer. */
export function bodyOf(message: Uint8Array): Uint8Array {
  return new Uint8Array(message).subarray(messageHeaderSize);
}

/** What pg-protocol, an independent client parser, reads from backend messages. */
export async function readAsClient(...messages: readonly Uint8Array[]): Promise<Record<string, unknown>[]> {
  const read: Record<string, unknown>[] = [];
  await parse(Readable.from([Buffer.concat(messages)]), (message) => {
    read.push(message as unknown as Record<string, unknown>);
  });
  return read;
}
