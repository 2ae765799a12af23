import { canonicalOfKind } from './canonical-of-kind.ts';
import type { Masker, MaskerSpec, ValueKind } from './masker.ts';

/** Replaces every value by one fixed string where the kind can hold it, by SQL NULL where it cannot. */
export function createReplaceMasker(spec: Extract<MaskerSpec, { mask: 'replace' }>): Masker {
  return {
    spec,
    isConstant: true,
    isConstantFor: () => true,
    replacement: (_value: string, kind: ValueKind) => canonicalOfKind(spec.value, kind),
  };
}
