import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

// Number('0x10'), Number('') and Number(' 1') are numbers to JavaScript alone.
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function parseFloatText(text: string, name: string): number {
  const special = SPECIAL.get(text);
  if (special !== undefined) return special;
  if (!NUMBER.test(text)) throw malformedValue(name);
  return Number(text);
}

// Shortest decimal that reads back as the same float4.
function shortestFloat4(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}

function formatFloat(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function floatCodec(name: 'float4' | 'float8'): ValueCodec {
  const size = name === 'float4' ? 4 : 8;
  return {
    // Whole numbers are written out up to 21 digits, where the server changes to an exponent after 15:
    // detectors look for digits.
    toText(binary: Uint8Array): string {
      const view = viewOfSize(binary, size, name);
      const value = size === 4 ? view.getFloat32(0) : view.getFloat64(0);
      return formatFloat(size === 4 && Number.isFinite(value) ? shortestFloat4(value) : value);
    },
    fromText(text: string): Uint8Array {
      const output = new Uint8Array(size);
      const view = new DataView(output.buffer);
      if (size === 4) view.setFloat32(0, parseFloatText(text, name));
      else view.setFloat64(0, parseFloatText(text, name));
      return output;
    },
    canonicalText: (text: string) => formatFloat(parseFloatText(text, name)),
  };
}

/** float4 */
export const float4Codec: ValueCodec = floatCodec('float4');
/** float8 */
export const float8Codec: ValueCodec = floatCodec('float8');
