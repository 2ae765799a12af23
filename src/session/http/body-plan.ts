import { UnsupportedError } from '../../errors.ts';
import { type HeaderField, valuesOf } from '../../wire/http/head.ts';
import type { ValueScan } from '../value-scan.ts';
import { CsvBody } from './bodies/csv-body.ts';
import { FormBody } from './bodies/form-body.ts';
import { GuessedBody } from './bodies/guessed-body.ts';
import { GuessedCsvBody } from './bodies/guessed-csv-body.ts';
import { JsonBody } from './bodies/json-body.ts';
import { SseBody } from './bodies/sse-body.ts';
import { TextBody } from './bodies/text-body.ts';
import type { BodyMasker } from './body-masker.ts';
import { CodedBody } from './coded-body.ts';
import { parseCodings } from './content-codings.ts';
import type { HttpContext } from './http-context.ts';
import { type BodyKind, bodyKindOf } from './media-types.ts';
import { UndecodedGuard } from './undecoded-guard.ts';

/** What happens to a body. */
export type BodyPlan =
  | { readonly action: 'forward' }
  | { readonly action: 'mask'; readonly body: BodyMasker };

/**
 * Decides by Content-Type and Content-Encoding.
 *
 * @throws {UnsupportedError} WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE for a kind of body that cannot be looked
 * into;
 *   WIREMASK_ERR_UNSUPPORTED_CODING for a coding this runtime does not know.
 */
export function planBody(fields: readonly HeaderField[], context: HttpContext, scan: ValueScan): BodyPlan {
  const types = valuesOf(fields, 'content-type');
  // Of several types a client may take any.
  const kind = types.length > 1 ? 'unmaskable' : bodyKindOf(types[0]);
  const isJson = kind === 'json' || kind === 'json-sequence';
  // Nothing is to be masked; what says it is JSON has to be, all the same.
  if (context.policy.isEmpty && (!isJson || valuesOf(fields, 'content-encoding').length > 0))
    return { action: 'forward' };
  if (kind === 'unmaskable') {
    if (context.policy.forwardsUnmaskableBodies) return { action: 'forward' };
    throw new UnsupportedError(
      'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE',
      types.length > 1 ? 'more than one Content-Type' : 'a body of this Content-Type cannot be masked',
    );
  }
  const codings = parseCodings(valuesOf(fields, 'content-encoding'));
  const created = createBody(kind, types[0], context, scan);
  // What is no JSON is refused there.
  const body = isJson ? created : new UndecodedGuard(created);
  return {
    action: 'mask',
    body: codings.length === 0 ? body : new CodedBody(codings, body, context.limits),
  };
}

/** @returns The masker of a kind of body. @param type - Its Content-Type. */
export function createBody(
  kind: Exclude<BodyKind, 'unmaskable'>,
  type: string | undefined,
  context: HttpContext,
  scan: ValueScan,
): BodyMasker {
  const { json, limits } = context;
  const { holdSizeMax, recordSizeMax } = limits;
  const createJson = (): JsonBody => new JsonBody(scan, json, false);
  const createSequence = (): JsonBody => new JsonBody(scan, json, true);
  const createText = (): BodyMasker => new TextBody(scan, { holdSizeMax });
  const guess = (createOther: () => BodyMasker): BodyMasker =>
    new GuessedBody(createSequence, createOther, json.places.hasRules);
  switch (kind) {
    case 'json':
      return createJson();
    case 'json-sequence':
      return createSequence();
    case 'sse':
      return new SseBody(scan, () => guess(createText), {
        eventSizeMax: recordSizeMax,
      });
    case 'form':
      return guess(() => new FormBody(scan, json.places));
    case 'csv': {
      const isTabbed = /tab-separated/i.test(type ?? '');
      const hasHeader = !/header\s*=\s*"?absent/i.test(type ?? '');
      const options = { hasHeader, recordSizeMax };
      return guess(() =>
        isTabbed
          ? new CsvBody(scan, json.places, { ...options, delimiter: '\t' })
          : new GuessedCsvBody(scan, json.places, options),
      );
    }
    case 'text':
    case 'none-given':
      return guess(createText);
    default:
      return kind satisfies never;
  }
}
