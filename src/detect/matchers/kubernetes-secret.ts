import { byteAt, byteBefore, isAlnum, isSpace } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { CandidateSpan, LiteralMatcher } from './matcher.ts';

const DATA: readonly Uint8Array[] = [Buffer.from('stringData'), Buffer.from('data')];
const DOCUMENT: Uint8Array = Buffer.from('---');
const KIND: Uint8Array = Buffer.from('kind:');
// How far a manifest's parts are looked for around its kind.
const WINDOW = 4096;
const NEWLINE = 0x0a;

/**
 * The data of a Kubernetes Secret in YAML: everything under `data:` or `stringData:` of a manifest of
 * `kind: Secret`, from the first value to the end of the block.
 * https://kubernetes.io/docs/concepts/configuration/secret/
 */
export const kubernetesSecret: LiteralMatcher = {
  how: 'literal',
  literals: ['kind: secret'],
  condition: { lengthMin: 24, all: ShapeFlag.colon | ShapeFlag.space },
  at(
    bytes: Uint8Array,
    literalStart: number,
    literalEnd: number,
    start: number,
    end: number,
    span: CandidateSpan,
  ): boolean {
    if (isAlnum(byteAt(bytes, literalEnd, end))) return false;
    const before = byteBefore(bytes, literalStart, start);
    if (isAlnum(before) || before === 0x2d) return false;
    const from = Math.max(start, literalStart - WINDOW);
    const to = Math.min(end, literalEnd + WINDOW);
    for (let at = literalEnd; at < to; at++) {
      if (bytes[at - 1] !== NEWLINE) continue;
      if (isOtherManifest(bytes, at)) break;
      if (readBlock(bytes, at, end, span)) return true;
    }
    for (let at = literalStart - 1; at >= from; at--) {
      if (at > start && bytes[at - 1] !== NEWLINE) continue;
      if (isOtherManifest(bytes, at)) break;
      if (readBlock(bytes, at, end, span)) return true;
    }
    return false;
  },
};

/** `---` between two manifests of a file, or the kind of another one. */
function isOtherManifest(bytes: Uint8Array, lineStart: number): boolean {
  return startsWith(bytes, lineStart, DOCUMENT) || startsWith(bytes, lineStart, KIND);
}

/** Reads `data:` at a line's start and the deeper lines under it. */
function readBlock(bytes: Uint8Array, lineStart: number, end: number, span: CandidateSpan): boolean {
  let at = lineStart;
  while (at < end && bytes[at] === 0x20) at++;
  const indent = at - lineStart;
  const name = DATA.find((word) => startsWith(bytes, at, word));
  if (name === undefined || byteAt(bytes, at + name.length, end) !== 0x3a) return false;
  at += name.length + 1;
  while (at < end && bytes[at] !== NEWLINE) if (!isSpace(bytes[at++]!)) return false;
  const blockEnd = endOfBlock(bytes, at, end, indent);
  span.start = startOfValue(bytes, at, blockEnd);
  span.end = blockEnd;
  return span.start < span.end;
}

function endOfBlock(bytes: Uint8Array, from: number, end: number, indent: number): number {
  let last = from;
  let at = from;
  while (at < end) {
    const lineStart = at + 1;
    let text = lineStart;
    while (text < end && bytes[text] === 0x20) text++;
    if (text >= end || bytes[text] === NEWLINE || text - lineStart <= indent) break;
    while (text < end && bytes[text] !== NEWLINE) text++;
    last = text;
    at = text;
  }
  while (last > from && isSpace(bytes[last - 1]!)) last--;
  return last;
}

/** After the first key of the block. */
function startOfValue(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== 0x3a) at++;
  at++;
  while (at < end && isSpace(bytes[at]!)) at++;
  return at;
}

function startsWith(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false;
  return true;
}
