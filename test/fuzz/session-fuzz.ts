import { inspect } from 'node:util';
import { WiremaskError } from '../../src/errors.ts';
import type { PostgresSession } from '../../src/session/postgres/session.ts';
import {
  clientTurns,
  extended,
  interleave,
  leakedNeedle,
  replay,
  type Step,
  startup,
} from '../support/conversation.ts';
import { mutations, SeededRandom } from '../support/properties.ts';
import { backendMessages, frame, message } from '../support/raw-client.ts';
import { ScriptedServer } from '../support/scripted-server.ts';
import { scripts, statements } from '../support/scripted-statements.ts';
import type { Heard, SessionFactory } from '../support/session.ts';

/**
 * What is damaged, and so what may be claimed.
 *
 * `order`: well-formed messages of the client in any order, with a server that tells the truth. The session
 * does not fail while such a server goes on, the client gets the same kinds of messages as without a
 * session between, and no protected value. Where a COPY FROM STDIN fails, only the last holds:
 * whether the server takes a Sync for part of the copy is then a race that a session cannot see.
 *
 * `client`: any bytes of the client, with the same server. No protected value may reach the client; unless
 * the session fails, it gets the same kinds of messages.
 *
 * `server`: the server's stream is cut, rows come twice, DataRows and RowDescriptions are lost, and bytes
 * inside rows change, but never so that a value stands under another origin than its own: RowDescriptions
 * are lost or kept, never altered; a COPY row is never lost, since it may be the header line behind which
 * the next row would hide; only rows with a protected value are damaged, and of their sizes only the last,
 * since another would move a value to the next column. No protected value may reach the client.
 *
 * `anything`: any bytes of the server. It may then call a protected value a clean one, which no session could
 * see, so only errors, sizes and time are claimed.
 */
export type FuzzMode = 'order' | 'client' | 'server' | 'anything';

/** Something that must not happen. The steps reproduce it with a new session. */
export interface FuzzFinding {
  readonly seed: number;
  readonly mode: FuzzMode;
  readonly problem: string;
  readonly steps: readonly { readonly side: Step['side']; readonly hex: string }[];
}

/** What many conversations came to. */
export interface FuzzSummary {
  readonly runs: number;
  readonly seconds: number;
  /** How the conversations ended: error codes, or `no failure`. */
  readonly ends: ReadonlyMap<string, number>;
  readonly findings: readonly FuzzFinding[];
}

const modes: readonly FuzzMode[] = ['order', 'client', 'server', 'anything'];
const turnsList = Object.values(clientTurns);
const texts: readonly string[] = Object.values(statements);
const names: readonly string[] = ['', '', 's', 'a', 'p', 'c'];
const runTimeMaxMs = 2000;
const findingsMax = 20;

/** Runs `runs` conversations with the seeds `firstSeed`, `firstSeed + 1`, ... */
export function fuzzSessions(factory: SessionFactory, firstSeed: number, runs: number): FuzzSummary {
  const ends = new Map<string, number>();
  const findings: FuzzFinding[] = [];
  const started = performance.now();
  for (let seed = firstSeed; seed < firstSeed + runs && findings.length < findingsMax; seed++) {
    const { end, finding } = fuzzOnce(factory, seed);
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (finding) findings.push(finding);
  }
  return { runs, seconds: (performance.now() - started) / 1000, ends, findings };
}

