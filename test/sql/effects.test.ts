import { describe, expect, it } from 'vitest';
import { effectOfKind, statementEffects } from '../../src/sql/effects.ts';

describe('statementEffects', () => {
  it('a kind of statement nobody has classified is opaque', () => {
    expect(effectOfKind('InventedStmt')).toBe('opaque');
    expect(effectOfKind('')).toBe('opaque');
    expect(effectOfKind('toString')).toBe('opaque');
  });

  it("every statement of PostgreSQL 18's grammar is classified", () => {
    // 117 structures of the grammar end in Stmt; RawStmt, SetOperationStmt and ReplicaIdentityStmt are no
    // statements.
    expect(statementEffects.size).toBe(114);
  });
});
