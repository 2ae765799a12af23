import { describe, expect, test } from 'vitest';
import { createWebStreams } from '../../src/stream/index.ts';
import { failing, failure, fakeSession } from './support/fake-session.ts';
import { answer, fromClient, loggedIn, usersSession } from './support/postgres-script.ts';
import { settle, unhandledRejections } from './support/streams.ts';

async function textOf(readable: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Writes until a write waits. @returns How many bytes were taken, and the write that waits. */
async function fill(
  writable: WritableStream<Uint8Array>,
): Promise<{ readonly size: number; readonly waiting: Promise<void> | undefined }> {
  const writer = writable.getWriter();
  for (let size = 0; size < 1_000_000; size += 10_000) {
    let isTaken = false;
    const waiting = writer.write(new Uint8Array(10_000)).then(() => {
      isTaken = true;
    });
    await settle();
    if (!isTaken) return { size, waiting };
  }
  return { size: 1_000_000, waiting: undefined };
}

describe('createWebStreams', () => {
  test('bytes written to one come out of it, and the end follows', async () => {
    const { fromDownstream, fromUpstream, done } = createWebStreams(fakeSession());
    const received = Promise.all([textOf(fromDownstream.readable), textOf(fromUpstream.readable)]);
    for (const [{ writable }, text] of [[fromDownstream, 'up'] as const, [fromUpstream, 'down'] as const]) {
      const writer = writable.getWriter();
      await writer.write(Buffer.from(text));
      await writer.close();
    }
    expect(await received).toEqual(['up', 'down']);
    await done;
  });

  test('what the session answers itself comes out of the other one', async () => {
    const session = fakeSession({
      fromDownstream: () => ({ toUpstream: [Buffer.from('up')], toDownstream: [Buffer.from('down')] }),
    });
    const { fromDownstream, fromUpstream } = createWebStreams(session);
    await fromDownstream.writable.getWriter().write(Buffer.from('anything'));
    await fromUpstream.writable.close();
    expect(await textOf(fromUpstream.readable)).toBe('down');
  });

  test('a reader that does not read holds the writer back, and not for good', async () => {
    const { fromUpstream } = createWebStreams(fakeSession());
    const { size, waiting } = await fill(fromUpstream.writable);
    expect(size).toBeLessThan(200_000);
    const reader = fromUpstream.readable.getReader();
    for (let read = 0; read <= size; read += 10_000) await reader.read();
    await waiting;
  });

  test('a client that does not take what its own bytes cause is held back', async () => {
    const session = fakeSession({ fromDownstream: (chunk) => ({ toUpstream: [], toDownstream: [chunk] }) });
    const { fromDownstream } = createWebStreams(session);
    expect((await fill(fromDownstream.writable)).size).toBeLessThan(200_000);
  });

  test('a failure closes both readable sides behind the last bytes and rejects both writable sides', async () => {
    const session = fakeSession({ fromUpstream: () => failing('last words') });
    const { fromDownstream, fromUpstream, done } = createWebStreams(session);
    const received = Promise.all([textOf(fromDownstream.readable), textOf(fromUpstream.readable)]);
    const silent = fromDownstream.writable.getWriter();
    await expect(fromUpstream.writable.getWriter().write(Buffer.from('anything'))).rejects.toBe(failure);
    await expect(silent.closed).rejects.toBe(failure);
    await expect(done).rejects.toBe(failure);
    expect(await received).toEqual(['', 'last words']);
  });

  test('a writer that waits for room hears of a failure', async () => {
    const { fromUpstream, send } = withSend(createWebStreams(fakeSession()));
    const { waiting } = await fill(fromUpstream.writable);
    const rejected = expect(waiting).rejects.toBe(failure);
    send(failing('last words'));
    await rejected;
  });

  test('a reader that goes away fails the other three ends, and tells the session', async () => {
    const session = fakeSession();
    const { fromDownstream, fromUpstream, done } = createWebStreams(session);
    const gone = new Error('gone');
    const silent = fromDownstream.writable.getWriter();
    const rejected = expect(silent.closed).rejects.toBe(gone);
    await fromUpstream.readable.cancel(gone);
    await rejected;
    await expect(textOf(fromDownstream.readable)).rejects.toBe(gone);
    await expect(done).rejects.toBe(gone);
    expect(session.ended).toEqual(['upstream']);
  });

  test('a writer that gives up fails the other three ends', async () => {
    const { fromDownstream, fromUpstream } = createWebStreams(fakeSession());
    const gone = new Error('gone');
    await fromDownstream.writable.abort(gone);
    await expect(textOf(fromUpstream.readable)).rejects.toBe(gone);
  });

  test('a failure nobody asks for is no unhandled rejection', async () => {
    const found = await unhandledRejections(async () => {
      const { fromUpstream, send } = withSend(createWebStreams(fakeSession()));
      send(failing('last words'));
      expect(await textOf(fromUpstream.readable)).toBe('last words');
    });
    expect(found).toEqual([]);
  });

  test('a PostgreSQL conversation is masked through two pipes', async () => {
    const client = new TransformStream<Uint8Array, Uint8Array>();
    const server = new TransformStream<Uint8Array, Uint8Array>();
    const { fromDownstream, fromUpstream } = createWebStreams(await usersSession());
    const atServer = textOf(client.readable.pipeThrough(fromDownstream));
    const atClient = textOf(server.readable.pipeThrough(fromUpstream));
    const clientWriter = client.writable.getWriter();
    const serverWriter = server.writable.getWriter();
    await clientWriter.write(fromClient);
    await serverWriter.write(loggedIn);
    await clientWriter.close();
    expect(await atServer).toContain('select id, ssn from users');
    await serverWriter.write(answer('123-45-6789'));
    await serverWriter.close();
    const received = await atClient;
    expect(received).toContain('[masked]');
    expect(received).not.toContain('123-45-6789');
  });
});

function withSend(streams: ReturnType<typeof createWebStreams>): {
  readonly fromUpstream: ReturnType<typeof createWebStreams>['fromUpstream'];
  readonly send: ReturnType<typeof createWebStreams>['send'];
} {
  return { fromUpstream: streams.fromUpstream, send: (output) => streams.send(output) };
}