/** One damaged conversation. The same seed gives the same one. */
export function fuzzOnce(
  factory: SessionFactory,
  seed: number,
): { readonly end: string; readonly finding: FuzzFinding | undefined } {
  const random = new SeededRandom(seed);
  const below = (max: number): number => random.below(max);
  const mode = modes[below(modes.length)]!;
  const client = clientOf(mode, below);
  const steps: Step[] = [];
  const session = factory.open({ limits: { pendingStatementsMax: 200, messageSizeMax: 1_000_000 } });
  const server = new ScriptedServer(scripts);
  const started = performance.now();
  let problem: string | undefined;
  let end = 'no failure';
  try {
    const damage = mode === 'server' || mode === 'anything' ? damageOf(mode, below) : undefined;
    const heard = interleave(session, client, server, {
      below,
      ...(damage ? { damage } : {}),
      record: (step) => steps.push(step),
    });
    end = heard.failure?.code ?? end;
    problem = checkHeard(session, heard, steps, mode);
    if (damage === undefined) problem ??= checkKinds(session, heard, client, mode);
  } catch (error) {
    problem = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  if (performance.now() - started > runTimeMaxMs) problem ??= `took longer than ${runTimeMaxMs} ms`;
  return { end, finding: problem === undefined ? undefined : findingOf(seed, mode, problem, steps) };
}

/** Replays the steps of a finding. @returns What is wrong, or `undefined`. */
export function checkSteps(factory: SessionFactory, { mode, steps }: FuzzFinding): string | undefined {
  const session = factory.open({ limits: { pendingStatementsMax: 200, messageSizeMax: 1_000_000 } });
  const given = steps.map(({ side, hex }) => ({ side, bytes: Buffer.from(hex, 'hex') }));
  return checkHeard(session, replay(session, given), given, mode);
}

function findingOf(seed: number, mode: FuzzMode, problem: string, steps: readonly Step[]): FuzzFinding {
  const written = steps.map(({ side, bytes }) => ({ side, hex: Buffer.from(bytes).toString('hex') }));
  return { seed, mode, problem, steps: written };
}

function checkHeard(
  session: PostgresSession,
  heard: Heard,
  steps: readonly Step[],
  mode: FuzzMode,
): string | undefined {
  const { failure } = heard;
  // What is not one of our errors is wrapped in this one: a foreign exception.
  if (failure?.code === 'WIREMASK_ERR_MASKING') return `foreign exception: ${String(failure.cause)}`;
  if (failure && !(failure instanceof WiremaskError)) return 'a failure of a foreign class';
  if (failure && !throwsAgain(session, failure)) return 'a failed session goes on';
  const sizeIn = steps.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const sizeOut = heard.toUpstream.length + heard.toDownstream.length;
  if (sizeOut > 64 * sizeIn + 4096) return `${sizeOut} bytes out of ${sizeIn}`;
  if (mode === 'anything') return undefined;
  // Everything an error carries: message, stack, fields, and what caused it.
  const told = failure ? inspect(failure, { depth: 6, showHidden: true }) : '';
  const report = JSON.stringify([...session.report.masked, ...session.report.refused, told]);
  const needle = leakedNeedle(heard.toDownstream) ?? leakedNeedle(Buffer.from(report));
  return needle === undefined ? undefined : `shows ${needle}`;
}

function throwsAgain(session: PostgresSession, failure: WiremaskError): boolean {
  try {
    session.fromUpstream(Buffer.from('Z'));
  } catch (error) {
    return error === failure;
  }
  return false;
}

// Without refusals a client sees the same kinds of messages as without a session. Reports of settings may be
// left out.
function checkKinds(
  session: PostgresSession,
  heard: Heard,
  client: Buffer,
  mode: FuzzMode,
): string | undefined {
  const server = new ScriptedServer(scripts);
  const direct = kindsOf(server.take(client));
  if (server.hasFailedInCopy) return undefined;
  const { failure } = heard;
  if (failure) {
    const isByDesign = failure.message === 'Sync between the rows of COPY FROM STDIN';
    const isOwnFault = mode === 'order' && !server.isClosed && !isByDesign;
    return isOwnFault ? `failed where the server goes on: ${failure.message}` : undefined;
  }
  if (session.report.refused.size > 0) return undefined;
  const masked = kindsOf(heard.toDownstream);
  return direct === masked ? undefined : `the client saw ${masked} instead of ${direct}`;
}

function kindsOf(bytes: Buffer): string {
  return backendMessages(bytes)
    .map(({ type }) => type)
    .filter((type) => type !== 'S')
    .join('');
}

type Below = (max: number) => number;

function someTurns(below: Below): Buffer[] {
  return Array.from({ length: 1 + below(2) }, () => turnsList[below(turnsList.length)]!.flat()).flat();
}

// Well-formed messages with names and texts from a small stock, so that they mean something to each other.
function anyMessage(below: Below): Buffer {
  const name = names[below(names.length)]!;
  const statement = names[below(names.length)]!;
  const text = texts[below(texts.length)]!;
  const formats = [[], [0], [1], [1, 0], [0, 1, 0, 1, 0, 1]][below(5)]!;
  switch (below(14)) {
    case 0:
    case 1:
      return message.query(text);
    case 2:
      return message.parse(name, text);
    case 3:
      return message.bind({ portal: name, statement, resultFormats: formats });
    case 4:
      return message.describe('S', name);
    case 5:
      return message.describe('P', name);
    case 6:
      return message.execute(name, below(3));
    case 7:
      return message.close(below(2) === 0 ? 'S' : 'P', name);
    case 8:
      return message.sync();
    case 9:
      return message.flush();
    case 10:
      return message.copyData(below(2) === 0 ? '7\tLima\n' : 'bad');
    case 11:
      return message.copyDone();
    case 12:
      return message.copyFail('enough');
    default:
      return extended(text, { resultFormats: formats })[below(5)]!;
  }
}

function clientOf(mode: FuzzMode, below: Below): Buffer {
  const messages = someTurns(below);
  if (mode === 'order' || mode === 'client') reorder(messages, below);
  const whole = Buffer.concat(messages);
  if (mode !== 'client') return Buffer.concat([startup, whole]);
  return below(20) === 0
    ? Buffer.concat([mutated(startup, below), whole])
    : Buffer.concat([startup, mutated(whole, below)]);
}

// Whole messages change their order, come twice, get lost or strange company.
function reorder(messages: Buffer[], below: Below): void {
  for (let edits = below(8); edits > 0; edits--) {
    const at = below(messages.length);
    const other = below(messages.length);
    const kind = below(6);
    if (kind === 0) messages.splice(at, 1);
    else if (kind === 1) messages.splice(other, 0, ...messages.slice(at, at + 1));
    else if (kind === 2) messages.splice(other, 0, ...messages.splice(at, 1));
    else messages.splice(at, 0, anyMessage(below));
  }
}

function mutated(bytes: Uint8Array, below: Below): Buffer {
  const [result] = mutations(bytes, below(0x7fffffff), 1);
  return Buffer.from(result!);
}

function damageOf(mode: FuzzMode, below: Below): (answered: Buffer) => Buffer | undefined {
  let left = 1 + below(3);
  return (answered) => {
    if (left === 0 || below(3) > 0) return answered;
    left--;
    return mode === 'anything' ? mutated(answered, below) : damagedTruthfully(answered, below);
  };
}

function damagedTruthfully(answered: Buffer, below: Below): Buffer | undefined {
  if (below(10) === 0) return undefined;
  const messages = backendMessages(answered).map(({ type, body }) => ({ type, body }));
  if (messages.length === 0) return answered;
  const at = below(messages.length);
  const { type, body } = messages[at]!;
  const bytes = frame(type, body);
  const isRow = type === 'D' || type === 'd';
  if (isRow && below(3) === 0) messages.splice(at, 0, messages[at]!);
  else if ((type === 'D' || type === 'T') && below(2) === 0) messages.splice(at, 1);
  else if (type === 'D' && leakedNeedle(bytes) !== undefined) {
    messages[at] = { type, body: damagedRow(body, below) };
  }
  return Buffer.concat(messages.map((message) => frame(message.type, message.body)));
}

// The count, a byte inside a cell, the size of the last cell, or the end of the row.
function damagedRow(body: Buffer, below: Below): Buffer {
  const row = Buffer.from(body);
  const sizesAt: number[] = [];
  for (let at = 2; at + 4 <= row.length; at += 4 + Math.max(0, row.readInt32BE(at))) sizesAt.push(at);
  const last = sizesAt.at(-1);
  if (last === undefined) return row;
  const cellAt = sizesAt[below(sizesAt.length)]!;
  const size = row.readInt32BE(cellAt);
  switch (below(4)) {
    case 0:
      row.writeUInt16BE(below(0x10000), 0);
      return row;
    case 1:
      // Not in a document: another key is another path, which no rule may name.
      if (size > 0 && !row.subarray(cellAt, cellAt + size).includes('{')) {
        row[cellAt + 4 + below(size)] = below(256);
      }
      return row;
    case 2:
      row.writeInt32BE(below(2) === 0 ? below(200) - 100 : below(0x7fffffff), last);
      return row;
    default:
      return row.subarray(0, below(row.length));
  }
}
