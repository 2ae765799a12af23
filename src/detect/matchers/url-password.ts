import { byteAt, byteBefore, isAlnum } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import { isPlainText, isReference, looksLikeKey } from '../secret-value.ts';
import { WordSet } from '../word-set.ts';
import { isWordAt } from './assigned-value.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const AT = 0x40;
const COLON = 0x3a;
const SLASH = 0x2f;

/**
 * The password in a URL (RFC 3986 section 3.2.1): `scheme://user:password@host`. The last `@` of the
 * authority ends it, so that an unescaped one inside the password does not leave half of it readable.
 */
export const urlPassword: LiteralMatcher = {
  how: 'literal',
  literals: ['://'],
  condition: { lengthMin: 8, all: ShapeFlag.colon | ShapeFlag.slash | ShapeFlag.at },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    if (!isAlnum(byteBefore(bytes, literalStart, start))) return false;
    let colon = 0;
    let last = 0;
    let bare = 0;
    for (let at = literalEnd; at < end; at++) {
      const byte = bytes[at]!;
      // No authority goes beyond these, so the scans of two "://" never overlap.
      if (byte === SLASH || byte <= 0x20 || byte === 0x22 || byte === 0x3c || byte === 0x3e || byte === 0x60)
        break;
      if (byte === COLON && colon === 0) colon = at;
      if (byte !== AT) continue;
      if (colon > 0) last = at;
      else bare = at;
    }
    // A random user is a token, with whatever after it: `https://token:x-oauth-basic@host`.
    const userEnd = last > 0 ? colon : bare;
    if (userEnd > 0 && looksLikeKey(bytes, literalEnd, userEnd)) {
      span.start = literalEnd;
      span.end = Math.max(last, bare);
      return true;
    }
    if (last === 0 || last === colon + 1 || isReference(bytes, colon + 1, last)) return false;
    if (isPlainText(bytes, colon + 1, last) && isExample(bytes, literalEnd, colon, last + 1, end))
      return false;
    span.start = colon + 1;
    span.end = last;
    return true;
  },
};

const HOST_MAX = 64;
const LOOPBACK: Uint8Array = Buffer.from('127.0.0.1');
// What manuals write for a host and for who logs in there. `db` and `app` are names of real ones.
const EXAMPLE_HOSTS: WordSet = new WordSet(
  'host hostname hosts myhost yourhost dbhost server servername myserver yourserver address addr ip ipaddress domain ' +
    'mydomain yourdomain example endpoint url uri site website foo bar baz',
);
const EXAMPLE_USERS: WordSet = new WordSet(
  'user username usr users name login userid uid id me you myuser youruser dbuser foo bar baz example account admin root',
);

/** `user:pass@host`, `postgres:postgres@localhost`: plain words for this machine, or for none at all. */
function isExample(bytes: Uint8Array, user: number, userEnd: number, host: number, end: number): boolean {
  if (isLoopback(bytes, host, end)) return true;
  const hostEnd = endOfName(bytes, host, end);
  if (hostEnd === host) return byteAt(bytes, host, end) !== 0x5b; // [
  if (byteAt(bytes, hostEnd, end) === 0x2e || !EXAMPLE_HOSTS.has(bytes, host, hostEnd)) return false;
  return userEnd === user || EXAMPLE_USERS.has(bytes, user, userEnd);
}

function endOfName(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && at - from < HOST_MAX && (isAlnum(bytes[at]!) || bytes[at] === 0x2d)) at++;
  return at;
}

function isLoopback(bytes: Uint8Array, from: number, end: number): boolean {
  const nameEnd = endOfName(bytes, from, end);
  if (nameEnd - from === 9 && isWordAt(bytes, from, end, 'localhost')) return true;
  for (let index = 0; index < LOOPBACK.length; index++)
    if (byteAt(bytes, from + index, end) !== LOOPBACK[index]) return false;
  return true;
}
