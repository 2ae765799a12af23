import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { connectStreams, SocketReads } from '../../src/stream/index.ts';
import { fakeSession } from './support/fake-session.ts';
import { settle, socketPair } from './support/streams.ts';

const MIB = 1024 * 1024;

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A socket that reads with `reads`, and the other end of its connection. */
async function reading(reads: SocketReads): Promise<readonly [upstream: Socket, far: Socket]> {
  server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const accepted = once(server, 'connection');
  const upstream = connect({ port: address.port, host: '127.0.0.1', onread: reads.onread });
  const [far] = (await accepted) as [Socket];
  await once(upstream, 'connect');
  return [upstream, far];
}

/** No two 64 KiB of these are the same, so a buffer used too early shows. */
function distinctBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) bytes.writeInt32BE(Math.imul(at, 0x9e3779b1), at);
  return bytes;
}

const digest = (parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

describe('SocketReads', () => {
  test('memory is read into again only when a slow client has taken what was in it', async () => {
    const reads = new SocketReads();
    const [upstream, far] = await reading(reads);
    // With this much room reading goes on while much is still to be written.
    const [downstream, client] = await socketPair({ highWaterMark: 8 * MIB });
    connectStreams(fakeSession(), { downstream, upstream, upstreamReads: reads });
    const sent = distinctBytes(24 * MIB);
    far.end(sent);
    const received: Buffer[] = [];
    let size = 0;
    client.on('data', (chunk: Buffer) => {
      received.push(chunk);
      size += chunk.length;
      if (size % 7 !== 0) return;
      client.pause();
      setTimeout(() => client.resume(), 1);
    });
    await once(client, 'end');
    expect(size).toBe(sent.length);
    expect(digest(received)).toBe(digest([sent]));
    client.end();
  });

  test('what was read before the streams were connected comes first', async () => {
    const reads = new SocketReads();
    const [upstream, far] = await reading(reads);
    far.write('early ');
    await settle();
    const [downstream, client] = await socketPair();
    const streams = connectStreams(fakeSession(), { downstream, upstream, upstreamReads: reads });
    const [first] = (await once(client, 'data')) as [Buffer];
    far.write('late');
    const [second] = (await once(client, 'data')) as [Buffer];
    expect(Buffer.concat([first, second]).toString()).toBe('early late');
    streams.destroy();
    await streams.done;
  });

  test('a downstream that is no socket may keep what it was given', async () => {
    const reads = new SocketReads();
    const [upstream, far] = await reading(reads);
    const downstream = new PassThrough({ highWaterMark: 64 * MIB });
    const streams = connectStreams(fakeSession(), { downstream, upstream, upstreamReads: reads });
    // What the client would send is what it got: the other direction has nowhere to go.
    downstream.removeAllListeners('data').pause();
    const sent = distinctBytes(4 * MIB);
    far.write(sent);
    const received: Buffer[] = [];
    let size = 0;
    while (size < sent.length) {
      await settle();
      if (downstream.readableLength < sent.length) continue;
      const part = downstream.read() as Buffer;
      received.push(part);
      size += part.length;
    }
    expect(digest(received)).toBe(digest([sent]));
    streams.destroy();
    await streams.done;
  });

  test('what one client has not taken is not written over for the next one', async () => {
    const reads = new SocketReads();
    const [upstream, far] = await reading(reads);
    const clients: { readonly sent: Buffer; readonly client: Socket; size: number }[] = [];
    for (const [index, size] of [12 * MIB, 8 * MIB, 8 * MIB].entries()) {
      const [downstream, client] = await socketPair({ highWaterMark: 64 * MIB });
      client.pause();
      const own = { sent: distinctBytes(size).fill(index, 0, 1024), client, size: 0 };
      clients.push(own);
      const take = (chunk: Uint8Array): void => {
        own.size += chunk.length;
        downstream.write(chunk);
      };
      reads.attach(take, [downstream, upstream]);
      upstream.resume();
      far.write(own.sent);
      while (own.size < size) await settle();
      reads.detach();
    }
    for (const { sent, client } of clients) {
      const received: Buffer[] = [];
      let size = 0;
      client.on('data', (chunk: Buffer) => {
        received.push(chunk);
        size += chunk.length;
      });
      client.resume();
      while (size < sent.length) await settle();
      expect(digest(received)).toBe(digest([sent]));
    }
    upstream.destroy();
  });

  test('what the socket reads into at rest is not given to two chunks', async () => {
    const reads = new SocketReads();
    const [upstream, far] = await reading(reads);
    const [first, firstClient] = await socketPair();
    let size = 0;
    reads.attach(
      (chunk) => {
        size += chunk.length;
        first.write(chunk);
      },
      [first, upstream],
    );
    firstClient.resume();
    // Enough for large buffers, all of it written.
    far.write(distinctBytes(2 * MIB));
    while (size < 2 * MIB || first.writableLength > 0) await settle();
    reads.detach();
    // At rest nobody is written to.
    reads.attach(() => undefined, []);
    await settle();
    reads.detach();
    const [second, client] = await socketPair({ highWaterMark: 64 * MIB });
    client.pause();
    // From here on every write waits.
    const before = Buffer.alloc(16 * MIB);
    second.write(before);
    size = 0;
    reads.attach(
      (chunk) => {
        size += chunk.length;
        second.write(chunk);
      },
      [second, upstream],
    );
    const sent = distinctBytes(24 * MIB).fill(7, 0, 4096);
    far.write(sent);
    while (size < sent.length) await settle();
    const received: Buffer[] = [];
    let got = 0;
    client.on('data', (chunk: Buffer) => {
      received.push(chunk);
      got += chunk.length;
    });
    client.resume();
    while (got < before.length + sent.length) await settle();
    expect(digest(received)).toBe(digest([before, sent]));
    upstream.destroy();
  });

  test('the first read is small, and one that fills its buffer makes the next ones large', async () => {
    const reads = new SocketReads();
    const [upstream, far] = await reading(reads);
    const [downstream, client] = await socketPair();
    const sizes: number[] = [];
    const session = fakeSession({
      fromUpstream: (chunk) => {
        sizes.push(chunk.length);
        return { toUpstream: [], toDownstream: [chunk] };
      },
    });
    const streams = connectStreams(session, { downstream, upstream, upstreamReads: reads });
    client.resume();
    far.write(distinctBytes(2 * MIB));
    while (sizes.reduce((sum, size) => sum + size, 0) < 2 * MIB) await settle();
    expect(sizes[0]).toBe(4096);
    expect(Math.max(...sizes)).toBe(262_144);
    streams.destroy();
    await streams.done;
  });
});
