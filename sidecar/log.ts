/** Levels, from most to least talkative. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** How a log line is written. */
export type LogFormat = 'json' | 'text';

/**
 * Everything a log line can say besides its event. Closed on purpose: there is no field for free
 * text, so a value cannot end up in a log by accident.
 */
export interface LogFields {
  /** A `WIREMASK_ERR_*` code or a system error code such as `ECONNREFUSED`. */
  readonly code?: string;
  readonly sqlstate?: string;
  readonly listener?: string;
  /** Number of the connection, unique within the process. */
  readonly connection?: number;
  /** Listening address: `127.0.0.1:6432` or a socket path. */
  readonly address?: string;
  readonly upstream?: string;
  readonly rule?: string;
  readonly reason?: string;
  readonly signal?: string;
  readonly engine?: string;
  readonly version?: string;
  readonly limit?: string;
  readonly side?: 'upstream' | 'downstream';
  readonly pid?: number;
  readonly size?: number;
  readonly max?: number;
  readonly count?: number;
  readonly connections?: number;
  readonly rows?: number;
  readonly masked?: number;
  readonly durationMs?: number;
  /** Reduced to class, code and stack frames; its message is left out, since a foreign one may quote data. */
  readonly error?: unknown;
}

/** Structured log. Events are kebab-case words, fields come from `LogFields` only. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Options of `createLog`. */
export interface LogOptions {
  /** Lines below this level are left out. Default `info`. */
  readonly level?: LogLevel;
  /** Default `text`. */
  readonly format?: LogFormat;
  /** Takes one line with its line feed. Default: standard error. */
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

type Check = (value: unknown) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const word = matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
// An address may be a path; quotes, controls and spaces have no business in either.
const place = matches(/^[A-Za-z0-9._:[\]/@*-]{1,255}$/);

// The shape of every field: what does not fit is left out and counted, so that a value put into
// the wrong field still does not reach the log.
const CHECKS: Readonly<Record<Exclude<keyof LogFields, 'error'>, Check>> = {
  code: matches(/^[A-Z][A-Z0-9_]{0,63}$/),
  sqlstate: matches(/^[0-9A-Z]{5}$/),
  listener: word,
  connection: isNumber,
  address: place,
  upstream: place,
  // A detector rule id, or the pattern of a column rule and its JSON paths: all from configuration.
  rule: matches(/^[\w.*"-]{1,200}(?: \$[\w.*"'[\]-]{0,200}){0,8}$/),
  reason: matches(/^[a-z][a-z0-9-]{0,63}$/),
  signal: matches(/^SIG[A-Z0-9]{1,10}$/),
  engine: matches(/^[a-z0-9]{1,16}(?:[ @][0-9][\w.+-]{0,31})?$/),
  version: matches(/^[0-9][\w.+-]{0,31}$/),
  limit: matches(/^[a-z][A-Za-z]{0,63}$/),
  side: (value) => value === 'upstream' || value === 'downstream',
  pid: isNumber,
  size: isNumber,
  max: isNumber,
  count: isNumber,
  connections: isNumber,
  rows: isNumber,
  masked: isNumber,
  durationMs: isNumber,
};

const EVENT = /^[a-z][a-z0-9-]{0,63}$/;
const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/**
 * Makes a log. A field with an unknown name or a value that does not have its shape is left out and
 * counted in `fieldsDropped`; an event that is not a kebab-case word becomes `event-withheld`.
 */
export function createLog(options: LogOptions = {}): Log {
  const threshold = RANK[options.level ?? 'info'];
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const now = options.now ?? (() => new Date());
  const format = options.format === 'json' ? jsonLine : textLine;
  const at =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      if (RANK[level] < threshold) return;
      write(
        format(now().toISOString(), level, EVENT.test(event) ? event : 'event-withheld', accepted(fields)),
      );
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type Accepted = Record<string, string | number | readonly string[]>;

function accepted(fields: LogFields): Accepted {
  const result: Accepted = {};
  let dropped = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'error') Object.assign(result, describeError(value));
    else if (Object.hasOwn(CHECKS, name) && CHECKS[name as keyof typeof CHECKS](value)) result[name] = value;
    else dropped += 1;
  }
  if (dropped > 0) result['fieldsDropped'] = dropped;
  return result;
}

/** Class, code and frames of an error; never its message. */
function describeError(error: unknown): Accepted {
  if (!(error instanceof Error)) return { errorClass: 'NotAnError' };
  const described: Accepted = { errorClass: word(error.constructor.name) ? error.constructor.name : 'Error' };
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && CHECKS.code(code)) described['errorCode'] = code;
  const frames = stackWithoutMessage(error)
    .split('\n')
    .filter((line) => FRAME.test(line));
  if (frames.length > 0) described['frames'] = frames.slice(0, 8).map((line) => line.trim().slice(3));
  return described;
}

// A message of several lines could look like frames, so it is cut away first; a stack in which it
// cannot be found is left out whole.
function stackWithoutMessage(error: Error): string {
  const stack = error.stack ?? '';
  // Without a message the first line is the name alone; more than that is a message since removed.
  if (error.message === '') return /^[^\n]*: \S/.test(stack) ? '' : stack;
  const start = stack.indexOf(error.message);
  return start < 0 ? '' : stack.slice(start + error.message.length);
}

// A frame ends in line:column, optionally in parentheses; lines of a message that only begin with
// "at" do not. The place is a path or URL without spaces.
const FRAME = /^ {4}at (?:[\w.$<>#[\] ]{1,120} \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s()]*:\d+:\d+\)?$/;

function jsonLine(time: string, level: LogLevel, event: string, fields: Accepted): string {
  return JSON.stringify({ time, level, event, ...fields }) + '\n';
}

function textLine(time: string, level: LogLevel, event: string, fields: Accepted): string {
  let line = `${time} ${level.toUpperCase().padEnd(5)} ${event}`;
  for (const [name, value] of Object.entries(fields)) {
    line += ` ${name}=${typeof value === 'object' ? value.join(' < ') : value}`;
  }
  return line + '\n';
}
