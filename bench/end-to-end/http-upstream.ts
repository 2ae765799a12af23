// A process: a small JSON API. It prints where it listens.
import { createServer } from 'node:http';

const person = (id: number): object => ({
  id,
  name: `Ada Lovelace ${id}`,
  city: 'Reykjavik',
  active: id % 2 === 0,
  score: id * 1.5,
  address: { street: '12 Long Road', zip: `N1 ${id}` },
  note: 'left at the door, please ring twice before leaving',
});
const bodyOf = (count: number): Buffer =>
  Buffer.from(JSON.stringify(Array.from({ length: count }, (_, id) => person(id))));

const bodies: ReadonlyMap<string, Buffer> = new Map([
  ['/4k', bodyOf(23)],
  ['/10m', bodyOf(56_000)],
]);
const FIRST_EVENT = `data: ${JSON.stringify(person(0))}\n\n`;

const server = createServer((request, response) => {
  const body = bodies.get(request.url ?? '');
  if (body !== undefined) {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
    return;
  }
  // An event stream that goes on for a while after its first event.
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write(FIRST_EVENT);
  setTimeout(() => response.end('data: end\n\n'), 100);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`listens on 127.0.0.1:${address.port}`);
});
process.once('SIGTERM', () => process.exit(0));
