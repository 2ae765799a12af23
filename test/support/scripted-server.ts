import { answer, encodeCell, formatAt, type ScriptCell, type ScriptColumn } from './scripted-values.ts';

/** What a server answers to one statement. */
export interface Script {
  /** Columns of its rows; left out when it returns none. */
  readonly columns?: readonly ScriptColumn[];
  readonly rows?: readonly (readonly ScriptCell[])[];
  /** Command tag; the number of rows is appended to `SELECT` and `FETCH`. */
  readonly tag: string;
  /** Sent before the rows. */
  readonly notices?: readonly Buffer[];
  /** Sent instead of the end, after the rows. */
  readonly error?: Buffer;
  readonly copyOut?: {
    readonly format: 0 | 1;
    readonly columnCount: number;
    readonly data: readonly (string | Buffer)[];
  };
  readonly copyIn?: { readonly columnCount: number };
  /** Sent before the next ReadyForQuery. */
  readonly atReady?: readonly Buffer[];
  readonly transaction?: 'begin' | 'end';
  /** DECLARE: the name of a portal and the statement it runs. */
  readonly declares?: { readonly portal: string; readonly text: string };
  /** FETCH: rows of this portal. */
  readonly fetches?: { readonly portal: string; readonly rowsMax: number };
  /** CLOSE: the name of a portal. */
  readonly closes?: string;
  /** DEALLOCATE: the name of a statement. */
  readonly deallocates?: string;
  /** PREPARE: the name of a statement and its text. */
  readonly prepares?: { readonly name: string; readonly text: string };
  /** EXECUTE: the name of a statement. */
  readonly executes?: string;
}

/** Answers by statement text: one entry per statement of the text. */
export type Scripts = ReadonlyMap<string, readonly Script[]>;

interface Portal {
  readonly script: Script;
  readonly formats: readonly number[];
  rowAt: number;
  isDone: boolean;
}

/** Statements under this name are answered whatever they say: the reading of the catalog. */
const CATALOG_NAME = 'wiremask_catalog';
const EMPTY_RESULT: Script = { tag: 'SELECT' };
const SSL_REQUEST = 80_877_103;
const CANCEL_REQUEST = 80_877_102;

class ServerError {
  readonly message: Buffer;
  constructor(sqlstate: string, text: string) {
    this.message = answer.error(sqlstate, text);
  }
}

/**
 * A PostgreSQL server as far as its protocol goes: it knows statements, portals, transactions, skipping to
 * Sync and COPY, and takes the content of its answers from scripts. What it says is true: rows come with
 * the origin their script names, whatever a client sends.
 */
export class ScriptedServer {
  readonly #scripts: Scripts;
  readonly #statements = new Map<string, { readonly scripts: readonly Script[] }>();
  readonly #portals = new Map<string, Portal>();
  #pending: Buffer = Buffer.alloc(0);
  #out: Buffer[] = [];
  #atReady: Buffer[] = [];
  #status = 'I';
  #hasStarted = false;
  #isSkipping = false;
  #copyIn: { readonly rest: readonly Script[] | undefined } | undefined;
  /** Every message received after log-in: type byte and body. */
  readonly received: { readonly type: string; readonly body: Buffer }[] = [];
  isClosed = false;

  constructor(scripts: Scripts) {
    this.#scripts = scripts;
  }

  /** Texts of the Query and Parse messages received. */
  get texts(): string[] {
    return this.received
      .filter(({ type }) => type === 'Q' || type === 'P')
      .map(({ type, body }) => body.toString('utf8').split('\0')[type === 'Q' ? 0 : 1] ?? '');
  }

