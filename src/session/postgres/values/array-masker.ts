import { spliceArrayBinary, splitArrayBinary } from '../../../wire/postgres/types/array-binary.ts';
import { encodeArrayElement, splitArrayText } from '../../../wire/postgres/types/array-text.ts';
import { spliceItems, textItemValue } from '../../../wire/postgres/types/text-item.ts';
import type { CellMasker } from './cell.ts';

/**
 * Masks every element of an array in text format; its dimensions stay. A malformed one becomes NULL.
 *
 * @param delimiter - typdelim of the element type as a byte.
 */
export function arrayTextMasker(element: CellMasker, delimiter: number): CellMasker {
  const constant = element.constant;
  const encodedConstant = constant === undefined ? undefined : encodeArrayElement(constant, delimiter);
  return {
    constant: undefined,
    mask(body: Uint8Array, start: number, end: number): Uint8Array | null {
      const items = splitArrayText(body, start, end, delimiter);
      if (items === undefined) return null;
      const replacements = items.map((item) => {
        if (item.isNull || encodedConstant !== undefined) return item.isNull ? undefined : encodedConstant;
        const value = textItemValue(body, item);
        return encodeArrayElement(element.mask(value, 0, value.length), delimiter);
      });
      return spliceItems(body, start, end, items, replacements);
    },
  };
}

/**
 * Masks every element of an array in binary format.
 *
 * @param elementFor - Masker for the element type that the array itself names.
 */
export function arrayBinaryMasker(elementFor: (typeOid: number) => CellMasker): CellMasker {
  return {
    constant: undefined,
    mask(body: Uint8Array, start: number, end: number): Uint8Array | null {
      const items = splitArrayBinary(body, start, end);
      if (items === undefined) return null;
      const replacements = items.map((item) =>
        item.isNull ? undefined : elementFor(item.typeOid).mask(body, item.start, item.end),
      );
      return spliceArrayBinary(body, start, end, items, replacements);
    },
  };
}
