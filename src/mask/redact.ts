import { constantOfKind } from './constant-of-kind.ts';
import type { Masker, MaskerSpec, ValueKind } from './masker.ts';
import { redactionLabel } from './redaction-label.ts';

/** Replaces a value whole by the label, or by the constant of a kind that cannot hold one. */
export function createRedactMasker(spec: Extract<MaskerSpec, { mask: 'redact' }>): Masker {
  return {
    spec,
    isConstant: true,
    isConstantFor: () => true,
    replacement: (_value: string, kind: ValueKind, entity: string | undefined) =>
      constantOfKind(kind, redactionLabel(spec.label, entity)),
  };
}
