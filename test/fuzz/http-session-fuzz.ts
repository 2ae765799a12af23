import { inspect } from 'node:util';
import { WiremaskError } from '../../src/errors.ts';
import type { HttpSession } from '../../src/session/http/session.ts';
import { type HttpMessage, readHttpMessages } from '../support/http-reader.ts';
import { type HttpHeard, type HttpTurn, type OpenHttp, play } from '../support/http-session.ts';
import { mutations, SeededRandom } from '../support/properties.ts';
import { type Below, CANARY, damageBeside, someExchange } from './http-messages.ts';

/**
 * What is damaged, and so what may be claimed.
 *
 * `beside`: bytes of requests, heads, framing and bodies, but none of a planted value; bodies are coded after
 * that. The value must not reach the client, under whatever name and type it then stands.
 *
 * `anything`: any bytes of either side, so a planted value may be another one: only errors, answers, sizes
 * and time are claimed.
 */
export type HttpFuzzMode = 'beside' | 'anything';

/** Something that must not happen. The turns reproduce it with a new session. */
export interface HttpFuzzFinding {
  readonly seed: number;
  readonly mode: HttpFuzzMode;
  readonly problem: string;
  /** Bytes as Latin-1. */
  readonly turns: readonly (readonly [side: string, what: string])[];
}

/** What many conversations came to. */
export interface HttpFuzzSummary {
  readonly seconds: number;
  /** How the conversations ended: error codes, or `no failure`. */
  readonly ends: ReadonlyMap<string, number>;
  readonly findings: readonly HttpFuzzFinding[];
}

const runTimeMaxMs = 2000;
const findingsMax = 10;

/** Runs `runs` conversations with the seeds `firstSeed`, `firstSeed + 1`, ... */
export function fuzzHttpSessions(open: OpenHttp, firstSeed: number, runs: number): HttpFuzzSummary {
  const ends = new Map<string, number>();
  const findings: HttpFuzzFinding[] = [];
  const started = performance.now();
  for (let seed = firstSeed; seed < firstSeed + runs && findings.length < findingsMax; seed++) {
    const { end, finding } = fuzzOnce(open, seed);
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (finding !== undefined) findings.push(finding);
  }
  return { seconds: (performance.now() - started) / 1000, ends, findings };
}

