import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeCopyBinaryHeader,
  encodeCopyBinaryTrailer,
  encodeCopyBinaryTuple,
  parseCopyBinaryHeader,
  parseCopyBinaryTuple,
} from '../../../src/wire/postgres/copy-data.ts';
import { everyTruncation, expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';
import { hex, utf8 } from './bytes.ts';

const signature = '50 47 43 4f 50 59 0a ff 0d 0a 00';

describe('parseCopyBinaryHeader', () => {
  it('reads the header a server sends, with or without an extension', () => {
    expect(encodeCopyBinaryHeader()).toEqual(hex(`${signature} 00000000 00000000`));
    expect(parseCopyBinaryHeader(encodeCopyBinaryHeader())).toEqual({ headerLength: 19 });
    expect(parseCopyBinaryHeader(hex(`${signature} 00000001 00000002 aabb ffff`))).toEqual({
      headerLength: 21,
    });
  });

  it('refuses a wrong signature, critical flags, and a truncated header', () => {
    for (const literal of [
      '50 47 43 4f 50 59 0a ff 0d 0a 01 00000000 00000000',
      `${signature} 00010000 00000000`,
      `${signature} 80000000 00000000`,
      `${signature} 00000000 00000001`,
      `${signature} 00000000 ffffffff`,
    ]) {
      const code = expectOnlyWiremaskErrors(() => parseCopyBinaryHeader(hex(literal)));
      expect(code, literal).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    for (const truncated of everyTruncation(encodeCopyBinaryHeader())) {
      const code = expectOnlyWiremaskErrors(() => parseCopyBinaryHeader(truncated));
      expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});

describe('parseCopyBinaryTuple', () => {
  it('gives back any cells, and where the tuple ends', () => {
    const cells = fc.array(fc.option(fc.uint8Array({ maxLength: 60 })), { maxLength: 10 });
    fc.assert(
      fc.property(cells, fc.nat({ max: 20 }), (values, offset) => {
        const tuple = encodeCopyBinaryTuple(values);
        const bytes = new Uint8Array(Buffer.concat([new Uint8Array(offset), tuple, hex('ffff')]));
        const end = offset + tuple.length;
        expect(parseCopyBinaryTuple(bytes, offset)).toEqual({ kind: 'tuple', cells: values, end });
        expect(parseCopyBinaryTuple(bytes, end)).toEqual({ kind: 'trailer', end: end + 2 });
      }),
    );
  });

  it('writes the layout of the specification', () => {
    expect(encodeCopyBinaryTuple([utf8('a'), null])).toEqual(hex('0002 00000001 61 ffffffff'));
    expect(encodeCopyBinaryTrailer()).toEqual(hex('ffff'));
  });

  it('refuses truncation, and counts and sizes below -1', () => {
    for (const truncated of everyTruncation(encodeCopyBinaryTuple([utf8('abc'), null]))) {
      const code = expectOnlyWiremaskErrors(() => parseCopyBinaryTuple(truncated, 0));
      expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
    for (const literal of ['fffe', '8000', '0001 fffffffe', '0001 80000000', '0001 7fffffff 00']) {
      const code = expectOnlyWiremaskErrors(() => parseCopyBinaryTuple(hex(literal), 0));
      expect(code, literal).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });

  it('raises no foreign error when damaged', () => {
    for (const damaged of mutations(encodeCopyBinaryTuple([utf8('abc'), null, utf8('')]), 7, 2000)) {
      expectOnlyWiremaskErrors(() => parseCopyBinaryTuple(damaged, 0));
    }
  });
});
