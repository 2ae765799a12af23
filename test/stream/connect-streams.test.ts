import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { MaskingSession } from '../../src/session/masking-session.ts';
import { connectStreams, type StreamsEnd } from '../../src/stream/index.ts';
import { failing, failure, fakeSession } from './support/fake-session.ts';
import { answer, fromClient, loggedIn, usersSession } from './support/postgres-script.ts';
import { readAll, settle, socketPair, TestStream, unhandledRejections } from './support/streams.ts';

const bufferedMax = 200_000;

async function connected(session: MaskingSession): Promise<{
  client: Socket;
  server: Socket;
  streams: ReturnType<typeof connectStreams>;
  ends: StreamsEnd[];
}> {
  const [downstream, client] = await socketPair();
  const [upstream, server] = await socketPair();
  const ends: StreamsEnd[] = [];
  const streams = connectStreams(session, { downstream, upstream, onEnd: (end) => ends.push(end) });
  return { client, server, streams, ends };
}

describe('connectStreams over sockets', () => {
  test('bytes pass in both directions, and both ends close the connection', async () => {
    const session = fakeSession();
    const { client, server, streams, ends } = await connected(session);
    const received = Promise.all([readAll(client), readAll(server)]);
    client.end('from the client');
    server.end('from the server');
    expect(await received).toEqual(['from the server', 'from the client']);
    await streams.done;
    expect(session.ended.toSorted()).toEqual(['downstream', 'upstream']);
    expect(ends).toEqual([{ reason: 'closed' }]);
  });

  test('a client that has ended its side still gets its answer', async () => {
    const { client, server, streams } = await connected(fakeSession());
    const atClient = readAll(client);
    client.end('question');
    expect(await readAll(server)).toBe('question');
    server.end('answer');
    expect(await atClient).toBe('answer');
    await streams.done;
  });

  test('a failure sends the last bytes, closes both sides and rejects with the error', async () => {
    const session = fakeSession({ fromUpstream: () => failing('last words') });
    const { client, server, streams, ends } = await connected(session);
    const received = Promise.all([readAll(client), readAll(server)]);
    server.write('anything');
    await expect(streams.done).rejects.toBe(failure);
    expect(await received).toEqual(['last words', '']);
    expect(ends).toEqual([{ reason: 'failed', failure }]);
  });

  test('a session that throws closes both sides and passes nothing', async () => {
    const session = fakeSession({
      fromUpstream: () => {
        throw failure;
      },
    });
    const { client, server, streams } = await connected(session);
    const atClient = readAll(client);
    server.write('anything');
    await expect(streams.done).rejects.toBe(failure);
    expect(await atClient).toBe('');
  });

  test('a connection reset closes the other side and rejects with the error of the socket', async () => {
    const session = fakeSession();
    const { client, server, streams, ends } = await connected(session);
    const atServer = readAll(server);
    await settle();
    client.resetAndDestroy();
    await expect(streams.done).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(ends).toMatchObject([{ reason: 'stream-error', side: 'downstream' }]);
    expect(session.ended).toEqual(['upstream']);
    await atServer;
  });

  test('a failure nobody listens to is no unhandled rejection', async () => {
    const found = await unhandledRejections(async () => {
      const session = fakeSession({ fromDownstream: () => failing('last words') });
      const { client } = await connected(session);
      client.write('anything');
      expect(await readAll(client)).toBe('last words');
    });
    expect(found).toEqual([]);
  });

  test('a client that pipelines and a server that writes before it reads do not wait for each other', async () => {
    const { client, server, streams } = await connected(fakeSession());
    const answerFactor = 2;
    server
      .on('data', (chunk: Buffer) => {
        if (!server.write(Buffer.alloc(chunk.length * answerFactor))) server.pause();
      })
      .on('drain', () => server.resume())
      .on('end', () => server.end());
    let received = 0;
    client.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    const sent = 20_000_000;
    client.end(Buffer.alloc(sent));
    await streams.done;
    await settle();
    expect(received).toBe(sent * answerFactor);
  });

  test('a PostgreSQL conversation is masked on its way', async () => {
    const { client, server, streams } = await connected(await usersSession());
    const atClient = readAll(client);
    const atServer = readAll(server);
    client.write(fromClient);
    server.write(loggedIn);
    await once(server, 'data');
    server.end(answer('123-45-6789'));
    client.end();
    await streams.done;
    expect(await atServer).toContain('select id, ssn from users');
    const received = await atClient;
    expect(received).toContain('[masked]');
    expect(received).not.toContain('123-45-6789');
  });

  test('a server that closes in the middle of a message is a failure', async () => {
    const { client, server, streams } = await connected(await usersSession());
    const atClient = readAll(client);
    client.write(fromClient);
    server.write(loggedIn);
    await once(server.resume(), 'data');
    server.end(answer('123-45-6789').subarray(0, -3));
    await expect(streams.done).rejects.toMatchObject({ code: 'WIREMASK_ERR_TRUNCATED' });
    expect(await atClient).not.toContain('123-45-6789');
  });
});

