import type { Output } from '../../src/session/masking-session.ts';
import type { PostgresSession } from '../../src/session/postgres/session.ts';
import { message } from './raw-client.ts';
import { ScriptedServer } from './scripted-server.ts';
import { needles, scripts, statements } from './scripted-statements.ts';
import type { Scripts } from './scripted-values.ts';
import { type Heard, joinOutputs, keepOutput } from './session.ts';

/** Bytes that reach a session from one side. */
export interface Step {
  readonly side: 'downstream' | 'upstream';
  readonly bytes: Uint8Array;
}

/** Everything a session was given, in order. */
export type Conversation = readonly Step[];

/** The first packet of a client that is not asked for a password. */
export const startup: Buffer = message.startup({ user: 'app', database: 'shop' });

/** A conversation with a scripted server, as it went. */
export interface Talk {
  readonly steps: Conversation;
  readonly heard: Heard;
  readonly server: ScriptedServer;
  /** Without the answers to log-in. */
  readonly answers: Buffer;
}

/**
 * Lets a client talk to a scripted server through a session: it sends one turn, and the server answers it
 * whole before the next. The log-in comes first.
 */
export function talk(
  session: PostgresSession,
  turns: readonly (Uint8Array | readonly Uint8Array[])[],
  answers: Scripts = scripts,
): Talk {
  const server = new ScriptedServer(answers);
  const steps: Step[] = [];
  const outputs: Output[] = [];
  let loginSize = 0;
  for (const turn of [startup, ...turns]) {
    let step: Step = { side: 'downstream', bytes: Buffer.concat([turn].flat()) };
    for (;;) {
      steps.push(step);
      const output =
        step.side === 'downstream' ? session.fromDownstream(step.bytes) : session.fromUpstream(step.bytes);
      outputs.push(keepOutput(output));
      const answered = server.take(Buffer.concat(output.toUpstream));
      if (output.failure || answered.length === 0) break;
      step = { side: 'upstream', bytes: answered };
    }
    if (turn === startup) loginSize = joinOutputs(outputs).toDownstream.length;
    if (outputs.at(-1)?.failure) break;
  }
  const heard = joinOutputs(outputs);
  return { steps, heard, server, answers: heard.toDownstream.subarray(loginSize) };
}

/** Gives a session the steps of a conversation once more, each in the chunks `cut` makes of it. */
export function replay(
  session: PostgresSession,
  steps: Conversation,
  cut: (step: Step, index: number) => Iterable<Uint8Array> = ({ bytes }) => [bytes],
): Heard {
  const outputs: Output[] = [];
  for (const [index, step] of steps.entries()) {
    for (const chunk of cut(step, index)) {
      const output = step.side === 'downstream' ? session.fromDownstream(chunk) : session.fromUpstream(chunk);
      outputs.push(keepOutput(output));
      if (output.failure) return joinOutputs(outputs);
    }
  }
  return joinOutputs(outputs);
}

/** Bytes on their way, taken in pieces. */
class Pipe {
  #bytes: Buffer = Buffer.alloc(0);

  get length(): number {
    return this.#bytes.length;
  }

