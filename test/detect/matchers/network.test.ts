import { describe, expect, it } from 'vitest';
import { ipv4Address, ipv4Special } from '../../../src/detect/matchers/ipv4-address.ts';
import { ipv6Address, ipv6Short } from '../../../src/detect/matchers/ipv6-address.ts';
import { macAddress, macAddressDotted, macAddressSpaced } from '../../../src/detect/matchers/mac-address.ts';
import { candidates } from '../support/sweep.ts';

describe('IPv4', () => {
  it.each([
    ['10.0.0.0/8.', ['10.0.0.0/8']],
    ['10.0.0.0/33', ['10.0.0.0']],
    ['10.0.0.0/08', ['10.0.0.0']],
    ['10.0.0.0/8/x', ['10.0.0.0']],
    ['10.0.0.1/index', ['10.0.0.1']],
    ['0.0.0.0/0', []],
  ])('%j', (text, expected) => {
    expect(candidates(ipv4Address, text)).toEqual(expected);
  });

  it('those that name nobody, for who asks for them', () => {
    expect(candidates(ipv4Special, '127.0.0.1, 0.0.0.0/0 and 203.0.113.7')).toEqual([
      '127.0.0.1',
      '0.0.0.0/0',
    ]);
  });
});

describe('IPv6', () => {
  it.each([
    ['2001:db8:85a3::8a2e:370:7334', ['2001:db8:85a3::8a2e:370:7334']],
    ['2001:DB8:0:0:8:800:200C:417A.', ['2001:DB8:0:0:8:800:200C:417A']],
    ['[2001:db8::1]:443, 2001:db8::2', ['2001:db8::1', '2001:db8::2']],
    ['ip:2001:db8::1: down', ['2001:db8::1']],
    ['::ffff:192.0.2.1', ['::ffff:192.0.2.1']],
    ['64:ff9b::198.51.100.1/96', ['64:ff9b::198.51.100.1/96']],
    ['fe80::1%eth0', ['fe80::1%eth0']],
    ['2001:db8::/32', ['2001:db8::/32']],
    ['2001:db8::/129', []],
    ['2001:db8:1::/129', ['2001:db8:1::']],
    ['1:2:3:4:5:6:7', []],
    ['1:2:3:4:5:6:7:8:9', []],
    ['1::2::3', []],
    ['12345::1', []],
    ['2001:db8::256.1.1.1', []],
    ['x2001:db8::1', []],
    ['2001:db8::1x', []],
    ['std::vector<a::b>', []],
    ['ada:x:1000:1000::/srv/ada', []],
    ['10:11:12', []],
  ])('%j', (text, expected) => {
    expect(candidates(ipv6Address, text)).toEqual(expected);
  });

  it.each([
    ['use ::/0', ['::/0']],
    ['::1', ['::1']],
    ['std::string', []],
    [':::', []],
    ['a::b::c', []],
  ])('short: %j', (text, expected) => {
    expect(candidates(ipv6Short, text)).toEqual(expected);
  });
});

describe('MAC addresses', () => {
  it.each([
    ['00:00:5e:00:53:af', ['00:00:5e:00:53:af']],
    ['00-00-5E-00-53-AF, 0000.5e00.53af', ['00-00-5E-00-53-AF']],
    ['02:00:5e:10:00:00:00:01', ['02:00:5e:10:00:00:00:01']],
    ['00:00:5e:00:53', []],
    ['00:00:5e:00:53:af:00', []],
    ['00:00-5e:00-53:af', []],
    ['x00:00:5e:00:53:af', []],
    ['00:00:5e:00:53:afg', []],
    ['00 00 5e 00 53 af', []],
  ])('%j', (text, expected) => {
    expect(candidates(macAddress, text)).toEqual(expected);
  });

  it('groups of four digits between dots', () => {
    expect(candidates(macAddressDotted, 'at 0000.5e00.53af, 1.2.3')).toEqual(['0000.5e00.53af']);
    expect(candidates(macAddressDotted, '0000.5e00.53af.0001.0002')).toEqual([]);
  });

  it('pairs between spaces', () => {
    expect(candidates(macAddressSpaced, '00 00 5e 00 53 af')).toEqual(['00 00 5e 00 53 af']);
    expect(candidates(macAddressSpaced, '00 00 5e 00 53 af 00')).toEqual([]);
  });
});
