import { UnsupportedError } from '../../errors.ts';
import { type Coding, codingOf, supportedCodings } from './coding-methods.ts';
import { trimBlanks } from './header-values.ts';

export { type Coding, type CodingStream, supportedCodings } from './coding-methods.ts';
export { createDecoder, type DecoderLimits } from './content-decoder.ts';
export { createEncoder, type EncoderOptions, type EncodingStream } from './content-encoder.ts';

const CODINGS_MAX = 3;

/**
 * Reads `Content-Encoding`.
 *
 * @param values - One per header line.
 * @returns In the order they were applied; without `identity`, which says nothing.
 * @throws {UnsupportedError} WIREMASK_ERR_UNSUPPORTED_CODING for an unknown coding, or more than three.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export function parseCodings(values: readonly string[]): readonly Coding[] {
  const names = values
    .flatMap((value) => value.split(','))
    .map((name) => trimBlanks(name).toLowerCase())
    .filter((name) => name !== '' && name !== 'identity');
  const codings = names.map(codingOf).filter((coding) => coding !== undefined);
  if (codings.length < names.length || codings.length > CODINGS_MAX) {
    const problem =
      codings.length < names.length ? 'unknown content coding' : `more than ${CODINGS_MAX} content codings`;
    throw new UnsupportedError('WIREMASK_ERR_UNSUPPORTED_CODING', problem);
  }
  return codings;
}

// RFC 9110 section 12.4.2.
const WEIGHT = /^q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$/i;
const NO_WEIGHT = /^0(?:\.0*)?$/;

/**
 * Narrows `Accept-Encoding` to what can be decoded here, so that the server picks nothing else. `*` becomes
 * the supported codings that are not named, with its weight; members nobody can read are left out.
 *
 * @param values - One per header line.
 * @returns A value for the one line to send. Never empty: without that header a server may pick any coding.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 */
export function filterAcceptEncoding(values: readonly string[]): string {
  const members = values.flatMap((value) => value.split(',')).map(readMember);
  const named = new Set(members.map((member) => codingOf(member?.name ?? '')));
  const kept = members.flatMap((member) => {
    if (member === undefined) return [];
    const { name, weight } = member;
    if (name === 'identity' || codingOf(name) !== undefined) return [withWeight(name, weight)];
    if (name !== '*') return [];
    // `*;q=0` forbids: it can stay as it is.
    if (weight !== undefined && NO_WEIGHT.test(weight)) return [withWeight('*', weight)];
    return supportedCodings
      .filter((coding) => !named.has(coding))
      .map((coding) => withWeight(coding, weight));
  });
  return kept.length === 0 ? 'identity' : kept.join(', ');
}

interface AcceptedCoding {
  readonly name: string;
  /** As written; `undefined` stands for 1. */
  readonly weight: string | undefined;
}

function readMember(text: string): AcceptedCoding | undefined {
  const [name = '', ...parameters] = text.split(';').map(trimBlanks);
  if (parameters.length > 1) return undefined;
  const [parameter] = parameters;
  const weight = parameter === undefined ? undefined : WEIGHT.exec(parameter)?.[1];
  if (parameter !== undefined && weight === undefined) return undefined;
  return { name: name.toLowerCase(), weight };
}

function withWeight(name: string, weight: string | undefined): string {
  return weight === undefined ? name : `${name};q=${weight}`;
}
