// A process: a reverse proxy of node:http that looks at nothing. Its argument is the upstream port; it prints
// where it listens.
import { Agent, createServer, request as requestOf } from 'node:http';

const upstreamPort = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true });
const server = createServer((request, response) => {
  const { method, url, headers } = request;
  const upstream = requestOf(
    { host: '127.0.0.1', port: upstreamPort, agent, method, path: url, headers },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      answer.pipe(response);
    },
  );
  upstream.on('error', () => response.destroy());
  request.pipe(upstream);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(`listens on 127.0.0.1:${address.port}`);
});
process.once('SIGTERM', () => process.exit(0));
