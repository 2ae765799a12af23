import { malformedValue, type ValueCodec, viewOfSize } from './value-codec.ts';

/** point: two float8; text `(x,y)`. */
export const pointCodec: ValueCodec = {
  toText(binary: Uint8Array): string {
    const view = viewOfSize(binary, 16, 'point');
    return `(${view.getFloat64(0)},${view.getFloat64(8)})`;
  },
  fromText(text: string): Uint8Array {
    const parts = /^\(([-+\d.eE]+),([-+\d.eE]+)\)$/.exec(text);
    const [x, y] = [Number(parts?.[1] ?? Number.NaN), Number(parts?.[2] ?? Number.NaN)];
    if (Number.isNaN(x) || Number.isNaN(y)) throw malformedValue('point');
    const output = new Uint8Array(16);
    const view = new DataView(output.buffer);
    view.setFloat64(0, x);
    view.setFloat64(8, y);
    return output;
  },
};
