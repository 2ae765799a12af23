import { malformedValue, type ValueCodec } from './value-codec.ts';

const BACKSLASH = 0x5c;

/** bytea: the bytes themselves; text `\x` and hex digits, or the older escape format when read. */
export const byteaCodec: ValueCodec = {
  toText: (binary: Uint8Array) =>
    '\\x' + Buffer.from(binary.buffer, binary.byteOffset, binary.length).toString('hex'),
  fromText(text: string): Uint8Array {
    return text.startsWith('\\x') ? decodeHex(text.slice(2)) : decodeEscaped(text);
  },
  canonicalText: (text: string) => byteaCodec.toText(byteaCodec.fromText(text)),
};

function decodeHex(digits: string): Uint8Array {
  const output = Buffer.from(digits, 'hex');
  // Buffer stops at the first character that is no hex digit.
  if (output.length * 2 !== digits.length) throw malformedValue('bytea');
  return output;
}

// Printable characters stand for themselves, a backslash is doubled, other bytes are \nnn in octal.
// https://www.postgresql.org/docs/current/datatype-binary.html
function decodeEscaped(text: string): Uint8Array {
  const source = Buffer.from(text, 'latin1');
  const output = Buffer.alloc(source.length);
  let length = 0;
  for (let at = 0; at < source.length; ) {
    const byte = source[at] as number;
    if (byte !== BACKSLASH) {
      output[length++] = byte;
      at++;
    } else if (source[at + 1] === BACKSLASH) {
      output[length++] = BACKSLASH;
      at += 2;
    } else {
      const octal = /^[0-3][0-7]{2}$/.exec(source.toString('latin1', at + 1, at + 4));
      if (octal === null) throw malformedValue('bytea');
      output[length++] = Number.parseInt(octal[0], 8);
      at += 4;
    }
  }
  return output.subarray(0, length);
}
