/** Bytes a body may take to show what it is; white space beyond them counts as JSON. */
export const SNIFF_SIZE = 512;

/** What bytes look like: JSON, some other text, or nothing that is ASCII-compatible text. */
export type SniffedContent = 'json' | 'text' | 'foreign';

const SPACE = '[ \\t\\r\\n]*';
const NUMBER = '-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?';
// An array of one number only could be "[1] a footnote", and "[ ]" an entry of a list: both are looked into
// as text. The last pattern are prefixes that keep browsers from running JSON as a script.
const JSON_BEGINS: readonly RegExp[] = [
  new RegExp(`^\\{${SPACE}["}]`),
  new RegExp(`^\\[${SPACE}(?:["{[]|(?:true|false|null|${NUMBER})${SPACE},)`),
  /^(?:\)\]\}'|while ?\(1\)|for ?\(;;\))/,
];
// What could still become one of them.
const JSON_MAY_BEGIN: readonly RegExp[] = [
  new RegExp(`^[{[]?${SPACE}$`),
  new RegExp(`^\\[${SPACE}(?:t|tr|tru|true|f|fa|fal|fals|false|n|nu|nul|null|[0-9.eE+-]+)${SPACE}$`),
  /^(?:\)\]?\}?|w|wh|whi|whil|while ?\(?1?|f|fo|for ?\(?;?;?)$/,
];

/** @returns What a body that begins with `bytes` is, or `undefined` when that takes more bytes. */
export function sniffContent(bytes: Uint8Array): SniffedContent | undefined {
  const [first, second] = bytes;
  if (first === undefined) return undefined;
  // In UTF-16 and UTF-32 one of the first two bytes belongs to a mark, or is zero beside an ASCII character.
  if (first === 0 || second === 0 || first >= 0xfe) return 'foreign';
  if (second === undefined) return undefined;
  if (hasControls(bytes)) return 'foreign';
  const window = Buffer.from(bytes.subarray(0, SNIFF_SIZE)).toString('latin1');
  const mark = '\xef\xbb\xbf';
  if (mark.startsWith(window)) return undefined;
  const text = (window.startsWith(mark) ? window.slice(mark.length) : window).replace(/^[ \t\r\n]+/, '');
  // RFC 7464: each text begins with a record separator.
  if (text.startsWith('\x1e') || JSON_BEGINS.some((pattern) => pattern.test(text))) return 'json';
  return JSON_MAY_BEGIN.some((pattern) => pattern.test(text)) ? undefined : 'text';
}

// Tab, line ends, form feed, escape (colours of terminals) and the record separator of RFC 7464.
const TEXT_CONTROLS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b, 0x1e]);

/** Whether the beginning holds control characters that no text has. */
function hasControls(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, SNIFF_SIZE);
  for (let at = 0; at < end; at++) if (bytes[at]! < 0x20 && !TEXT_CONTROLS.has(bytes[at]!)) return true;
  return false;
}
