import { SNIFF_SIZE, sniffContent } from './content-sniffing.ts';
import { parseParameterized } from './header-values.ts';
import { remembering } from './recent-texts.ts';

/** How a body is read. */
export type BodyKind =
  /** One JSON text. */
  | 'json'
  /** Any number of JSON texts: lines, record separators, or nothing between them. */
  | 'json-sequence'
  /** Server-sent events. */
  | 'sse'
  /** `application/x-www-form-urlencoded`. */
  | 'form'
  | 'csv'
  | 'text'
  /** No Content-Type: to be decided by the first bytes. */
  | 'none-given'
  /** Nothing here can look into it. */
  | 'unmaskable';

/** What a body is taken for, and why. */
export interface BodyDecision {
  readonly kind: BodyKind;
  readonly reason: string;
}

/** Charsets a kind is read in. */
export type CharsetFamily =
  /** UTF-8 and its subset, US-ASCII. */
  | 'utf-8'
  /** Also single-byte ones that agree with ASCII. */
  | 'ascii-compatible'
  /** Not asked for. */
  | 'any';

/** Media types that are treated alike. */
export interface MediaTypeRow {
  /** `type/subtype`; either may be `*`, a subtype also `*+suffix`. */
  readonly types: readonly string[];
  readonly kind: BodyKind;
  readonly charsets: CharsetFamily;
  readonly reason: string;
}

/**
 * Which media type is read how: the first row that has it decides. docs/protocols/http.md says the same.
 *
 * @see https://www.iana.org/assignments/media-types/media-types.xhtml
 */
export const mediaTypes: readonly MediaTypeRow[] = [
  {
    types: [
      'application/json-seq',
      '*/*+json-seq',
      'application/x-ndjson',
      'application/ndjson',
      'application/jsonl',
      'application/jsonlines',
      'application/x-jsonlines',
      'application/stream+json',
    ],
    kind: 'json-sequence',
    charsets: 'utf-8',
    reason: 'several JSON texts, each with paths of its own',
  },
  {
    types: [
      'application/json',
      'text/json',
      'application/x-json',
      'text/x-json',
      'application/x-amz-json-1.0',
      'application/x-amz-json-1.1',
      '*/*+json',
    ],
    kind: 'json',
    charsets: 'utf-8',
    reason: 'JSON is UTF-8 (RFC 8259 section 8.1)',
  },
  {
    types: ['text/event-stream'],
    kind: 'sse',
    charsets: 'utf-8',
    reason: 'an event stream is UTF-8 whatever its charset says (HTML standard, section 9.2.5)',
  },
  {
    types: ['application/x-www-form-urlencoded'],
    kind: 'form',
    charsets: 'utf-8',
    reason: 'names and values, percent-encoded UTF-8 (URL standard, section 5.1)',
  },
  {
    types: ['text/csv', 'text/tab-separated-values'],
    kind: 'csv',
    charsets: 'ascii-compatible',
    reason: 'rows under a header of names',
  },
  {
    types: [
      'text/*',
      'application/xml',
      'application/xml-dtd',
      '*/*+xml',
      'application/yaml',
      'application/x-yaml',
      '*/*+yaml',
      'application/toml',
      'application/javascript',
      'application/x-javascript',
      'application/ecmascript',
      'application/graphql',
      'application/sql',
    ],
    kind: 'text',
    charsets: 'ascii-compatible',
    reason: 'values stand in it as they are; names of fields are not known',
  },
  {
    types: ['multipart/*'],
    kind: 'unmaskable',
    charsets: 'any',
    reason: 'parts of any kind, cut anywhere in byteranges',
  },
  {
    types: ['application/octet-stream'],
    kind: 'unmaskable',
    charsets: 'any',
    reason: 'says nothing about its bytes; a guess could be wrong',
  },
  {
    types: ['image/*', 'audio/*', 'video/*', 'font/*', 'model/*', 'application/pdf', 'application/zip'],
    kind: 'unmaskable',
    charsets: 'any',
    reason: 'values can be drawn, spoken or compressed',
  },
  {
    types: ['application/protobuf', 'application/x-protobuf', 'application/grpc', 'application/cbor'],
    kind: 'unmaskable',
    charsets: 'any',
    reason: 'values in a binary frame: a replacement of another length would break it',
  },
  { types: ['*/*'], kind: 'unmaskable', charsets: 'any', reason: 'nobody has said how it is read' },
];

