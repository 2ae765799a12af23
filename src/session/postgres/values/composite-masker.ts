import { spliceBinaryItems } from '../../../wire/postgres/types/binary-item.ts';
import { splitCompositeBinary } from '../../../wire/postgres/types/composite-binary.ts';
import { encodeCompositeAttribute, splitCompositeText } from '../../../wire/postgres/types/composite-text.ts';
import { spliceItems, textItemValue } from '../../../wire/postgres/types/text-item.ts';
import type { CellMasker } from './cell.ts';

/** Masks every attribute of a composite in text format by its own type. A malformed one becomes NULL. */
export function compositeTextMasker(attributes: readonly CellMasker[]): CellMasker {
  return {
    constant: undefined,
    mask(body: Uint8Array, start: number, end: number): Uint8Array | null {
      const items = splitCompositeText(body, start, end);
      // Fails closed: a row that does not have the attributes we know cannot be masked by their types.
      if (items === undefined || items.length !== Math.max(attributes.length, 1)) return null;
      const replacements = items.map((item, index) => {
        if (item.isNull) return undefined;
        const attribute = attributes[index];
        const value = textItemValue(body, item);
        return encodeCompositeAttribute(
          attribute === undefined ? null : attribute.mask(value, 0, value.length),
        );
      });
      return spliceItems(body, start, end, items, replacements);
    },
  };
}

/** Masks every attribute of a composite in binary format, which names their types. */
export function compositeBinaryMasker(
  attributeFor: (index: number, typeOid: number) => CellMasker,
): CellMasker {
  return {
    constant: undefined,
    mask(body: Uint8Array, start: number, end: number): Uint8Array | null {
      const items = splitCompositeBinary(body, start, end);
      if (items === undefined) return null;
      const replacements = items.map((item, index) =>
        item.isNull ? undefined : attributeFor(index, item.typeOid).mask(body, item.start, item.end),
      );
      return spliceBinaryItems(body, start, end, items, replacements);
    },
  };
}
