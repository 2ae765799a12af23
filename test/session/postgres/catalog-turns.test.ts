import { beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../../src/session/masking-session.ts';
import type { CatalogStore } from '../../../src/session/postgres/catalog/catalog-store.ts';
import type { PostgresSession } from '../../../src/session/postgres/session.ts';
import { startup } from '../../support/conversation.ts';
import { message } from '../../support/raw-client.ts';
import { ScriptedServer } from '../../support/scripted-server.ts';
import { sampleSnapshot, scripts, statements } from '../../support/scripted-statements.ts';
import { answer } from '../../support/scripted-values.ts';
import { createSessionFactory, type SessionFactory, sampleMasking } from '../../support/session.ts';
import { showMessages } from '../../support/show-bytes.ts';

let factory: SessionFactory;

beforeAll(async () => {
  factory = await createSessionFactory(sampleMasking);
});

/** One connection: a session, its server, and what has come out for the client. */
class Connection {
  readonly session: PostgresSession;
  readonly server = new ScriptedServer(scripts);
  /** What the server has said and the session has not seen. */
  unread: Buffer = Buffer.alloc(0);
  heard: Buffer = Buffer.alloc(0);
  failure: Output['failure'];

  constructor(store: CatalogStore, isPatient = true) {
    const onOutput = isPatient ? (output: Output): void => this.take(output) : undefined;
    this.session = factory.open({ store, limits: { heldBytesMax: 100 }, ...(onOutput ? { onOutput } : {}) });
  }

  take(output: Output): void {
    this.heard = Buffer.concat([this.heard, ...output.toDownstream]);
    this.failure ??= output.failure;
    this.unread = Buffer.concat([this.unread, this.server.take(Buffer.concat(output.toUpstream))]);
  }

  send(bytes: Uint8Array): void {
    this.take(this.session.fromDownstream(bytes));
  }

  /** Lets the session read what its server says now, and leaves what it says then. */
  readOnce(): void {
    const bytes = this.unread;
    this.unread = Buffer.alloc(0);
    this.take(this.session.fromUpstream(bytes));
  }

  /** Lets the session read everything its server says. */
  read(): void {
    while (this.unread.length > 0 && !this.failure) this.readOnce();
  }

  get hasAskedForCatalog(): boolean {
    return this.server.texts.some((text) => text.includes('pg_catalog'));
  }

  get kinds(): string {
    return showMessages(this.heard)
      .map((line) => line[0])
      .join('');
  }
}

describe('the first session of a store', () => {
  it('reads the catalog at the end of log-in, before the client hears of it', () => {
    const store = factory.createStore();
    const connection = new Connection(store);
    connection.send(startup);
    connection.readOnce();
    expect(connection.kinds).toBe('RSSK');
    expect(store.isLoading).toBe(true);
    expect(connection.session.isReady).toBe(false);
    connection.read();
    expect(connection.kinds).toBe('RSSKZ');
    expect(connection.session.isReady).toBe(true);
    expect(store.readCount).toBe(1);
  });

  it('leaves nothing of its own behind on the connection', () => {
    const connection = new Connection(factory.createStore());
    connection.send(startup);
    connection.read();
    const { received } = connection.server;
    const names = (type: string): string[] =>
      received.filter((m) => m.type === type).map(({ body }) => body.toString('latin1').split('\0')[0]!);
    const [name, ...others] = new Set(names('P'));
    expect(name).toMatch(/^wiremask_/);
    expect(others).toEqual([]);
    expect(new Set(names('C'))).toEqual(new Set([`S${name}`]));
    expect(received.at(-1)?.type).toBe('S');
    expect(received.at(-2)).toMatchObject({ type: 'C' });
  });

  it('holds what the client sends meanwhile, and sends it on afterwards', () => {
    const connection = new Connection(factory.createStore());
    connection.send(Buffer.concat([startup, message.query(statements.begin)]));
    connection.read();
    expect(connection.server.texts.at(-1)).toBe(statements.begin);
    expect(connection.kinds).toBe('RSSKZCZ');
  });

  it('fails when the client sends more than heldBytesMax meanwhile, and lets others read', () => {
    const store = factory.createStore();
    const connection = new Connection(store);
    connection.send(startup);
    connection.readOnce();
    expect(store.isLoading).toBe(true);
    connection.take(connection.session.fromDownstream(Buffer.alloc(101)));
    expect(connection.failure?.code).toBe('WIREMASK_ERR_HELD_BYTES');
    expect(store.isLoading).toBe(false);
    expect(store.isDue).toBe(true);
  });

  it('passes notifications and settings on while it reads, and swallows notices', () => {
    const connection = new Connection(factory.createStore());
    connection.send(startup);
    connection.readOnce();
    const asynchronous = [
      answer.notification(1, 'news', ''),
      answer.parameterStatus('in_hot_standby', 'on'),
      answer.notice('00000', 'ours'),
    ];
    connection.take(connection.session.fromUpstream(Buffer.concat(asynchronous)));
    expect(connection.kinds).toBe('RSSKAS');
  });

  it('goes on without a catalog when the server refuses to give it, and masks what it does not know', () => {
    const store = factory.createStore();
    const session = factory.open({ store });
    session.fromDownstream(startup);
    const login = new ScriptedServer(scripts).take(startup);
    session.fromUpstream(login);
    const refused = [answer.error('42501', 'permission denied for table pg_class'), answer.readyForQuery()];
    const output = session.fromUpstream(Buffer.concat(refused));
    expect(showMessages(Buffer.concat(output.toDownstream))).toEqual(['Z I']);
    expect(store.current).toBeUndefined();
    session.fromDownstream(message.query(statements.cities));
    const columns = answer.rowDescription([{ name: 'name', type: 'text', tableOid: 20_003, attribute: 2 }]);
    const row = answer.dataRow([Buffer.from('Oslo')]);
    const masked = session.fromUpstream(Buffer.concat([columns, row]));
    expect(Buffer.concat(masked.toDownstream).includes('Oslo')).toBe(false);
  });
});

describe('a second session of the same store', () => {
  it('waits while the first reads, and asks nothing itself', () => {
    const store = factory.createStore();
    const first = new Connection(store);
    const second = new Connection(store);
    for (const connection of [first, second]) connection.send(startup);
    first.readOnce();
    second.read();
    expect(second.kinds).toBe('RSSK');
    second.send(message.query(statements.begin));
    expect(second.hasAskedForCatalog).toBe(false);
    expect(second.server.texts).toEqual([]);
    first.read();
    expect(first.kinds).toBe('RSSKZ');
    second.read();
    expect(second.kinds).toBe('RSSKZCZ');
    expect(second.hasAskedForCatalog).toBe(false);
    expect(second.server.texts).toEqual([statements.begin]);
    expect(store.readCount).toBe(1);
  });

  it('reads itself when nobody takes output that no chunk has caused', () => {
    const store = factory.createStore();
    const first = new Connection(store);
    const second = new Connection(store, false);
    first.send(startup);
    first.readOnce();
    second.send(startup);
    second.read();
    expect(second.hasAskedForCatalog).toBe(true);
    expect(second.session.isReady).toBe(true);
  });

  it.each(['end', 'failure'])('takes over when the first dies (%s)', (how) => {
    const store = factory.createStore();
    const first = new Connection(store);
    const second = new Connection(store);
    first.send(startup);
    first.readOnce();
    second.send(startup);
    second.read();
    expect(second.hasAskedForCatalog).toBe(false);
    if (how === 'end') first.session.end('upstream');
    else first.session.fromUpstream(Buffer.from('!\0\0\0\x03'));
    expect(second.hasAskedForCatalog).toBe(true);
    second.read();
    expect(second.session.isReady).toBe(true);
    expect(store.readCount).toBe(1);
  });

  it('that has ended is not woken', () => {
    const store = factory.createStore();
    const first = new Connection(store);
    const second = new Connection(store);
    first.send(startup);
    first.readOnce();
    second.send(startup);
    second.read();
    second.take(second.session.fromUpstream(Buffer.from('!\0\0\0\x03')));
    expect(second.failure).toBeDefined();
    const { length } = second.heard;
    first.session.end('downstream');
    expect(second.heard.length).toBe(length);
    expect(second.server.texts).toEqual([]);
  });
});

describe('after DDL', () => {
  it('columns called clean are in doubt until the new catalog is there, for sessions in a transaction', () => {
    const store = factory.createStore();
    store.finishLoading(sampleSnapshot);
    const busy = new Connection(store);
    const defining = new Connection(store);
    for (const connection of [busy, defining]) {
      connection.send(startup);
      connection.read();
    }
    busy.send(message.query(statements.begin));
    busy.read();
    defining.send(message.query('create view public.city_v as select 1 as x'));
    defining.read();
    defining.send(message.query(statements.begin));
    expect(store.isLoading).toBe(true);
    busy.heard = Buffer.alloc(0);
    busy.send(message.query(statements.cities));
    busy.read();
    expect(busy.heard.includes('Oslo')).toBe(false);
    defining.server.isClosed = true;
    store.finishLoading(sampleSnapshot);
    busy.send(message.query(statements.cities));
    busy.read();
    expect(busy.heard.includes('Oslo')).toBe(true);
  });

  it('an idle session waits for the new catalog', () => {
    const store = factory.createStore();
    const first = new Connection(store);
    const second = new Connection(store);
    for (const connection of [first, second]) {
      connection.send(startup);
      connection.read();
    }
    store.markStale();
    first.send(message.query(statements.begin));
    expect(store.isLoading).toBe(true);
    second.send(message.query(statements.cities));
    expect(second.server.texts).not.toContain(statements.cities);
    first.read();
    second.read();
    expect(second.server.texts.at(-1)).toBe(statements.cities);
    expect(store.readCount).toBe(2);
  });

  it('the next idle moment reads the catalog again, between two statements', () => {
    const store = factory.createStore();
    const connection = new Connection(store);
    connection.send(startup);
    connection.read();
    connection.send(message.query('create table public.fresh (x int)'));
    connection.read();
    expect(store.isStale).toBe(true);
    connection.send(message.query(statements.begin));
    connection.read();
    expect(store.readCount).toBe(2);
    expect(connection.server.texts.at(-1)).toBe(statements.begin);
    expect(connection.kinds).toBe('RSSKZEZCZ');
  });
});