  /** Takes bytes from the client side. @returns What the server sends. */
  take(bytes: Uint8Array): Buffer {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (!this.isClosed && this.#takeOne());
    const out = Buffer.concat(this.#out);
    this.#out = [];
    return out;
  }

  #takeOne(): boolean {
    const header = this.#hasStarted ? 1 : 0;
    if (this.#pending.length < header + 4) return false;
    const size = this.#pending.readInt32BE(header);
    if (size < 4 || size > 0x3fffffff) return this.#close('08P01', 'invalid message length');
    if (this.#pending.length < header + size) return false;
    const message = this.#pending.subarray(0, header + size);
    this.#pending = this.#pending.subarray(header + size);
    if (!this.#hasStarted) return this.#start(message);
    const type = String.fromCharCode(message[0]!);
    const body = message.subarray(5);
    this.received.push({ type, body });
    try {
      this.#message(type, body);
    } catch (error) {
      if (!(error instanceof ServerError)) return this.#close('08P01', 'invalid message format');
      this.#fail(error.message, type);
    }
    return true;
  }

  #start(packet: Buffer): boolean {
    const code = packet.length >= 8 ? packet.readInt32BE(4) : 0;
    if (code === SSL_REQUEST || code === CANCEL_REQUEST || code === 0)
      return this.#close('08P01', 'no start');
    this.#hasStarted = true;
    this.#out.push(
      answer.authenticationOk(),
      answer.parameterStatus('server_version', '18.0'),
      answer.parameterStatus('client_encoding', 'UTF8'),
      answer.parameterStatus('DateStyle', 'ISO, MDY'),
      answer.backendKeyData(4711, 0x01020304),
      answer.readyForQuery(),
    );
    return true;
  }

  #close(sqlstate: string, text: string): false {
    this.#out.push(answer.fatal(sqlstate, text));
    this.isClosed = true;
    return false;
  }

  #fail(error: Buffer, type: string): void {
    this.#out.push(error);
    this.#copyIn = undefined;
    if (this.#status === 'T') this.#status = 'E';
    if (type === 'Q' || type === 'F') this.#ready();
    else this.#isSkipping = true;
  }

  #message(type: string, body: Buffer): void {
    if (this.#copyIn) return this.#inCopy(type);
    if (type === 'X') {
      this.isClosed = true;
      return;
    }
    if (this.#isSkipping && type !== 'S') return;
    const reader = new Reader(body);
    switch (type) {
      case 'Q':
        return this.#query(reader.cstring());
      case 'P':
        return this.#parse(reader.cstring(), reader.cstring());
      case 'B':
        return this.#bind(reader);
      case 'D':
        return this.#describe(reader.uint8(), reader.cstring());
      case 'E':
        return this.#execute(reader.cstring(), reader.int32());
      case 'C': {
        const target = reader.uint8();
        (target === 0x53 ? this.#statements : this.#portals).delete(reader.cstring());
        this.#out.push(answer.closeComplete());
        return;
      }
      case 'S':
        this.#isSkipping = false;
        return this.#ready();
      case 'H':
      case 'd':
      case 'c':
      case 'f':
        return;
      case 'F':
        throw new ServerError('0A000', 'no functions here');
      default:
        this.#close('08P01', 'invalid frontend message type');
    }
  }

  #inCopy(type: string): void {
    const { rest } = this.#copyIn!;
    switch (type) {
      case 'd':
      case 'H':
      case 'S':
        return;
      case 'c':
        this.#copyIn = undefined;
        this.#out.push(answer.commandComplete('COPY 1'));
        if (rest) this.#runAll(rest);
        return;
      case 'f':
        return this.#fail(answer.error('57014', 'COPY from stdin failed: stopped'), rest ? 'Q' : 'E');
      default:
        this.#close('08P01', 'unexpected message type during COPY from stdin');
    }
  }

  #query(text: string): void {
    this.#statements.delete('');
    this.#portals.delete('');
    if (text.trim() === '') {
      this.#out.push(answer.emptyQuery());
      return this.#ready();
    }
    this.#runAll(this.#scriptsFor(text));
  }

  #scriptsFor(text: string): readonly Script[] {
    const scripts = this.#scripts.get(text);
    if (!scripts) throw new ServerError('42601', 'syntax error at or near "here"');
    if (this.#status === 'E' && scripts[0]?.transaction !== 'end') {
      throw new ServerError(
        '25P02',
        'current transaction is aborted, commands ignored until end of transaction block',
      );
    }
    return scripts;
  }

