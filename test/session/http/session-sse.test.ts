import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { HttpSession } from '../../../src/session/http/session.ts';
import { readHttpMessages } from '../../support/http-reader.ts';
import { bodyOf, get, httpSessions, ok, play, sized, withHead } from '../../support/http-session.ts';

const open = await httpSessions({
  fields: [{ path: '$..ssn', mask: 'redact' }],
  detect: { mask: 'redact', label: '[gone]' },
});
const mail = 'canary@qz7vkp.com';
const head = ok('text/event-stream', 'Cache-Control: no-cache');

const masked = (body: string): string => bodyOf(open, sized(head, body));

describe('an event stream', () => {
  it.each(['\n', '\r\n', '\r'])('line ends %j: every other byte stays', (end) => {
    const lines = [': comment', 'retry:10', 'event: a', 'id: 7', 'data:{"ssn":"canary", "n":1.0}', '', ''];
    const other = ['data: plain', 'data', 'x: y', '', 'data: [DONE]', '', ''];
    const body = [...lines, ...other].join(end);
    expect(masked(body)).toBe(body.replace('canary', '[masked]'));
  });

  it('a value over several data lines', () => {
    expect(masked('data: {"ssn":\ndata: "canary",\ndata: "n":1}\n\n')).toBe(
      'data: {"ssn":\ndata: "[masked]",\ndata: "n":1}\n\n',
    );
    expect(masked(`data: write to\ndata: ${mail}\ndata: now\n\n`)).toBe(
      'data: write to\ndata: [gone]\ndata: now\n\n',
    );
  });

  it('comments, event names and ids are looked into', () => {
    expect(masked(`: ${mail}\nevent: ${mail}\nid: ${mail}\ndata: 1\n\n`)).not.toContain('canary');
  });

  it('an event without its end is masked all the same', () => {
    expect(masked('data: {"ssn":"canary"}')).toBe('data: {"ssn":"[masked]"}');
    expect(masked(`data: 1\n\ndata: ${mail}\n`)).toBe('data: 1\n\ndata: [gone]\n');
  });

  it('coded: what is complete can be read at once', () => {
    const session = open();
    const encoder = zlib.gzipSync('data: {"ssn":"canary"}\n\n', { finishFlush: zlib.constants.Z_SYNC_FLUSH });
    const response = withHead([...head, 'Content-Encoding: gzip'], '');
    const { down } = play(session, [
      ['client', get],
      ['server', response],
      ['server', encoder],
    ]);
    const start = down.indexOf('\r\n', down.indexOf('\r\n\r\n') + 4) + 2;
    const finishFlush = zlib.constants.Z_SYNC_FLUSH;
    expect(zlib.gunzipSync(down.subarray(start), { finishFlush }).toString()).toBe(
      'data: {"ssn":"[masked]"}\n\n',
    );
  });
});

describe('texts told in deltas', () => {
  const delta = (content: string): string =>
    `data: {"choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}}}]}\n\n`;

  /** The text a client puts together. */
  function told(body: string): string {
    return body
      .split('\n\n')
      .filter((event) => event.startsWith('data: {'))
      .map((event) => JSON.parse(event.slice(6)) as { choices: [{ delta: { content: string } }] })
      .map(({ choices: [{ delta: piece }] }) => piece.content)
      .join('');
  }

  const pieces = ['Write', ' to can', 'ary', '@qz7', 'vkp.c', 'om now', ', or', ' not', '.'];
  const stream = pieces.map(delta).join('');

  it('a value over several events is found; the events stay', () => {
    const out = masked(`${stream}data: [DONE]\n\n`);
    expect(told(out)).toBe('Write to [gone] now, or not.');
    expect(out.split('\n\n')).toHaveLength(pieces.length + 2);
  });

  const begun = (session: HttpSession): HttpSession => {
    play(session, [
      ['client', get],
      ['server', withHead(head, '')],
    ]);
    return session;
  };

  it('events are held while a value may go on, and let go when asked', () => {
    const session = begun(open());
    expect(session.isHolding).toBe(false);
    const first = play(session, [['server', delta('see ')]]);
    expect(first.down.toString()).toContain('see ');
    expect(session.isHolding).toBe(false);
    const second = play(session, [['server', delta('canary@qz')]]);
    expect(second.down).toHaveLength(0);
    expect(session.isHolding).toBe(true);
    const flushed = Buffer.concat(session.flushHeld().toDownstream).toString();
    expect(flushed).toContain('"content"');
    expect(session.isHolding).toBe(false);
    expect(session.flushHeld()).toEqual({ toUpstream: [], toDownstream: [] });
  });

  it('what is complete when it is let go is masked', () => {
    const session = begun(open());
    const parts = [`mail ${mail.slice(0, 9)}`, mail.slice(9)].map(
      (text) => play(session, [['server', delta(text)]]).down,
    );
    const flushed = Buffer.concat([...parts, ...session.flushHeld().toDownstream]).toString();
    expect(flushed).not.toContain('canary');
    expect(flushed).toContain('[gone]');
  });

  it('what is held leaves with the end of the connection', () => {
    const turns = [
      ['client', get],
      ['server', withHead(head, stream.slice(0, stream.indexOf('om now')) + 'om"}}]}\n\n')],
      ['close', 'upstream'],
    ] as const;
    const [message] = readHttpMessages(play(open(), turns).down);
    expect(message?.isComplete).toBe(true);
    expect(told(message!.body)).toBe('Write to [gone]');
  });

  it('nothing is held without detectors', async () => {
    const rules = await httpSessions({ fields: [{ path: '$..ssn', mask: 'redact' }] });
    const session = begun(rules());
    const { down } = play(session, [['server', delta('canary@qz')]]);
    expect(down.toString()).toContain('canary@qz');
    expect(session.isHolding).toBe(false);
  });
});
