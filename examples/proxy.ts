// A masking proxy in front of one PostgreSQL server: `psql -h 127.0.0.1 -p 6432`.
import { connect, createServer } from 'node:net';
import { createMasker, type PostgresSession } from 'wiremask';
import { connectStreams } from 'wiremask/stream';

const masker = await createMasker({
  masking: {
    columns: [{ column: 'public.customers.ssn', mask: 'partial', keepLast: 4 }],
    detect: { mask: 'redact' },
  },
});
const catalog = masker.createCatalogStore();

const server = createServer({ allowHalfOpen: true, noDelay: true }, (downstream) => {
  const upstream = connect({ host: '127.0.0.1', port: 5432, noDelay: true });
  const session: PostgresSession = masker.postgres({
    catalog,
    // While another connection reads the catalog this one waits, and goes on without a chunk of its own.
    onOutput: (output) => streams.send(output),
  });
  const streams = connectStreams(session, {
    downstream,
    upstream,
    onEnd: (end) => {
      if (end.reason === 'failed') process.stderr.write(`${end.failure.message}\n`);
      // A peer that does not read its last bytes must not keep the sockets open.
      setTimeout(() => streams.destroy(), 5_000).unref();
    },
  });
});
server.listen(6432, '127.0.0.1');
