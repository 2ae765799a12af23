import { describe, expect, it } from 'vitest';
import { encodeDataRow } from '../../../src/wire/postgres/data-row.ts';
import { MessageFramer, messageLengthMax, readMessageLength } from '../../../src/wire/postgres/framing.ts';
import { encodeReadyForQuery } from '../../../src/wire/postgres/ready-for-query.ts';
import { everySplit, expectOnlyWiremaskErrors, mutations, oneByteAtATime } from '../../support/properties.ts';
import { hex, utf8 } from './bytes.ts';

const messages = [
  encodeDataRow([utf8('one'), null]),
  hex('32 00000004'),
  encodeDataRow([utf8('x'.repeat(40))]),
  encodeReadyForQuery('I'),
];
const stream = new Uint8Array(Buffer.concat(messages));

describe('readMessageLength', () => {
  it('accepts the smallest and the largest length', () => {
    expect(readMessageLength(hex('ff 00000004'), 1)).toBe(4);
    const largest = new Uint8Array(4);
    new DataView(largest.buffer).setInt32(0, messageLengthMax);
    expect(readMessageLength(largest, 0)).toBe(messageLengthMax);
  });

  it('refuses lengths that leave no room for themselves, and those no server builds', () => {
    for (const length of ['00000003', '00000000', 'ffffffff', '80000000', '7fffffff', '40000004']) {
      const code = expectOnlyWiremaskErrors(() => readMessageLength(hex(length), 0));
      expect(code, length).toBe('WIREMASK_ERR_MESSAGE_LENGTH');
    }
  });
});

describe('MessageFramer', () => {
  it('gives the same messages however the stream is split', () => {
    for (const chunks of [...everySplit(stream), oneByteAtATime(stream)]) {
      const framer = new MessageFramer();
      const framed = chunks.flatMap((chunk) => framer.push(chunk));
      expect(framed.map((message) => message.bytes)).toEqual(messages);
      expect(framer.pendingSize).toBe(0);
    }
  });

  it('gives type and body of each message', () => {
    const [dataRow, bindComplete] = new MessageFramer().push(stream);
    expect(dataRow?.type).toBe(0x44);
    expect(dataRow?.body).toEqual(messages[0]?.subarray(5));
    expect(bindComplete?.type).toBe(0x32);
    expect(bindComplete?.body.length).toBe(0);
  });

  it('keeps an incomplete message', () => {
    const framer = new MessageFramer();
    expect(framer.push(stream.subarray(0, 7))).toEqual([]);
    expect(framer.pendingSize).toBe(7);
  });

  it('refuses a message beyond messageSizeMax from its header alone', () => {
    const size = messages[2]!.length;
    const framer = new MessageFramer({ messageSizeMax: size - 1 });
    const code = expectOnlyWiremaskErrors(() => framer.push(messages[2]!.subarray(0, 5)));
    expect(code).toBe('WIREMASK_ERR_MESSAGE_SIZE');
    expect(new MessageFramer({ messageSizeMax: size }).push(messages[2]!).length).toBe(1);
  });

  it('raises no foreign error on damaged bytes', () => {
    for (const damaged of mutations(stream, 2, 2000)) {
      expectOnlyWiremaskErrors(() => new MessageFramer({ messageSizeMax: 1000 }).push(damaged));
    }
  });
});
