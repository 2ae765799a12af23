import { createKeyedHashMasker } from './keyed-hash.ts';
import type { Masker, MaskerSpec } from './masker.ts';
import { createNullifyMasker } from './nullify.ts';
import { createPartialMasker } from './partial.ts';
import { createRedactMasker } from './redact.ts';
import { createReplaceMasker } from './replace.ts';

/**
 * The masker a rule asks for. Immutable and without state: share one between all columns and sessions.
 *
 * @param spec - Already validated: keep counts are non-negative integers, the key is not empty.
 */
export function createValueMasker(spec: MaskerSpec): Masker {
  switch (spec.mask) {
    case 'redact':
      return createRedactMasker(spec);
    case 'partial':
      return createPartialMasker(spec);
    case 'keyed-hash':
      return createKeyedHashMasker(spec);
    case 'nullify':
      return createNullifyMasker(spec);
    case 'replace':
      return createReplaceMasker(spec);
    default:
      return spec satisfies never;
  }
}
