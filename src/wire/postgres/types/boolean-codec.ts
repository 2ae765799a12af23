import { malformedValue, type ValueCodec } from './value-codec.ts';

/** bool: one byte, 0 or 1; text `t` or `f`. */
export const booleanCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    if (binary.length !== 1 || (binary[0] as number) > 1) throw malformedValue('bool');
    return binary[0] === 1 ? 't' : 'f';
  },
  fromText(text: string): Uint8Array {
    if (text !== 't' && text !== 'f') throw malformedValue('bool');
    return Uint8Array.of(text === 't' ? 1 : 0);
  },
};
