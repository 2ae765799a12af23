import { serialize } from 'pg-protocol';
import { describe, expect, it } from 'vitest';
import {
  encodeBind,
  encodeClose,
  encodeCopyFail,
  encodeDescribe,
  encodeExecute,
  encodeFlush,
  encodeParse,
  encodeQuery,
  encodeSync,
  parseBind,
  parseClose,
  parseDescribe,
  parseExecute,
  parseParse,
  parseQuery,
} from '../../../src/wire/postgres/extended-query.ts';
import { expectOnlyWiremaskErrors } from '../../support/properties.ts';
import { bodyOf, hex, utf8 } from './bytes.ts';

describe('encoders of the extended query protocol', () => {
  it('write what another client writes', () => {
    const pairs: [Uint8Array, Buffer][] = [
      [encodeQuery('select \u00e9'), serialize.query('select \u00e9')],
      [
        encodeParse('s1', 'select $1', [23, 4_000_000_000 | 0]),
        serialize.parse({ name: 's1', text: 'select $1', types: [23, 4_000_000_000 | 0] }),
      ],
      [encodeDescribe('statement', 's1'), serialize.describe({ type: 'S', name: 's1' })],
      [encodeDescribe('portal', ''), serialize.describe({ type: 'P', name: '' })],
      [encodeExecute('p1', 100), serialize.execute({ portal: 'p1', rows: 100 })],
      [encodeClose('portal', 'p1'), serialize.close({ type: 'P', name: 'p1' })],
      [encodeSync(), Buffer.from(serialize.sync())],
      [encodeFlush(), Buffer.from(serialize.flush())],
      [encodeCopyFail('no'), serialize.copyFail('no')],
    ];
    for (const [ours, theirs] of pairs) expect(ours).toEqual(new Uint8Array(theirs));
  });
});

describe('parseBind', () => {
  it('reads what another client writes', () => {
    const message = serialize.bind({
      portal: 'p1',
      statement: 's1',
      values: ['text', null, Buffer.from([0, 1]), ''],
      binary: true,
    });
    expect(parseBind(bodyOf(message))).toEqual({
      portal: 'p1',
      statement: 's1',
      parameterFormats: [0, 0, 1, 0],
      parameters: [utf8('text'), null, hex('0001'), utf8('')],
      resultFormats: [1],
    });
  });

  it('reads 65535 parameters, more than a signed count could say', () => {
    const parameters = Array.from({ length: 65535 }, () => null);
    expect(parseBind(bodyOf(encodeBind({ parameters }))).parameters.length).toBe(65535);
  });

  it('refuses a parameter of a size below -1', () => {
    const code = expectOnlyWiremaskErrors(() => parseBind(hex('00 00 0000 0001 fffffffe 0000')));
    expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('parseParse', () => {
  it('keeps the text in the bytes of the client', () => {
    const parsed = parseParse(hex('00 73 e9 6c 00 0001 ffffffff'));
    expect(parsed).toEqual({ name: '', text: hex('73 e9 6c'), parameterTypes: [0xffffffff] });
  });
});

describe('parseQuery', () => {
  it('gives the text without its NUL', () => {
    expect(parseQuery(hex('6162 00'))).toEqual({ text: utf8('ab') });
    expect(parseQuery(hex('00'))).toEqual({ text: utf8('') });
  });

  it('refuses text after the first NUL, which the server would not read as we do', () => {
    const code = expectOnlyWiremaskErrors(() => parseQuery(hex('6162 00 63 00')));
    expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('names of statements and portals', () => {
  it('differ when their bytes differ, valid UTF-8 or not', () => {
    const names = ['ff', 'fe', 'c3a9', 'e9', 'efbfbd'].map(
      (bytes) => parseExecute(hex(`${bytes} 00 00000000`)).portal,
    );
    expect(new Set(names).size).toBe(5);
    expect(parseDescribe(hex('53 ff 00'))).toEqual({ target: 'statement', name: '\u00ff' });
    expect(parseClose(hex('50 00'))).toEqual({ target: 'portal', name: '' });
  });

  it('are refused when neither a statement nor a portal is meant', () => {
    expect(expectOnlyWiremaskErrors(() => parseDescribe(hex('73 00')))).toBe('WIREMASK_ERR_MESSAGE_BODY');
    expect(expectOnlyWiremaskErrors(() => parseClose(hex('00 00')))).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('parseExecute', () => {
  it('gives the largest number of rows', () => {
    expect(parseExecute(bodyOf(encodeExecute('p', 2147483647)))).toEqual({
      portal: 'p',
      rowsMax: 2147483647,
    });
    expect(parseExecute(bodyOf(encodeExecute('p')))).toEqual({ portal: 'p', rowsMax: 0 });
  });
});
