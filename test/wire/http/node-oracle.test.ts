import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestHead, ResponseHead } from '../../../src/wire/http/head.ts';
import { mutations } from '../../support/properties.ts';
import { type NodeMessage, readRequestsWithNode, readResponseWithNode } from './node-reader.ts';
import { bytesOf, type ReadMessage, readRequests, readResponses } from './read-messages.ts';
import { bodylessResponse, validRequest, validResponse } from './valid-messages.ts';

function shownRequest({ head, body, trailers }: ReadMessage<RequestHead>): NodeMessage {
  return { line: `${head.method} ${head.target}`, fields: head.fields, body, trailers: trailers ?? [] };
}

function shownResponse({ head, body, trailers }: ReadMessage<ResponseHead>): NodeMessage {
  return { line: `${head.status} ${head.reason}`, fields: head.fields, body, trailers: trailers ?? [] };
}

async function expectSameResponse(text: string, method: string): Promise<void> {
  const { messages, code } = readResponses([bytesOf(text)], method);
  expect(code).toBeUndefined();
  const last = messages.at(-1)!;
  expect(await readResponseWithNode(bytesOf(text), method)).toEqual(shownResponse(last));
}

describe("Node's own parser", () => {
  it('reads the same pipelined requests', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(validRequest, { minLength: 1, maxLength: 4 }), async (all) => {
        const bytes = bytesOf(all.join(''));
        const { messages, code } = readRequests([bytes]);
        expect(code).toBeUndefined();
        expect(messages).toHaveLength(all.length);
        expect(await readRequestsWithNode(bytes)).toEqual(messages.map(shownRequest));
      }),
      { numRuns: 150 },
    );
  });

  it('reads the same responses', async () => {
    await fc.assert(
      fc.asyncProperty(validResponse, async (text) => await expectSameResponse(text, 'GET')),
      { numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(bodylessResponse, async ([method, text]) => await expectSameResponse(text, method)),
      { numRuns: 30 },
    );
  });

  it('never reads another message where ours takes one that is damaged', async () => {
    let taken = 0;
    for (const [index, text] of fc.sample(fc.tuple(validRequest, validRequest), 40).entries()) {
      for (const bytes of mutations(bytesOf(text.join('')), index, 20)) {
        const { messages } = readRequests([bytes]);
        const ours = messages.filter(({ trailers }) => trailers !== undefined).map(shownRequest);
        const nodes = await readRequestsWithNode(bytes);
        const shared = Math.min(ours.length, nodes.length);
        expect(nodes.slice(0, shared)).toEqual(ours.slice(0, shared));
        taken += shared;
      }
    }
    expect(taken).toBeGreaterThan(300);
  });
});
