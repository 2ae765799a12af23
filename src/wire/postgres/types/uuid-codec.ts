import { malformedValue, type ValueCodec } from './value-codec.ts';

/** uuid: 16 bytes; text in lower case with hyphens. */
export const uuidCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    if (binary.length !== 16) throw malformedValue('uuid');
    const hex = Buffer.from(binary.buffer, binary.byteOffset, 16).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
  fromText(text: string): Uint8Array {
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw malformedValue('uuid');
    return Buffer.from(text.replaceAll('-', ''), 'hex');
  },
};