describe('connectStreams under back-pressure', () => {
  const endlessChunk = Buffer.alloc(10_000, 'x');

  test('a client that does not read stops the server from being read, and not for good', async () => {
    const downstream = new TestStream({ isStuck: true });
    const upstream = new TestStream({ endlessChunk });
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    await settle();
    const stoppedAt = upstream.givenSize;
    expect(stoppedAt).toBeLessThan(bufferedMax);
    await settle();
    expect(upstream.givenSize).toBe(stoppedAt);
    downstream.unstick();
    await settle();
    expect(upstream.givenSize).toBeGreaterThan(stoppedAt);
    streams.destroy();
  });

  test('a server that does not read stops the client from being read', async () => {
    const downstream = new TestStream({ endlessChunk });
    const upstream = new TestStream({ isStuck: true });
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    await settle();
    const stoppedAt = downstream.givenSize;
    expect(stoppedAt).toBeLessThan(bufferedMax);
    upstream.unstick();
    await settle();
    expect(downstream.givenSize).toBeGreaterThan(stoppedAt);
    streams.destroy();
  });

  test('a server that does not read is still read itself: it may have to write first', async () => {
    const downstream = new TestStream({ endlessChunk });
    const upstream = new TestStream({ isStuck: true });
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    await settle();
    upstream.push('an answer');
    await settle();
    expect(downstream.text).toBe('an answer');
    streams.destroy();
  });

  test('what the server causes to be sent back to it stops the client, not the server', async () => {
    const downstream = new TestStream({ endlessChunk });
    const upstream = new TestStream({ isStuck: true });
    const session = fakeSession({
      fromDownstream: () => ({ toUpstream: [], toDownstream: [] }),
      fromUpstream: (chunk) => ({ toUpstream: [Buffer.alloc(50_000)], toDownstream: [chunk] }),
    });
    const streams = connectStreams(session, { downstream, upstream });
    upstream.push('one');
    await settle();
    const stoppedAt = downstream.givenSize;
    upstream.push(' two');
    await settle();
    expect(downstream.text).toBe('one two');
    expect(downstream.givenSize).toBe(stoppedAt);
    streams.destroy();
  });

  test('a client that does not take what its own bytes cause is stopped', async () => {
    const downstream = new TestStream({ endlessChunk, isStuck: true });
    const upstream = new TestStream();
    const session = fakeSession({ fromDownstream: (chunk) => ({ toUpstream: [], toDownstream: [chunk] }) });
    const streams = connectStreams(session, { downstream, upstream });
    await settle();
    const stoppedAt = downstream.givenSize;
    expect(stoppedAt).toBeLessThan(bufferedMax);
    downstream.unstick();
    await settle();
    expect(downstream.givenSize).toBeGreaterThan(stoppedAt);
    streams.destroy();
  });

  test('output that no chunk has caused fills a side like any other', async () => {
    const downstream = new TestStream({ isStuck: true });
    const upstream = new TestStream({ endlessChunk });
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    streams.send({ toUpstream: [], toDownstream: [Buffer.alloc(50_000)] });
    await settle();
    expect(upstream.givenSize).toBeLessThan(bufferedMax);
    streams.destroy();
  });

  test('a failure behind bytes a client is slow to read still reaches it', async () => {
    const downstream = new TestStream({ isStuck: true });
    const upstream = new TestStream();
    const session = fakeSession({
      fromUpstream: (chunk) =>
        chunk[0] === 0 ? failing('last words') : { toUpstream: [], toDownstream: [chunk] },
    });
    const { done } = connectStreams(session, { downstream, upstream });
    upstream.push(Buffer.from('a row '));
    await settle();
    upstream.push(Buffer.from([0]));
    await settle();
    downstream.unstick();
    await expect(done).rejects.toBe(failure);
    expect(downstream.text).toBe('a row last words');
  });
});

