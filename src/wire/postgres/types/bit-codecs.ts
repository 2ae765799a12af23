import { malformedValue, type ValueCodec } from './value-codec.ts';

/** bit and varbit: int32 length in bits, then the bits from the most significant on; text `0101`. */
export const bitCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    if (binary.length < 4) throw malformedValue('bit');
    const length = new DataView(binary.buffer, binary.byteOffset, 4).getInt32(0);
    if (length < 0 || binary.length !== 4 + Math.ceil(length / 8)) throw malformedValue('bit');
    let text = '';
    for (let at = 4; at < binary.length; at++) text += (binary[at] as number).toString(2).padStart(8, '0');
    return text.slice(0, length);
  },
  fromText(text: string): Uint8Array {
    if (!/^[01]*$/.test(text)) throw malformedValue('bit');
    const output = new Uint8Array(4 + Math.ceil(text.length / 8));
    new DataView(output.buffer).setInt32(0, text.length);
    for (let at = 0; at < text.length; at += 8) {
      output[4 + at / 8] = Number.parseInt(text.slice(at, at + 8).padEnd(8, '0'), 2);
    }
    return output;
  },
};
