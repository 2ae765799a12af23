import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { createMaskingTransforms } from '../../src/stream/index.ts';
import { failing, failure, fakeSession } from './support/fake-session.ts';
import { answer, fromClient, loggedIn, usersSession } from './support/postgres-script.ts';
import { readAll, settle, socketPair, unhandledRejections } from './support/streams.ts';

/** Writes for as long as the stream wants more. @returns How many bytes it took. */
async function fill(stream: Duplex): Promise<number> {
  const chunk = Buffer.alloc(10_000, 'x');
  let size = 0;
  for (let turn = 0; turn < 100; turn++) {
    if (stream.writableNeedDrain) break;
    stream.write(chunk);
    size += chunk.length;
    await settle();
  }
  return size;
}

describe('createMaskingTransforms', () => {
  test('bytes written to one come out of it', async () => {
    const { fromDownstream, fromUpstream, done } = createMaskingTransforms(fakeSession());
    fromDownstream.end('up');
    fromUpstream.end('down');
    expect(await Promise.all([readAll(fromDownstream), readAll(fromUpstream)])).toEqual(['up', 'down']);
    await done;
  });

  test('what the session answers itself comes out of the other one', async () => {
    const session = fakeSession({
      fromDownstream: () => ({ toUpstream: [Buffer.from('up')], toDownstream: [Buffer.from('down')] }),
    });
    const { fromDownstream, fromUpstream } = createMaskingTransforms(session);
    fromDownstream.end('anything');
    fromUpstream.end();
    expect(await Promise.all([readAll(fromDownstream), readAll(fromUpstream)])).toEqual(['up', 'down']);
  });

  test('a reader that does not read holds the writer back, and not for good', async () => {
    const { fromUpstream } = createMaskingTransforms(fakeSession());
    expect(await fill(fromUpstream)).toBeLessThan(200_000);
    expect(fromUpstream.writableNeedDrain).toBe(true);
    fromUpstream.resume();
    await settle();
    expect(fromUpstream.writableNeedDrain).toBe(false);
  });

  test('a client that does not take what its own bytes cause is held back', async () => {
    const session = fakeSession({ fromDownstream: (chunk) => ({ toUpstream: [], toDownstream: [chunk] }) });
    const { fromDownstream, fromUpstream } = createMaskingTransforms(session);
    expect(await fill(fromDownstream)).toBeLessThan(200_000);
    fromUpstream.resume();
    await settle();
    expect(fromDownstream.writableNeedDrain).toBe(false);
  });

  test('a failure ends both behind the last bytes and destroys both with the error', async () => {
    const session = fakeSession({ fromUpstream: () => failing('last words') });
    const { fromDownstream, fromUpstream, done } = createMaskingTransforms(session);
    const errors: unknown[] = [];
    for (const stream of [fromDownstream, fromUpstream]) stream.on('error', (error) => errors.push(error));
    const received = Promise.all([readAll(fromDownstream), readAll(fromUpstream)]);
    fromUpstream.write('anything');
    fromUpstream.write('dropped');
    await expect(done).rejects.toBe(failure);
    expect(await received).toEqual(['', 'last words']);
    await settle();
    expect(errors).toEqual([failure, failure]);
  });

  test('a stream destroyed before its end takes the other one with it, and tells the session', async () => {
    const session = fakeSession();
    const { fromDownstream, fromUpstream, done } = createMaskingTransforms(session);
    for (const stream of [fromDownstream, fromUpstream]) stream.on('error', () => undefined);
    fromDownstream.destroy(new Error('gone'));
    await expect(done).rejects.toThrow('gone');
    await settle();
    expect(fromUpstream.destroyed).toBe(true);
    expect(session.ended).toEqual(['upstream']);
  });

  test('output that no chunk has caused comes out', async () => {
    const transforms = createMaskingTransforms(fakeSession());
    transforms.send({ toUpstream: [Buffer.from('up')], toDownstream: [] });
    transforms.fromDownstream.end();
    expect(await readAll(transforms.fromDownstream)).toBe('up');
  });

  test('a failure nobody asks for is no unhandled rejection', async () => {
    const found = await unhandledRejections(async () => {
      const { fromDownstream, fromUpstream } = createMaskingTransforms(
        fakeSession({ end: () => failing('last words') }),
      );
      fromDownstream.on('error', () => undefined);
      fromUpstream.on('error', () => undefined);
      fromDownstream.end();
      expect(await readAll(fromUpstream)).toBe('last words');
    });
    expect(found).toEqual([]);
  });

  test('a PostgreSQL conversation is masked through two pipelines', async () => {
    const [downstream, client] = await socketPair();
    const [upstream, server] = await socketPair();
    const { fromDownstream, fromUpstream } = createMaskingTransforms(await usersSession());
    const pipelines = Promise.all([
      pipeline(downstream, fromDownstream, upstream),
      pipeline(upstream, fromUpstream, downstream),
    ]);
    const atClient = readAll(client);
    const atServer = readAll(server);
    client.end(fromClient);
    server.write(loggedIn);
    expect(await atServer).toContain('select id, ssn from users');
    server.end(answer('123-45-6789'));
    await pipelines;
    const received = await atClient;
    expect(received).toContain('[masked]');
    expect(received).not.toContain('123-45-6789');
  });
});