const UTF8_CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
const SINGLE_BYTE_CHARSETS: ReadonlySet<string> = new Set([
  'iso-8859-1',
  'iso8859-1',
  'latin1',
  'windows-1252',
  'cp1252',
]);

const unmaskable = (reason: string): BodyDecision => ({ kind: 'unmaskable', reason });

/** As `bodyDecisionOf`, the kind alone. */
export function bodyKindOf(contentType: string | undefined, firstBytes?: Uint8Array): BodyKind {
  return bodyDecisionOf(contentType, firstBytes).kind;
}

/**
 * Decides how a body is read. What can be read as text is JSON when it begins like JSON, so that its paths
 * count under any label; `unmaskable` stays so whatever the bytes are.
 *
 * @param contentType - The header's value; several lines joined by a comma are `unmaskable`.
 * @param firstBytes - Decoded bytes: as many as `sniffContent` needs to decide, or `SNIFF_SIZE`, or the whole
 *   body. Without them the label alone decides.
 */
export function bodyDecisionOf(contentType: string | undefined, firstBytes?: Uint8Array): BodyDecision {
  const labelled = recentDecisionOfLabel(contentType);
  const { kind } = labelled;
  // Both are checked by their own reader from the first byte on.
  if (firstBytes === undefined || kind === 'unmaskable' || kind === 'json' || kind === 'json-sequence') {
    return labelled;
  }
  // Fails closed: what is undecided after so many bytes is read as JSON, or refused by who does.
  const sniffed = sniffContent(firstBytes) ?? (firstBytes.length < SNIFF_SIZE ? 'text' : 'json');
  switch (sniffed) {
    case 'json':
      return { kind: 'json-sequence', reason: 'begins like JSON' };
    case 'foreign':
      return unmaskable('begins like UTF-16, UTF-32 or binary data');
    case 'text':
      return kind === 'none-given' ? { kind: 'text', reason: 'no Content-Type, and not JSON' } : labelled;
    default: {
      const unknown: never = sniffed;
      return unknown;
    }
  }
}

function decisionOfLabel(contentType: string | undefined): BodyDecision {
  if (contentType === undefined || /^[ \t]*$/.test(contentType)) {
    return { kind: 'none-given', reason: 'no Content-Type' };
  }
  const parsed = parseParameterized(contentType);
  const row = parsed === undefined ? undefined : rowOf(parsed.value);
  if (parsed === undefined || row === undefined) return unmaskable('Content-Type cannot be read');
  const charsets = parsed.parameters.filter(([name]) => name === 'charset');
  if (charsets.length > 1) return unmaskable('more than one charset');
  const charset = charsets[0]?.[1].toLowerCase();
  if (charset !== undefined && !isReadIn(row.charsets, charset)) {
    return unmaskable(`a charset that is not ${row.charsets}`);
  }
  return { kind: row.kind, reason: row.reason };
}

const recentDecisionOfLabel = remembering(decisionOfLabel);

function isReadIn(family: CharsetFamily, charset: string): boolean {
  if (family === 'any' || UTF8_CHARSETS.has(charset)) return true;
  return family === 'ascii-compatible' && SINGLE_BYTE_CHARSETS.has(charset);
}

/** @returns The row for `type/subtype` in lower case; `undefined` where it is no media type. */
function rowOf(mediaType: string): MediaTypeRow | undefined {
  const [type, subtype] = mediaType.split('/');
  if (type === undefined || subtype === undefined) return undefined;
  return mediaTypes.find(({ types }) => types.some((pattern) => matches(pattern, type, subtype)));
}

function matches(pattern: string, type: string, subtype: string): boolean {
  const [typePattern, subtypePattern = ''] = pattern.split('/');
  if (typePattern !== '*' && typePattern !== type) return false;
  if (subtypePattern.startsWith('*')) return subtype.endsWith(subtypePattern.slice(1));
  return subtypePattern === subtype;
}
