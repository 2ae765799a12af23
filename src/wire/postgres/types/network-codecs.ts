import { malformedValue, type ValueCodec } from './value-codec.ts';

// byte family, byte prefix length, byte is-cidr, byte address size, address.
// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/network.c (network_send)
const HEADER_SIZE = 4;
const FAMILY_IPV4 = 2;
const FAMILY_IPV6 = 3;

function networkCodec(name: 'inet' | 'cidr'): ValueCodec {
  return {
    toText(binary: Uint8Array): string {
      const size = binary[3] as number;
      const prefix = binary[1] as number;
      const isIpv4 = binary[0] === FAMILY_IPV4 && size === 4;
      const isIpv6 = binary[0] === FAMILY_IPV6 && size === 16;
      if (binary.length !== HEADER_SIZE + size || !(isIpv4 || isIpv6) || prefix > size * 8) {
        throw malformedValue(name);
      }
      const address = binary.subarray(HEADER_SIZE);
      const text = isIpv4 ? address.join('.') : formatIpv6(address);
      // inet leaves out the prefix length of a single host.
      return name === 'inet' && prefix === size * 8 ? text : `${text}/${prefix}`;
    },
    fromText(text: string): Uint8Array {
      const [addressText, prefixText, ...rest] = text.split('/');
      const address = parseAddress(addressText as string);
      const bits = (address?.length ?? 0) * 8;
      const prefix = prefixText === undefined ? bits : Number(prefixText);
      const isPrefix = prefixText === undefined || /^\d{1,3}$/.test(prefixText);
      if (address === undefined || rest.length > 0 || !isPrefix || prefix > bits) throw malformedValue(name);
      if (name === 'cidr' && hasHostBits(address, prefix)) throw malformedValue(name);
      const family = address.length === 4 ? FAMILY_IPV4 : FAMILY_IPV6;
      return Uint8Array.from([family, prefix, name === 'cidr' ? 1 : 0, address.length, ...address]);
    },
  };
}

function hasHostBits(address: readonly number[], prefix: number): boolean {
  return address.some((byte, index) => (byte & (0xff >> Math.min(Math.max(prefix - index * 8, 0), 8))) !== 0);
}

// The longest run of at least two zero groups becomes `::`, as inet_ntop does.
function formatIpv6(address: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) => {
    return ((address[index * 2] as number) << 8) | (address[index * 2 + 1] as number);
  });
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  // IPv4-compatible and IPv4-mapped addresses end in dotted decimal.
  const isMapped = best.length === 5 && groups[5] === 0xffff;
  if (best.start === 0 && (best.length === 6 || isMapped)) {
    return `::${isMapped ? 'ffff:' : ''}${address.subarray(12).join('.')}`;
  }
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

function parseAddress(text: string): number[] | undefined {
  if (!text.includes(':')) return parseIpv4(text);
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] as string, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (mayEndInIpv4 && index === groups.length - 1 && group.includes('.')) {
      const octets = parseIpv4(group);
      if (octets === undefined) return undefined;
      bytes.push(...octets);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

function macCodec(name: 'macaddr' | 'macaddr8', size: 6 | 8): ValueCodec {
  const pattern = size === 6 ? /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i : /^[0-9a-f]{2}(?::[0-9a-f]{2}){7}$/i;
  return {
    toText(binary: Uint8Array): string {
      if (binary.length !== size) throw malformedValue(name);
      return Array.from(binary, (byte) => byte.toString(16).padStart(2, '0')).join(':');
    },
    fromText(text: string): Uint8Array {
      if (!pattern.test(text)) throw malformedValue(name);
      return Buffer.from(text.replaceAll(':', ''), 'hex');
    },
  };
}

/** inet: a host or a host within its network. */
export const inetCodec: ValueCodec = networkCodec('inet');
/** cidr: a network; bits right of the prefix are zero. */
export const cidrCodec: ValueCodec = networkCodec('cidr');
/** macaddr: six bytes. */
export const macaddrCodec: ValueCodec = macCodec('macaddr', 6);
/** macaddr8: eight bytes. */
export const macaddr8Codec: ValueCodec = macCodec('macaddr8', 8);
