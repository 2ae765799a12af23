import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

function integerCodec(name: string, bytes: 2 | 4 | 8, isSigned: boolean): ValueCodec {
  const bits = BigInt(bytes * 8);
  const min = isSigned ? -(2n ** (bits - 1n)) : 0n;
  const max = isSigned ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n;
  return {
    toText(binary: Uint8Array): string {
      const view = viewOfSize(binary, bytes, name);
      if (bytes === 2) return String(isSigned ? view.getInt16(0) : view.getUint16(0));
      if (bytes === 4) return String(isSigned ? view.getInt32(0) : view.getUint32(0));
      return String(isSigned ? view.getBigInt64(0) : view.getBigUint64(0));
    },
    fromText(text: string): Uint8Array {
      // 20 digits: the longest unsigned 64-bit number.
      if (!/^-?\d{1,20}$/.test(text)) throw malformedValue(name);
      const number = BigInt(text);
      if (number < min || number > max) throw malformedValue(name);
      const output = new Uint8Array(bytes);
      const view = new DataView(output.buffer);
      if (bytes === 2) view.setInt16(0, Number(number));
      else if (bytes === 4) view.setInt32(0, Number(number));
      else view.setBigInt64(0, number);
      return output;
    },
  };
}

/** int2 */
export const int2Codec: ValueCodec = integerCodec('int2', 2, true);
/** int4 */
export const int4Codec: ValueCodec = integerCodec('int4', 4, true);
/** int8 */
export const int8Codec: ValueCodec = integerCodec('int8', 8, true);
/** oid, xid and cid: unsigned 32 bits. */
export const oidCodec: ValueCodec = integerCodec('oid', 4, false);
/** xid8: unsigned 64 bits. */
export const xid8Codec: ValueCodec = integerCodec('xid8', 8, false);
