import { describe, expect, it } from 'vitest';
import { framingOfRequest } from '../../../src/wire/http/body-framing.ts';
import { decodeRequestHead } from '../../../src/wire/http/head.ts';
import { MessageReader } from '../../../src/wire/http/message-reader.ts';
import { everySplit, oneByteAtATime } from '../../support/properties.ts';
import { bytesOf, readRequests, readResponses } from './read-messages.ts';
import { smuggledRequests, smuggledResponses } from './smuggling-corpus.ts';

// Every split of the long ones would only take time.
const splitSizeMax = 512;

describe('what two readers could read differently', () => {
  it.each(smuggledRequests)('a request with %s is refused', (_, text, code) => {
    const bytes = bytesOf(text);
    const whole = readRequests([bytes]);
    expect(whole.code).toBe(code);
    expect(whole.messages.every(({ trailers }) => trailers === undefined)).toBe(true);
    expect(readRequests(oneByteAtATime(bytes))).toEqual(whole);
    if (bytes.length > splitSizeMax) return;
    for (const chunks of everySplit(bytes)) expect(readRequests(chunks)).toEqual(whole);
  });

  it.each(smuggledResponses)('a response with %s is refused', (_, text, code) => {
    const bytes = bytesOf(text);
    const whole = readResponses([bytes]);
    expect(whole.code).toBe(code);
    expect(readResponses(oneByteAtATime(bytes))).toEqual(whole);
    for (const chunks of everySplit(bytes)) expect(readResponses(chunks)).toEqual(whole);
  });

  it('no error tells what was read', () => {
    for (const [name, text] of smuggledRequests) {
      const bytes = bytesOf(text.replaceAll(/[Xya]/g, 'CANARY'));
      const handler = { head: framingOfRequest, data: () => {}, end: () => {} };
      const reader = new MessageReader(decodeRequestHead, handler, { headerSizeMax: 8192, emptyLinesMax: 2 });
      try {
        reader.push(bytes);
      } catch (error) {
        expect(String(error), name).not.toContain('CANARY');
      }
    }
  });
});
