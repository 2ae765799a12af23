/** Label of a value redacted by a column rule. */
export const DEFAULT_REDACTION_LABEL = '[masked]';

/**
 * The label that stands for a redacted text: the custom one, `[masked:ENTITY]` for a finding, or
 * `[masked]` under a column rule.
 */
export function redactionLabel(label: string | undefined, entity: string | undefined): string {
  if (label !== undefined) return label;
  return entity === undefined ? DEFAULT_REDACTION_LABEL : `[masked:${entity}]`;
}

/** @returns `true` when `bytes[start, end)` holds a label that redaction writes. */
export type LabelMatcher = (bytes: Uint8Array, start: number, end: number) => boolean;

const LABEL_START = Buffer.from('[masked', 'latin1');
const COLON = 0x3a;
const CLOSING_BRACKET = 0x5d;

/**
 * Whether `bytes[start, end)` holds `[masked]` or `[masked:ENTITY]`: a client that sends one is writing
 * a masked value back. Labels cut to a short column length are not recognised.
 */
export function containsRedactionLabel(bytes: Uint8Array, start: number, end: number): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  for (let at = view.indexOf(LABEL_START); at >= 0; at = view.indexOf(LABEL_START, at + 1)) {
    if (endsAsLabel(view, at + LABEL_START.length)) return true;
  }
  return false;
}

// What follows `[masked`: `]`, or `:` and at least one of A-Z, 0-9, _ up to `]`.
function endsAsLabel(view: Buffer, start: number): boolean {
  if (view[start] === CLOSING_BRACKET) return true;
  if (view[start] !== COLON) return false;
  let at = start + 1;
  while (at < view.length && isEntityByte(view[at] as number)) at++;
  return at > start + 1 && view[at] === CLOSING_BRACKET;
}

function isEntityByte(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x5f;
}

/**
 * Compiles the check for written-back labels: the built-in ones and every custom label of the rules.
 *
 * @param labels - Custom labels; empty strings are ignored, since they are in every value.
 */
export function compileLabelMatcher(labels: readonly string[]): LabelMatcher {
  const needles = [...new Set(labels)].filter((label) => label !== '').map((label) => Buffer.from(label));
  if (needles.length === 0) return containsRedactionLabel;
  return (bytes, start, end) => {
    if (containsRedactionLabel(bytes, start, end)) return true;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    return needles.some((needle) => view.includes(needle));
  };
}
