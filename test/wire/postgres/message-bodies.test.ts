import { describe, expect, it } from 'vitest';
import {
  backend,
  encodeAuthenticationSasl,
  encodeBackendKeyData,
  encodeBind,
  encodeClose,
  encodeCommandComplete,
  encodeCopyResponse,
  encodeDataRow,
  encodeDescribe,
  encodeErrorResponse,
  encodeExecute,
  encodeNegotiateProtocolVersion,
  encodeNotificationResponse,
  encodeParameterDescription,
  encodeParameterStatus,
  encodeParse,
  encodeQuery,
  encodeReadyForQuery,
  encodeRowDescription,
  parseAuthentication,
  parseBackendKeyData,
  parseBind,
  parseClose,
  parseCommandComplete,
  parseCopyResponse,
  parseDataRow,
  parseDescribe,
  parseErrorFields,
  parseExecute,
  parseNegotiateProtocolVersion,
  parseNotificationResponse,
  parseParameterDescription,
  parseParameterStatus,
  parseParse,
  parseQuery,
  parseReadyForQuery,
  parseRowDescription,
} from '../../../src/wire/postgres/index.ts';
import { everyTruncation, expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';
import { bodyOf, hex, utf8 } from './bytes.ts';

interface Codec {
  readonly name: string;
  readonly message: Uint8Array;
  readonly parse: (body: Uint8Array) => unknown;
  /** The last field takes what is left, so nothing can follow it. */
  readonly hasOpenEnd?: true;
  /** Parses the body and encodes the result as a whole message. */
  readonly again: (body: Uint8Array) => Uint8Array;
}

const cells = [utf8('a'), null, utf8(''), hex('00 ff')];
const columns = [
  {
    name: hex('6e e9'),
    tableOid: 4_000_000_000,
    columnAttribute: -7,
    typeOid: 4_000_000_001,
    typeSize: -1,
    typeModifier: -1,
    formatCode: 0,
  },
  {
    name: utf8(''),
    tableOid: 0,
    columnAttribute: 0,
    typeOid: 23,
    typeSize: 4,
    typeModifier: 36,
    formatCode: 1,
  },
];
const bind = {
  portal: 'p\u00ff',
  statement: 's',
  parameterFormats: [1, 0],
  parameters: cells,
  resultFormats: [1],
};

const codecs: readonly Codec[] = [
  {
    name: 'AuthenticationSASL',
    message: encodeAuthenticationSasl(['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256']),
    parse: parseAuthentication,
    again: (body) => {
      const message = parseAuthentication(body);
      return encodeAuthenticationSasl(message.kind === 'sasl' ? message.mechanisms : []);
    },
  },
  {
    name: 'BackendKeyData',
    message: encodeBackendKeyData({ processId: 7, secretKey: hex('01 02 03 04') }),
    parse: parseBackendKeyData,
    hasOpenEnd: true,
    again: (body) => encodeBackendKeyData(parseBackendKeyData(body)),
  },
  {
    name: 'Bind',
    message: encodeBind(bind),
    parse: parseBind,
    again: (body) => encodeBind(parseBind(body)),
  },
  {
    name: 'Close',
    message: encodeClose('portal', 'c'),
    parse: parseClose,
    again: (body) => encodeClose(parseClose(body).target, parseClose(body).name),
  },
  {
    name: 'CommandComplete',
    message: encodeCommandComplete('INSERT 0 1'),
    parse: parseCommandComplete,
    again: (body) => encodeCommandComplete(parseCommandComplete(body)),
  },
  {
    name: 'CopyOutResponse',
    message: encodeCopyResponse(backend.copyOutResponse, { format: 1, columnFormats: [1, 0, 1] }),
    parse: parseCopyResponse,
    again: (body) => encodeCopyResponse(backend.copyOutResponse, parseCopyResponse(body)),
  },
  {
    name: 'DataRow',
    message: encodeDataRow(cells),
    parse: parseDataRow,
    again: (body) => encodeDataRow(parseDataRow(body)),
  },
  {
    name: 'Describe',
    message: encodeDescribe('statement', '\u00fc'),
    parse: parseDescribe,
    again: (body) => encodeDescribe(parseDescribe(body).target, parseDescribe(body).name),
  },
  {
    name: 'ErrorResponse',
    message: encodeErrorResponse([
      ['S', 'ERROR'],
      ['D', hex('ff e9')],
      ['M', ''],
    ]),
    parse: parseErrorFields,
    again: (body) => encodeErrorResponse(parseErrorFields(body)),
  },
  {
    name: 'Execute',
    message: encodeExecute('p', 50),
    parse: parseExecute,
    again: (body) => encodeExecute(parseExecute(body).portal, parseExecute(body).rowsMax),
  },
  {
    name: 'NegotiateProtocolVersion',
    message: encodeNegotiateProtocolVersion({ newestVersion: 0x30000, unknownOptions: ['_pq_.a', '_pq_.b'] }),
    parse: parseNegotiateProtocolVersion,
    again: (body) => encodeNegotiateProtocolVersion(parseNegotiateProtocolVersion(body)),
  },
  {
    name: 'NotificationResponse',
    message: encodeNotificationResponse({ processId: 9, channel: utf8('ch'), payload: hex('ff') }),
    parse: parseNotificationResponse,
    again: (body) => encodeNotificationResponse(parseNotificationResponse(body)),
  },
  {
    name: 'ParameterDescription',
    message: encodeParameterDescription([23, 4_000_000_000]),
    parse: parseParameterDescription,
    again: (body) => encodeParameterDescription(parseParameterDescription(body)),
  },
  {
    name: 'ParameterStatus',
    message: encodeParameterStatus({ name: 'client_encoding', value: utf8('UTF8') }),
    parse: parseParameterStatus,
    again: (body) => encodeParameterStatus(parseParameterStatus(body)),
  },
  {
    name: 'Parse',
    message: encodeParse('s\u00e9', hex('73 e9'), [23, 0, 4_000_000_000]),
    parse: parseParse,
    again: (body) => {
      const { name, text, parameterTypes } = parseParse(body);
      return encodeParse(name, text, parameterTypes);
    },
  },
  {
    name: 'Query',
    message: encodeQuery('select 1'),
    parse: parseQuery,
    again: (body) => encodeQuery(parseQuery(body).text),
  },
  {
    name: 'ReadyForQuery',
    message: encodeReadyForQuery('T'),
    parse: parseReadyForQuery,
    again: (body) => encodeReadyForQuery(parseReadyForQuery(body)),
  },
  {
    name: 'RowDescription',
    message: encodeRowDescription(columns),
    parse: parseRowDescription,
    again: (body) => encodeRowDescription(parseRowDescription(body)),
  },
];

describe.each(codecs)('$name', ({ message, parse, again }) => {
  it('gives the same bytes after decoding and encoding', () => {
    expect(again(bodyOf(message))).toEqual(message);
  });

  it('is refused when it ends early, at any byte', () => {
    for (const body of everyTruncation(bodyOf(message))) {
      expect(
        expectOnlyWiremaskErrors(() => parse(body)),
        `${body.length} bytes`,
      ).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });

  it('raises no foreign error when damaged, and encodes what it still accepts to the same bytes', () => {
    let accepted = 0;
    for (const body of mutations(bodyOf(message), 1, 2000)) {
      const code = expectOnlyWiremaskErrors(() => parse(body));
      if (code !== undefined) {
        expect(code).toBe('WIREMASK_ERR_MESSAGE_BODY');
        continue;
      }
      accepted++;
      if (hasLossyText.has(message[0]!)) continue;
      expect(bodyOf(again(body))).toEqual(body);
    }
    expect(accepted).toBeLessThan(2000);
  });
});

describe.each(codecs.filter((codec) => codec.hasOpenEnd !== true))('$name', ({ message, parse }) => {
  it('is refused when bytes follow', () => {
    for (const byte of [0, 1, 0xff]) {
      const body = Buffer.concat([bodyOf(message), Uint8Array.of(byte)]);
      expect(expectOnlyWiremaskErrors(() => parse(body))).toBe('WIREMASK_ERR_MESSAGE_BODY');
    }
  });
});

// Mechanism and option names are decoded as UTF-8 with loss: they are looked at, not sent on.
const hasLossyText: ReadonlySet<number> = new Set([backend.authentication, backend.negotiateProtocolVersion]);