  // Statements of a Query, one after the other; COPY FROM STDIN interrupts them.
  #runAll(scripts: readonly Script[]): void {
    for (const [index, script] of scripts.entries()) {
      const portal: Portal = { script: this.#resolved(script), formats: [], rowAt: 0, isDone: false };
      if (portal.script.columns) this.#out.push(answer.rowDescription(portal.script.columns));
      if (!this.#run(portal, script.fetches?.rowsMax ?? 0, true))
        return this.#fail(portal.script.error!, 'Q');
      if (script.copyIn) {
        this.#copyIn = { rest: scripts.slice(index + 1) };
        return;
      }
    }
    this.#ready();
  }

  // What EXECUTE and FETCH stand for.
  #resolved(script: Script): Script {
    if (script.executes !== undefined) {
      const [found] = this.#statements.get(script.executes)?.scripts ?? [];
      if (!found) throw new ServerError('26000', `prepared statement "${script.executes}" does not exist`);
      return found;
    }
    if (script.fetches) {
      const portal = this.#portals.get(script.fetches.portal);
      if (!portal) throw new ServerError('34000', `cursor "${script.fetches.portal}" does not exist`);
      const rows = portal.script.rows?.slice(portal.rowAt, portal.rowAt + script.fetches.rowsMax) ?? [];
      portal.rowAt += rows.length;
      return { ...portal.script, rows, tag: 'FETCH' };
    }
    return script;
  }

