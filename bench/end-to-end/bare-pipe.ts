// A process: a hop that does nothing. Its argument is the upstream port; it prints where it listens.
import { connect, createServer } from 'node:net';

const upstreamPort = Number(process.argv[2]);
const server = createServer({ allowHalfOpen: true, noDelay: true }, (downstream) => {
  const upstream = connect({ host: '127.0.0.1', port: upstreamPort, allowHalfOpen: true, noDelay: true });
  downstream.pipe(upstream);
  upstream.pipe(downstream);
  for (const [socket, other] of [
    [downstream, upstream],
    [upstream, downstream],
  ] as const) {
    socket.on('error', () => other.destroy());
    socket.on('close', () => other.destroy());
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`listens on 127.0.0.1:${address.port}`);
});
// An orderly exit, so that a profiler can write its file.
process.once('SIGTERM', () => process.exit(0));