describe('connectStreams and its streams', () => {
  test('several slices leave together', async () => {
    const downstream = new TestStream();
    const upstream = new TestStream();
    const slices = ['a', 'b', 'c'].map((text) => Buffer.from(text));
    const session = fakeSession({ fromUpstream: () => ({ toUpstream: [], toDownstream: slices }) });
    const streams = connectStreams(session, { downstream, upstream });
    upstream.push('anything');
    await settle();
    expect(downstream.batches).toEqual([3]);
    streams.destroy();
    await streams.done;
  });

  test('output given before reading begins goes out first', async () => {
    const downstream = new TestStream();
    const upstream = new TestStream();
    upstream.push('second');
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    streams.send({ toUpstream: [], toDownstream: [Buffer.from('first ')] });
    await settle();
    expect(downstream.text).toBe('first second');
    streams.destroy();
  });

  test('close sends what was already written, and nothing passes afterwards', async () => {
    const downstream = new TestStream({ isStuck: true });
    const upstream = new TestStream();
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    streams.send({ toUpstream: [], toDownstream: [Buffer.from('one'), Buffer.from(' two')] });
    streams.close();
    streams.send({ toUpstream: [], toDownstream: [Buffer.from(' three')] });
    upstream.push(' four');
    downstream.unstick();
    await streams.done;
    expect(downstream.text).toBe('one two');
    expect([downstream.destroyed, upstream.destroyed]).toEqual([true, true]);
  });

  test('output with a failure, given from outside, ends the connection', async () => {
    const downstream = new TestStream();
    const upstream = new TestStream();
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    streams.send(failing('last words'));
    await expect(streams.done).rejects.toBe(failure);
    expect(downstream.text).toBe('last words');
  });

  test('no listener stays behind', async () => {
    const downstream = new TestStream();
    const upstream = new TestStream();
    const before = downstream.eventNames();
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    expect(downstream.eventNames().length).toBeGreaterThan(before.length);
    streams.close();
    await streams.done;
    expect([downstream.eventNames(), upstream.eventNames()]).toEqual([before, before]);
  });

  test('a stream that is closed already closes the other one', async () => {
    const downstream = new TestStream();
    const upstream = new TestStream();
    upstream.destroy();
    await once(upstream, 'close');
    await connectStreams(fakeSession(), { downstream, upstream }).done;
    expect(downstream.destroyed).toBe(true);
  });

  test('an error of a stream after the end is nobody’s concern', async () => {
    const downstream = new TestStream({ isStuck: true });
    const upstream = new TestStream();
    const streams = connectStreams(fakeSession(), { downstream, upstream });
    streams.send({ toUpstream: [], toDownstream: [Buffer.from('one')] });
    streams.close();
    downstream.destroy(new Error('too late'));
    await streams.done;
  });
});
