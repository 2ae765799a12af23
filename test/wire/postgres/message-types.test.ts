import { describe, expect, it } from 'vitest';
import { backend, backendName, frontend, frontendName } from '../../../src/wire/postgres/message-types.ts';

describe('backend', () => {
  it('has exactly the types of protocol 3.0 and 3.2', () => {
    const types = Object.values(backend).map((type) => String.fromCharCode(type));
    expect(types.toSorted().join('')).toBe('123ACDEGHIKNRSTVWZcdnstv');
  });

  it('is named as in the specification', () => {
    expect(backendName(backend.dataRow)).toBe('DataRow');
    expect(backendName(0x31)).toBe('ParseComplete');
    expect(backendName(0x51)).toBeUndefined();
  });
});

describe('frontend', () => {
  it('has exactly the types of protocol 3.0 and 3.2', () => {
    const types = Object.values(frontend).map((type) => String.fromCharCode(type));
    expect(types.toSorted().join('')).toBe('BCDEFHPQSXcdfp');
  });

  it('is named as in the specification', () => {
    expect(frontendName(0x51)).toBe('Query');
    expect(frontendName(frontend.copyFail)).toBe('CopyFail');
    expect(frontendName(0x00)).toBeUndefined();
  });
});
