import { beforeAll, describe, expect, it } from 'vitest';
import {
  backendActions,
  frontendActions,
  startupActions,
} from '../../../src/session/postgres/message-actions.ts';
import { backend, backendName, frontend, frontendName } from '../../../src/wire/postgres/message-types.ts';
import { frame } from '../../support/raw-client.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { openReady } from './ready-session.ts';

describe('the decision tables', () => {
  it('decide about every message type of the protocol and about no other', () => {
    expect([...backendActions.keys()].sort()).toEqual(Object.values(backend).sort());
    expect([...frontendActions.keys()].sort()).toEqual(Object.values(frontend).sort());
  });

  it('name every type as the specification does', () => {
    for (const [type, { name }] of backendActions) {
      expect(name.replace('*', '')).toBe(backendName(type));
    }
    for (const [type, { name }] of frontendActions) expect(name).toBe(frontendName(type));
  });

  it('give a reason for everything', () => {
    const entries = [...backendActions.values(), ...frontendActions.values(), ...startupActions];
    for (const { reason } of entries) expect(reason).toMatch(/\S.{5}/);
  });

  it('decide about every packet that comes before log-in', () => {
    expect(startupActions.map(({ name }) => name).sort()).toEqual([
      'CancelRequest',
      'GSSENCRequest',
      'SSLRequest',
      'StartupMessage',
    ]);
  });
});

describe('a message type that is in no table', () => {
  let masked: SessionFactory;
  let empty: SessionFactory;
  const types = Array.from({ length: 256 }, (_, type) => type);

  beforeAll(async () => {
    masked = await createSessionFactory(sampleMasking);
    empty = await createSessionFactory({});
  });

  it.each(['masked', 'empty'])('is refused in both directions (%s policy)', (policy) => {
    const factory = policy === 'masked' ? masked : empty;
    for (const type of types.filter((t) => !backendActions.has(t))) {
      const output = openReady(factory).fromUpstream(frame(String.fromCharCode(type), Buffer.of(1, 2)));
      expect(output.failure?.code, `backend ${type}`).toBe('WIREMASK_ERR_MESSAGE_TYPE');
    }
    for (const type of types.filter((t) => !frontendActions.has(t))) {
      const output = openReady(factory).fromDownstream(frame(String.fromCharCode(type), Buffer.of(1, 2)));
      expect(output.failure?.code, `frontend ${type}`).toBe('WIREMASK_ERR_MESSAGE_TYPE');
      expect(output.toUpstream, `frontend ${type}`).toEqual([]);
    }
  });

  it.each(['masked', 'empty'])('is refused as soon as its header is there (%s policy)', (policy) => {
    const factory = policy === 'masked' ? masked : empty;
    const header = Buffer.from([0x21, 0, 1, 0, 0]);
    for (const side of ['fromUpstream', 'fromDownstream'] as const) {
      const session = openReady(factory);
      const first = session[side](header);
      const output = first.failure ? first : session[side](Buffer.alloc(0x10000));
      expect(output.failure?.code, side).toBe('WIREMASK_ERR_MESSAGE_TYPE');
    }
  });

  it('is refused during log-in, too', () => {
    const session = masked.open();
    session.fromDownstream(frame('', Buffer.from([0, 3, 0, 0, 0])));
    expect(session.fromUpstream(frame('!', Buffer.of(0))).failure?.code).toBe('WIREMASK_ERR_MESSAGE_TYPE');
  });
});
