import { serialize } from 'pg-protocol';
import { describe, expect, it } from 'vitest';
import {
  encodeCancelRequest,
  encodeGssencRequest,
  encodeSslRequest,
  encodeStartupMessage,
  parseStartupPacket,
  startupPacketLength,
  startupPacketSizeMax,
} from '../../../src/wire/postgres/startup.ts';
import { everyTruncation, expectOnlyWiremaskErrors, mutations } from '../../support/properties.ts';
import { hex } from './bytes.ts';

const parameters: [string, string][] = [
  ['user', 'j\u00fcrgen'],
  ['database', 'shop'],
  ['options', ''],
  ['user', 'last'],
];
const startup = encodeStartupMessage({ parameters, protocolMinor: 2 });
const parseCode = (packet: Uint8Array) => expectOnlyWiremaskErrors(() => parseStartupPacket(packet));

describe('startupPacketLength', () => {
  it('waits for the four bytes of the length', () => {
    for (let size = 0; size < 4; size++)
      expect(startupPacketLength(startup.subarray(0, size), 0)).toBeUndefined();
    expect(startupPacketLength(startup.subarray(0, 4), 0)).toBe(startup.length);
    expect(startupPacketLength(Buffer.concat([hex('ff'), startup]), 1)).toBe(startup.length);
  });

  it('refuses what is too short, and what exceeds startupPacketSizeMax', () => {
    const code = (length: number) => {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, length);
      return expectOnlyWiremaskErrors(() => startupPacketLength(bytes, 0));
    };
    expect(code(7)).toBe('WIREMASK_ERR_STARTUP');
    expect(code(8)).toBeUndefined();
    expect(code(startupPacketSizeMax + 4)).toBeUndefined();
    expect(code(startupPacketSizeMax + 5)).toBe('WIREMASK_ERR_STARTUP_SIZE');
    expect(code(0xffffffff)).toBe('WIREMASK_ERR_STARTUP_SIZE');
    // The first bytes of a TLS ClientHello.
    expect(code(0x16030100)).toBe('WIREMASK_ERR_STARTUP_SIZE');
  });
});

describe('parseStartupPacket', () => {
  it('gives version and parameters in the order sent, doubles included', () => {
    expect(parseStartupPacket(startup)).toEqual({
      kind: 'startup',
      protocolMajor: 3,
      protocolMinor: 2,
      parameters,
    });
  });

  it('reads what a real client writes', () => {
    const packet = parseStartupPacket(serialize.startup({ user: 'u', database: 'd' }));
    expect(packet).toMatchObject({ kind: 'startup', protocolMajor: 3, protocolMinor: 0 });
    expect(packet.kind === 'startup' && packet.parameters).toContainEqual(['database', 'd']);
    expect(parseStartupPacket(serialize.requestSsl())).toEqual({ kind: 'ssl-request' });
    expect(parseStartupPacket(new Uint8Array(serialize.cancel(7, 0x01020304)))).toEqual({
      kind: 'cancel-request',
      processId: 7,
      secretKey: hex('01 02 03 04'),
    });
  });

  it('reads the requests that are no start-up', () => {
    expect(encodeSslRequest()).toEqual(hex('00000008 04d2162f'));
    expect(encodeGssencRequest()).toEqual(hex('00000008 04d21630'));
    expect(parseStartupPacket(encodeSslRequest())).toEqual({ kind: 'ssl-request' });
    expect(parseStartupPacket(encodeGssencRequest())).toEqual({ kind: 'gssenc-request' });
    expect(parseCode(hex('00000009 04d2162f 00'))).toBe('WIREMASK_ERR_STARTUP');
  });

  it('takes cancel keys of 4 to 256 bytes', () => {
    for (const size of [4, 32, 256]) {
      const secretKey = new Uint8Array(size).fill(size);
      const packet = encodeCancelRequest(0x7fffffff, secretKey);
      expect(parseStartupPacket(packet)).toEqual({
        kind: 'cancel-request',
        processId: 0x7fffffff,
        secretKey,
      });
    }
    for (const size of [0, 3, 257]) {
      expect(parseCode(encodeCancelRequest(1, new Uint8Array(size)))).toBe('WIREMASK_ERR_STARTUP');
    }
  });

  it('refuses other major versions as unsupported', () => {
    for (const protocolMajor of [0, 2, 4, 1234]) {
      const packet = encodeStartupMessage({ parameters: [], protocolMajor });
      expect(parseCode(packet), String(protocolMajor)).toBe('WIREMASK_ERR_UNSUPPORTED_PROTOCOL_VERSION');
    }
  });

  it('refuses a length that is not the size of the packet', () => {
    for (const truncated of everyTruncation(startup)) {
      expect(parseCode(truncated)).toBe('WIREMASK_ERR_STARTUP');
    }
    expect(parseCode(Buffer.concat([startup, hex('00')]))).toBe('WIREMASK_ERR_STARTUP');
  });

  it('refuses a missing terminator, bytes after it, and a name without value', () => {
    expect(parseCode(hex('0000000c 00030000 61006200'))).toBe('WIREMASK_ERR_STARTUP');
    expect(parseCode(hex('0000000e 00030000 61006200 0000'))).toBe('WIREMASK_ERR_STARTUP');
    expect(parseCode(hex('0000000a 00030000 6100'))).toBe('WIREMASK_ERR_STARTUP');
    expect(parseCode(hex('00000008 00030000'))).toBe('WIREMASK_ERR_STARTUP');
    expect(parseCode(hex('00000009 00030000 00'))).toBeUndefined();
  });

  it('refuses texts that are not UTF-8', () => {
    expect(parseCode(hex('0000000d 00030000 6100e900 00'))).toBe('WIREMASK_ERR_STARTUP');
  });

  it('raises no foreign error when damaged, and encodes what it accepts to the same bytes', () => {
    for (const damaged of mutations(startup, 3, 3000)) {
      const code = parseCode(damaged);
      if (code !== undefined) continue;
      const packet = parseStartupPacket(damaged);
      if (packet.kind === 'startup') expect(encodeStartupMessage(packet)).toEqual(damaged);
    }
  });
});
