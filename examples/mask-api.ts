// Masks what a JSON API answers: in the server itself, or in front of a client that must not see it all.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMasker } from 'wiremask';
import { createMaskingMiddleware, maskResponse } from 'wiremask/stream';

const masker = await createMasker({
  masking: {
    fields: [
      { path: '$..ssn', mask: 'partial', keepLast: 4 },
      { header: 'set-cookie', mask: 'redact' },
    ],
    detect: { mask: 'redact' },
  },
});
const mask = createMaskingMiddleware(masker);

const api: RequestListener = (_request, response) => {
  response.setHeader('content-type', 'application/json').setHeader('set-cookie', 'session=1');
  response.end('{"ssn":"219-09-9999","note":"Write to ada@example.com"}\n');
};

for (const listener of [
  api,
  ((request, response) => mask(request, response, () => api(request, response))) as typeof api,
]) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const masked = listener === api ? maskResponse(masker, response) : response;
  process.stdout.write(await masked.text());
  server.closeAllConnections();
  server.close();
}
