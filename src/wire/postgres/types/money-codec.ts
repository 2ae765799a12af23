import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

/**
 * money: int64 of the smallest unit. The text is that of lc_monetary C and en_US (`-$1,234.50`); the server
 * writes other locales in text format, where nothing but hashing and scanning would need to read them.
 */
export const moneyCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    const amount = viewOfSize(binary, 8, 'money').getBigInt64(0);
    const digits = (amount < 0n ? -amount : amount).toString().padStart(3, '0');
    const whole = digits.slice(0, -2).replace(/\B(?=(?:\d{3})+$)/g, ',');
    return `${amount < 0n ? '-' : ''}$${whole}.${digits.slice(-2)}`;
  },
  fromText(text: string): Uint8Array {
    const parts = /^(-?)\$?([\d,]{1,30})(?:\.(\d\d))?$/.exec(text);
    if (parts === null) throw malformedValue('money');
    const amount = BigInt((parts[2] as string).replaceAll(',', '') + (parts[3] ?? '00'));
    const signed = parts[1] === '-' ? -amount : amount;
    if (BigInt.asIntN(64, signed) !== signed) throw malformedValue('money');
    const output = new Uint8Array(8);
    new DataView(output.buffer).setBigInt64(0, signed);
    return output;
  },
};