  /** @returns `false` when it ended in the script's error. */
  #run(portal: Portal, rowsMax: number, isWhole: boolean): boolean {
    const { script } = portal;
    this.#out.push(...(script.notices ?? []));
    this.#atReady.push(...(script.atReady ?? []));
    const columns = script.columns ?? [];
    const rows = script.rows ?? [];
    const end = isWhole || rowsMax <= 0 ? rows.length : Math.min(rows.length, portal.rowAt + rowsMax);
    const count = end - portal.rowAt;
    for (const row of rows.slice(portal.rowAt, end)) {
      const cells = row.map((cell, at) => encodeCell(cell, columns[at]!.type, formatAt(portal.formats, at)));
      this.#out.push(answer.dataRow(cells));
    }
    portal.rowAt = end;
    if (script.error) return false;
    if (!isWhole && rowsMax > 0 && count === rowsMax) {
      this.#out.push(answer.portalSuspended());
      return true;
    }
    portal.isDone = true;
    return this.#finish(script, count);
  }

  #finish(script: Script, count: number): true {
    const { copyOut, copyIn } = script;
    if (copyIn) {
      this.#out.push(answer.copyIn(0, copyIn.columnCount));
      return true;
    }
    if (copyOut) {
      this.#out.push(answer.copyOut(copyOut.format, copyOut.columnCount));
      this.#out.push(...copyOut.data.map(answer.copyData), answer.copyDone());
    }
    this.#nameThings(script);
    if (script.transaction) this.#status = script.transaction === 'begin' ? 'T' : 'I';
    const tag = script.tag === 'SELECT' || script.tag === 'FETCH' ? `${script.tag} ${count}` : script.tag;
    this.#out.push(answer.commandComplete(tag));
    return true;
  }

  // SQL statements that make and drop what the protocol calls portals and statements.
  #nameThings({ declares, closes, prepares, deallocates }: Script): void {
    if (declares) {
      if (this.#portals.has(declares.portal)) throw new ServerError('42P03', 'cursor already exists');
      const inner = this.#scriptsFor(declares.text)[0]!;
      this.#portals.set(declares.portal, { script: inner, formats: [], rowAt: 0, isDone: false });
    }
    if (closes !== undefined && !this.#portals.delete(closes)) {
      throw new ServerError('34000', `cursor "${closes}" does not exist`);
    }
    if (prepares) {
      if (this.#statements.has(prepares.name)) throw new ServerError('42P05', 'statement already exists');
      this.#statements.set(prepares.name, { scripts: this.#scriptsFor(prepares.text) });
    }
    if (deallocates !== undefined && !this.#statements.delete(deallocates)) {
      throw new ServerError('26000', `prepared statement "${deallocates}" does not exist`);
    }
  }

  #parse(name: string, text: string): void {
    const scripts = name === CATALOG_NAME ? [EMPTY_RESULT] : text === '' ? [] : this.#scriptsFor(text);
    if (scripts.length > 1) throw new ServerError('42601', 'cannot insert multiple commands');
    if (name !== '' && this.#statements.has(name)) {
      throw new ServerError('42P05', `prepared statement "${name}" already exists`);
    }
    this.#statements.set(name, { scripts });
    this.#out.push(answer.parseComplete());
  }

  #bind(reader: Reader): void {
    const portal = reader.cstring();
    const statement = this.#statements.get(reader.cstring());
    reader.int16List();
    for (let left = reader.int16(); left > 0; left--) reader.skip(reader.int32());
    const formats = reader.int16List();
    if (!statement) throw new ServerError('26000', 'unnamed prepared statement does not exist');
    if (portal !== '' && this.#portals.has(portal)) throw new ServerError('42P03', 'cursor already exists');
    const script = statement.scripts[0] ?? { tag: '' };
    this.#portals.set(portal, { script: this.#resolved(script), formats, rowAt: 0, isDone: false });
    this.#out.push(answer.bindComplete());
  }

  #describe(target: number, name: string): void {
    const isStatement = target === 0x53;
    const portal = this.#portals.get(name);
    const found = isStatement ? this.#statements.get(name)?.scripts[0] : portal?.script;
    const exists = isStatement ? this.#statements.has(name) : portal !== undefined;
    if (!exists) throw new ServerError(isStatement ? '26000' : '34000', `"${name}" does not exist`);
    if (isStatement) this.#out.push(answer.parameterDescription([]));
    const columns = found?.columns;
    const formats = isStatement ? [] : (portal?.formats ?? []);
    this.#out.push(columns ? answer.rowDescription(columns, formats) : answer.noData());
  }

  #execute(name: string, rowsMax: number): void {
    const portal = this.#portals.get(name);
    if (!portal) throw new ServerError('34000', `portal "${name}" does not exist`);
    if (portal.script.tag === '') {
      this.#out.push(answer.emptyQuery());
      return;
    }
    if (portal.isDone && !portal.script.columns) throw new ServerError('55000', `portal cannot be run`);
    if (!this.#run(portal, rowsMax, false)) return this.#fail(portal.script.error!, 'E');
    if (portal.script.copyIn) this.#copyIn = { rest: undefined };
  }

  #ready(): void {
    if (this.#status === 'I') this.#portals.clear();
    this.#out.push(...this.#atReady, answer.readyForQuery(this.#status));
    this.#atReady = [];
  }
}

/** Reads a body; past its end it throws, which the server takes for a malformed message. */
class Reader {
  #at = 0;
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  uint8(): number {
    return this.#body.readUInt8(this.#at++);
  }

  int16(): number {
    this.#at += 2;
    return this.#body.readUInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#body.readInt32BE(this.#at - 4);
  }

  int16List(): number[] {
    const values: number[] = [];
    for (let left = this.int16(); left > 0; left--) values.push(this.int16());
    return values;
  }

  skip(size: number): void {
    this.#at += Math.max(0, size);
    if (this.#at > this.#body.length) throw new RangeError('past the end of the message');
  }

  cstring(): string {
    const end = this.#body.indexOf(0, this.#at);
    if (end < 0) throw new RangeError('a string without an end');
    const text = this.#body.toString('latin1', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}
