import type { Masker, MaskerSpec } from './masker.ts';

/** Replaces every value by SQL NULL. */
export function createNullifyMasker(spec: Extract<MaskerSpec, { mask: 'nullify' }>): Masker {
  return { spec, isConstant: true, isConstantFor: () => true, replacement: () => null };
}
