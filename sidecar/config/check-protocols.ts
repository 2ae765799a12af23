import { checkMasking, isBlock } from './check-masking.ts';
import type { ConfigPath, Report } from './problem.ts';

type Block = Readonly<Record<string, unknown>>;
type Protocol = 'postgres' | 'http';

/** Keys of a masking block that mean something in one protocol only. */
const OWN_KEYS: Readonly<Record<Protocol, readonly string[]>> = {
  postgres: [
    'columns',
    'unattributed',
    'dangerouslyAllowOpaqueStatements',
    'dangerouslyAllowCopiesOfProtectedColumns',
    'dangerouslyForwardUnreadableStatements',
    'dangerouslyAllowMaskedValuesWrittenBack',
  ],
  http: ['fields', 'requestBodies', 'dangerouslyForwardUnmaskableBodies'],
};

/** @returns Keys of a masking block that mean nothing in this protocol. */
export function keysOfOther(protocol: Protocol): readonly string[] {
  return OWN_KEYS[protocol === 'http' ? 'postgres' : 'http'];
}

const RULES: Readonly<Record<Protocol, string>> = { postgres: 'columns', http: 'fields' };

/** Checks every masking block, by itself and against the protocols of the listeners that use it. */
export function checkMaskingBlocks(data: Block, report: Report): void {
  const listeners: readonly unknown[] = Array.isArray(data['listeners']) ? data['listeners'] : [];
  const shared = new Set<unknown>();
  for (const [index, listener] of listeners.entries()) {
    if (!isBlock(listener)) continue;
    const { protocol, masking } = listener;
    if (masking === undefined) {
      shared.add(protocol);
      continue;
    }
    const at = ['listeners', index, 'masking'];
    checkMasking(masking, at, new Set([protocol]), report);
    checkKeys(masking, at, new Set([protocol]), report);
  }
  const { masking } = data;
  checkMasking(masking, ['masking'], shared, report);
  checkKeys(masking, ['masking'], shared, report);
  if (shared.size < 2) return;
  for (const [index, listener] of listeners.entries()) {
    if (!isBlock(listener) || listener['masking'] !== undefined) continue;
    checkShare(listener['protocol'], masking, ['listeners', index], report);
  }
}

// What no listener could ever apply is a mistake; a block shared by both protocols has keys of both.
function checkKeys(masking: unknown, at: ConfigPath, protocols: ReadonlySet<unknown>, report: Report): void {
  if (!isBlock(masking)) return;
  for (const [own, other] of [
    ['postgres', 'http'],
    ['http', 'postgres'],
  ] as const) {
    if (!protocols.has(other) || protocols.has(own)) continue;
    checkSkippedColumns(masking, other, at, report);
    for (const key of OWN_KEYS[own].filter((name) => masking[name] !== undefined)) {
      const fix = key === RULES[own] ? `write ${RULES[other]}: instead` : 'remove it';
      report({ at: [...at, key], on: 'key', message: `never applies to protocol: ${other}: ${fix}` });
    }
  }
}

function checkSkippedColumns(masking: Block, protocol: Protocol, at: ConfigPath, report: Report): void {
  const { detect } = masking;
  if (protocol !== 'http' || !isBlock(detect) || detect['dangerouslySkipColumns'] === undefined) return;
  const message = 'never applies to protocol: http: remove it';
  report({ at: [...at, 'detect', 'dangerouslySkipColumns'], on: 'key', message });
}

// A listener that gets rules of the other protocol only would mask nothing, and nobody would notice.
function checkShare(protocol: unknown, masking: unknown, at: ConfigPath, report: Report): void {
  if (!isBlock(masking) || (protocol !== 'postgres' && protocol !== 'http')) return;
  const own = RULES[protocol];
  const other = RULES[protocol === 'http' ? 'postgres' : 'http'];
  if (masking['detect'] !== undefined || masking[own] !== undefined || masking[other] === undefined) return;
  const reason = `masks nothing, since ${other}: never apply to protocol: ${protocol}`;
  const fix = `add ${own}: or detect: at masking, or a masking: block here`;
  report({ at, message: `${reason}: ${fix}` });
}