function fuzzOnce(open: OpenHttp, seed: number): { end: string; finding: HttpFuzzFinding | undefined } {
  const random = new SeededRandom(seed);
  const below: Below = (max) => random.below(max);
  const mode: HttpFuzzMode = below(3) === 0 ? 'anything' : 'beside';
  const turns = conversation(below, mode, seed);
  const started = performance.now();
  let end = 'no failure';
  let problem: string | undefined;
  try {
    const checked = checkTurns(open, turns, mode);
    ({ problem } = checked);
    end = checked.end;
  } catch (error) {
    problem = `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  if (performance.now() - started > runTimeMaxMs) problem ??= `took longer than ${runTimeMaxMs} ms`;
  if (problem === undefined) return { end, finding: undefined };
  const shown = turns.map(
    ([side, what]) => [side, Buffer.from(what as Uint8Array).toString('latin1')] as const,
  );
  return { end, finding: { seed, mode, problem, turns: shown } };
}

function conversation(below: Below, mode: HttpFuzzMode, seed: number): readonly HttpTurn[] {
  const turns: HttpTurn[] = [];
  // None, the requests, or most often the responses.
  const damaged = [-1, -1, 0, 1, 1, 1][below(6)]!;
  for (let count = 1 + below(3); count > 0; count--) {
    // A value that stands in two chunks would be none where the framing is damaged.
    const damagesBody = mode === 'beside' && below(2) === 0;
    const exchange = someExchange(below, { damagesBody, hasWholeChunks: damaged === 1 });
    const messages = [exchange.request, exchange.response].map((bytes, index) => {
      if (index !== damaged) return bytes;
      if (mode === 'beside') return damageBeside(bytes, below);
      return [...mutations(bytes, seed + count, 1)][0]!;
    });
    turns.push(...inChunks('client', messages[0]!, below), ...inChunks('server', messages[1]!, below));
    if (exchange.endsByClosing) break;
  }
  // Now and then all requests come first.
  if (below(4) === 0) turns.sort(([left], [right]) => Number(right === 'client') - Number(left === 'client'));
  if (below(2) === 0) turns.push(['close', 'upstream']);
  return turns;
}

function* inChunks(side: 'client' | 'server', bytes: Uint8Array, below: Below): Generator<HttpTurn> {
  const size = [1, 7, 64, 1 << 20][below(4)]!;
  let at = 0;
  while (at < bytes.length) {
    const end = at + 1 + below(size);
    yield [side, bytes.subarray(at, end)];
    at = end;
  }
}

/** Plays the turns of a finding. @returns How it ended, and what is wrong. */
export function checkTurns(
  open: OpenHttp,
  turns: readonly HttpTurn[],
  mode: HttpFuzzMode,
): { readonly end: string; readonly problem: string | undefined } {
  const session = open();
  const heard = play(session, turns);
  const { up, down, failure } = heard;
  const end = failure?.code ?? 'no failure';
  const sizeIn = turns.reduce((sum, [side, what]) => sum + (side === 'close' ? 0 : what.length), 0);
  if (failure?.code === 'WIREMASK_ERR_MASKING') return { end, problem: `foreign: ${inspect(failure.cause)}` };
  if (failure !== undefined && !(failure instanceof WiremaskError))
    return { end, problem: 'a foreign class' };
  if (failure !== undefined && !throwsAgain(session, failure)) return { end, problem: 'goes on' };
  if (up.length + down.length > 64 * sizeIn + 4096) return { end, problem: `grew to ${down.length}` };
  const told = Buffer.from(inspect([failure, session.report], { depth: 6, showHidden: true }));
  if (mode === 'beside' && (shows(down) || shows(told))) return { end, problem: 'shows a planted value' };
  return { end, problem: failure === undefined ? undefined : checkAnswer(heard) };
}

function throwsAgain(session: HttpSession, failure: WiremaskError): boolean {
  try {
    session.fromUpstream(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
  } catch (error) {
    return error === failure;
  }
  return false;
}

// Also where it stands in chunks of a byte or two, or in codings.
function shows(down: Buffer): boolean {
  const joined = down.toString('latin1').replace(/\r\n[0-9a-f]{1,3}\r\n/g, '');
  if (joined.includes(CANARY) || down.includes(CANARY)) return true;
  return read(down).some(({ body }) => body.includes(CANARY));
}

// What a client reads depends on methods that may be damaged: what cannot be read as such shows nothing here.
function read(down: Buffer): readonly HttpMessage[] {
  try {
    return readHttpMessages(down);
  } catch {
    return [];
  }
}

const ownAnswer =
  /HTTP\/1\.1 (?:400|413|415|431|501|502) [^\r]+\r\nContent-Type: application\/json\r\nContent-Length: \d+\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n(.*)$/s;

/** The client learns of a failure by an answer, or by a body without its end; never by both. */
function checkAnswer({ down, failure, failedIn, session }: HttpHeard): string | undefined {
  const answer = ownAnswer.exec(down.toString('latin1'));
  if (answer !== null) {
    if (session.isResponding) return 'an answer inside of a response';
    return answer[1] === '' || answer[1]!.includes(failure!.code) ? undefined : 'the code of another failure';
  }
  // What fails is a request of which nothing was sent on, or the next response. One that was answered before
  // its body came gets no second answer.
  const isUnheard = !session.isBusy && (session.isIdle || session.isInRequestHead);
  const isNext = failedIn === 'client' ? isUnheard : session.isBusy;
  return isNext && !session.isResponding && !session.mustClose ? 'nobody is told' : undefined;
}