  add(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  take(size: number): Buffer {
    const taken = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    return taken;
  }
}

/** What may happen on the way of an interleaved conversation. */
export interface InterleaveOptions {
  /** Returns an integer in `[0, max)`: it decides over chunks and the order of the two directions. */
  readonly below: (max: number) => number;
  /** Changes an answer of the server before the session sees it; `undefined` ends the stream there. */
  readonly damage?: (answered: Buffer) => Buffer | undefined;
  /** Hears of everything the session is given. */
  readonly record?: (step: Step) => void;
}

/**
 * Lets a client that never waits talk to a scripted server. Ends when both are silent, the server's
 * stream was cut, or the session has failed.
 */
export function interleave(
  session: PostgresSession,
  client: Uint8Array,
  server: ScriptedServer,
  { below, damage = (answered) => answered, record }: InterleaveOptions,
): Heard {
  const down = new Pipe();
  const up = new Pipe();
  const outputs: Output[] = [];
  let hasEnded = false;
  down.add(client);
  while ((down.length > 0 && !hasEnded) || up.length > 0) {
    const isUp = down.length === 0 || hasEnded || (up.length > 0 && below(2) === 0);
    const pipe = isUp ? up : down;
    // Mostly long pieces, sometimes a few bytes.
    const chunk = pipe.take(1 + below(below(4) === 0 ? 4 : 2000));
    record?.({ side: isUp ? 'upstream' : 'downstream', bytes: chunk });
    const output = isUp ? session.fromUpstream(chunk) : session.fromDownstream(chunk);
    outputs.push(keepOutput(output));
    if (output.failure) break;
    const answered = server.take(Buffer.concat(output.toUpstream));
    if (answered.length === 0 || hasEnded) continue;
    const arriving = damage(answered);
    if (arriving === undefined) hasEnded = true;
    else up.add(arriving);
  }
  return joinOutputs(outputs);
}

const { query, parse, bind, describe, execute, close, sync, flush, copyData, copyDone, copyFail } = message;

/** Extended query of one statement with an unnamed statement and portal, as most drivers send it. */
export function extended(
  text: string,
  options: { readonly resultFormats?: readonly number[]; readonly values?: readonly (string | null)[] } = {},
): Buffer[] {
  return [parse('', text), bind(options), describe('P'), execute(), sync()];
}

/** What a client sends after log-in, by what it shows. A turn waits for the answers to the one before. */
export const clientTurns: Readonly<Record<string, readonly (readonly Buffer[])[]>> = {
  'simple query': [[query(statements.all)], [query(statements.cities)]],
  'several resultsets': [[query(statements.two)], [query('')]],
  'extended query, text': [extended(statements.all), extended(statements.cities)],
  'extended query, binary': [extended(statements.all, { resultFormats: [1] })],
  'extended query, a format per column': [extended(statements.all, { resultFormats: [0, 1, 0, 1, 1, 1] })],
  'named statement, executed again without Describe': [
    [parse('s', statements.ssnOfOne), describe('S', 's'), sync()],
    [bind({ statement: 's', values: ['1'] }), execute(), sync()],
    [bind({ statement: 's', values: ['2'], resultFormats: [1] }), execute(), close('S', 's'), sync()],
  ],
  'two portals in turns, with row limits': [
    [query(statements.begin)],
    [
      parse('a', statements.ssn),
      parse('b', statements.cities),
      bind({ portal: 'pa', statement: 'a' }),
      bind({ portal: 'pb', statement: 'b', resultFormats: [1] }),
      execute('pa', 2),
      execute('pb', 1),
      execute('pa', 2),
      execute('pb', 1),
      flush(),
    ],
    [execute('pa'), close('P', 'pa'), execute('pb'), sync()],
    [query(statements.commit)],
  ],
  'pipeline with an error in the middle': [
    [
      ...extended(statements.ssn).slice(0, -1),
      ...extended(statements.failing).slice(0, -1),
      ...extended(statements.cities),
      ...extended(statements.ssn),
    ],
  ],
  'failed transaction': [
    [query(statements.begin)],
    [query(statements.failingLate)],
    [query(statements.cities)],
    [query(statements.rollback)],
    [query(statements.cities)],
  ],
  'copy out, text': [[query(statements.copyText)], [query(statements.copyCities)]],
  'copy out, csv': [[query(statements.copyCsv)]],
  'copy out, binary': [[query(statements.copyBinary)]],
  'copy out of a query, extended': [extended(statements.copyQuery), [query(statements.cities)]],
  'copy in': [
    [query(statements.copyIn)],
    [copyData('4\tRome\n'), copyData('5\tBergen\n'), copyDone()],
    [query(statements.copyIn)],
    [copyFail('changed my mind')],
    [parse('', statements.copyIn), bind({}), execute(), sync()],
    [copyData('6\tKyoto\n'), copyDone(), sync()],
    [parse('', statements.copyIn), bind({}), execute(), sync()],
    [copyData('bad\n'), copyData('bad\n'), copyDone(), sync()],
    [query(statements.copyIn), copyData('bad\n'), copyDone()],
    [query(statements.ssn)],
  ],
  errors: [[query(statements.failing)], [query(statements.unique)], [query(statements.cityError)]],
  'notices and reports': [
    [query(statements.noticed)],
    [query(statements.setName)],
    [query(statements.report)],
    [query(statements.listen)],
  ],
  cursors: [
    [query(statements.begin)],
    [query(statements.declare)],
    [query(statements.fetch)],
    [execute('c', 1), sync()],
    [query(statements.commit)],
  ],
  'cursor names taken again': [
    [query(statements.begin)],
    [query(statements.declareCities)],
    [execute('c', 1), query(statements.close), query(statements.onesAndDeclare)],
    [describe('P', 'c'), execute('c', 1), sync()],
    [query(statements.close), parse('', statements.ones), bind({ portal: 'c' }), execute('c'), flush()],
    [query(statements.close), query(statements.declareComputed)],
    [execute('c', 1), sync(), query(statements.commit)],
    [query(statements.begin), query(statements.declareOnes), query(statements.rollback)],
    [query(statements.begin), parse('', statements.computed), bind({ portal: 'c' }), sync()],
    [query(statements.fetch), query(statements.commit)],
  ],
  'statement names taken again': [
    [query(statements.prepareOnes), query(statements.execute), query(statements.deallocate)],
    [query(statements.onesAndPrepare), bind({ statement: 'p' }), describe('P'), execute(), sync()],
    [close('S', 'p'), parse('p', statements.failing), bind({ statement: 'p' }), execute(), sync()],
  ],
  'SQL PREPARE': [
    [query(statements.prepare)],
    [query(statements.execute)],
    [bind({ statement: 'p' }), execute(), sync()],
  ],
  'views, whole rows, computed columns, strangers': [
    [query(statements.view)],
    [query(statements.wholeRow)],
    [query(statements.computed)],
    extended(statements.computed),
    [query(statements.stranger)],
    extended(statements.update),
  ],
  refusals: [
    [query('do $$ begin end $$')],
    extended('create table copy as select ssn from public.u'),
    [message.functionCall(1, ['a'])],
    [query(statements.cities)],
  ],
};

/** @returns The first planted value found in these bytes. */
export function leakedNeedle(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  return needles.find((needle) => text.includes(needle));
}
