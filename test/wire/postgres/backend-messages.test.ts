import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  backend,
  conditionName,
  encodeBackendKeyData,
  encodeCommandComplete,
  encodeCopyResponse,
  encodeDataRow,
  encodeErrorResponse,
  encodeNoticeResponse,
  encodeNotificationResponse,
  encodeParameterDescription,
  encodeParameterStatus,
  encodeReadyForQuery,
  encodeRowDescription,
  parseCopyResponse,
  parseDataRow,
  parseErrorFields,
  parseReadyForQuery,
  parseRowDescription,
} from '../../../src/wire/postgres/index.ts';
import { expectOnlyWiremaskErrors } from '../../support/properties.ts';
import { bodyOf, hex, readAsClient, utf8 } from './bytes.ts';

const column = {
  name: utf8('email'),
  tableOid: 16400,
  columnAttribute: 3,
  typeOid: 1043,
  typeSize: -1,
  typeModifier: 104,
  formatCode: 0,
};

describe('encoders of backend messages', () => {
  it('write what another client reads', async () => {
    const read = await readAsClient(
      encodeParameterStatus({ name: 'TimeZone', value: utf8('UTC') }),
      encodeBackendKeyData({ processId: 5, secretKey: hex('00000006') }),
      encodeParameterDescription([23, 25]),
      encodeRowDescription([column, { ...column, name: utf8('n'), formatCode: 1 }]),
      encodeDataRow([utf8('a@b'), null]),
      encodeNotificationResponse({ processId: 5, channel: utf8('c'), payload: utf8('p') }),
      encodeCopyResponse(backend.copyOutResponse, { format: 0, columnFormats: [0, 0] }),
      encodeCommandComplete('SELECT 1'),
      encodeReadyForQuery('E'),
    );
    expect(read).toMatchObject([
      { name: 'parameterStatus', parameterName: 'TimeZone', parameterValue: 'UTC' },
      { name: 'backendKeyData', processID: 5, secretKey: 6 },
      { name: 'parameterDescription', dataTypeIDs: [23, 25] },
      {
        name: 'rowDescription',
        fields: [
          { name: 'email', tableID: 16400, columnID: 3, dataTypeID: 1043, dataTypeSize: -1, format: 'text' },
          { name: 'n', dataTypeModifier: 104, format: 'binary' },
        ],
      },
      { name: 'dataRow', fields: ['a@b', null] },
      { name: 'notification', processId: 5, channel: 'c', payload: 'p' },
      { name: 'copyOutResponse', binary: false, columnTypes: [0, 0] },
      { name: 'commandComplete', text: 'SELECT 1' },
      { name: 'readyForQuery', status: 'E' },
    ]);
  });

  it('write errors and notices another client reads', async () => {
    const fields: [string, string][] = [
      ['S', 'ERROR'],
      ['V', 'ERROR'],
      ['C', '23505'],
      ['M', 'duplicate'],
      ['D', 'detail'],
    ];
    const [error, notice] = await readAsClient(encodeErrorResponse(fields), encodeNoticeResponse(fields));
    expect(error).toMatchObject({ name: 'error', code: '23505', message: 'duplicate', detail: 'detail' });
    expect(notice).toMatchObject({ name: 'notice', code: '23505', message: 'duplicate' });
  });
});

describe('parseDataRow', () => {
  it('gives back any cells', () => {
    const row = fc.array(fc.option(fc.uint8Array({ maxLength: 200 })), { maxLength: 20 });
    fc.assert(
      fc.property(row, (cells) => {
        expect(parseDataRow(bodyOf(encodeDataRow(cells)))).toEqual(cells);
      }),
    );
  });

  it('gives slices of the body', () => {
    const body = bodyOf(encodeDataRow([utf8('abc')]));
    expect(parseDataRow(body)[0]?.buffer).toBe(body.buffer);
  });

  it('refuses a cell of a size below -1', () => {
    for (const size of ['fffffffe', '80000000']) {
      const code = expectOnlyWiremaskErrors(() => parseDataRow(hex(`0001 ${size}`)));
      expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});

describe('parseRowDescription', () => {
  it('reads OIDs without a sign and the rest with one', () => {
    const body = hex('0001 6100 ffffffff fffe fffffffe ffff fffffffd 0001');
    expect(parseRowDescription(body)).toEqual([
      {
        name: utf8('a'),
        tableOid: 4294967295,
        columnAttribute: -2,
        typeOid: 4294967294,
        typeSize: -1,
        typeModifier: -3,
        formatCode: 1,
      },
    ]);
  });

  it('refuses a format code nobody knows', () => {
    const message = encodeRowDescription([{ ...column, formatCode: 2 }]);
    const code = expectOnlyWiremaskErrors(() => parseRowDescription(bodyOf(message)));
    expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('parseCopyResponse', () => {
  it('refuses formats nobody knows, and a binary column in a text format', () => {
    for (const literal of ['02 0000', '01 0001 0002', '00 0001 0001']) {
      const code = expectOnlyWiremaskErrors(() => parseCopyResponse(hex(literal)));
      expect(code, literal).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});

describe('parseReadyForQuery', () => {
  it('knows the three states and no other', () => {
    expect(['49', '54', '45'].map((status) => parseReadyForQuery(hex(status)))).toEqual(['I', 'T', 'E']);
    expect(expectOnlyWiremaskErrors(() => parseReadyForQuery(hex('69')))).toBe('WIREMASK_ERR_MESSAGE_BODY');
  });
});

describe('parseErrorFields', () => {
  it('keeps fields it does not know, doubles and order', () => {
    const body = hex('4d 6100 7a 6200 4d 6300 00');
    expect(parseErrorFields(body)).toEqual([
      ['M', utf8('a')],
      ['z', utf8('b')],
      ['M', utf8('c')],
    ]);
  });
});

describe('conditionName', () => {
  it('knows the conditions of every class', () => {
    const names = ['00000', '23505', '42P01', '57014', 'P0001', 'XX002', '0A000', 'HV000', '25P04', '40001'];
    expect(names.map(conditionName)).toEqual([
      'successful_completion',
      'unique_violation',
      'undefined_table',
      'query_canceled',
      'raise_exception',
      'index_corrupted',
      'feature_not_supported',
      'fdw_error',
      'transaction_timeout',
      'serialization_failure',
    ]);
  });

  it('is undefined for what PostgreSQL does not define', () => {
    for (const code of ['99999', '', 'constructor', '__proto__']) expect(conditionName(code)).toBeUndefined();
  });
});
