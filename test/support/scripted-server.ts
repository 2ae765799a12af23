import { answer, BodyReader, encodeCell, formatAt, type Script, type Scripts } from './scripted-values.ts';

interface Portal {
  readonly script: Script;
  readonly formats: readonly number[];
  rowAt: number;
  isDone: boolean;
}

/** What is answered to the statements that read the catalog. */
const EMPTY_RESULT: Script = { tag: 'SELECT' };

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
  /** A COPY FROM STDIN has failed: which Sync the server minds is then a race. */
  hasFailedInCopy = false;

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
    // Only a StartupMessage: a session answers requests for encryption itself.
    if (code >>> 16 !== 3) return this.#close('08P01', 'no start');
    this.#hasStarted = true;
    this.#out.push(
      answer.authenticationOk(),
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
    if (this.#copyIn) this.hasFailedInCopy = true;
    this.#copyIn = undefined;
    if (this.#status === 'T') this.#status = 'E';
    if (type === 'Q' || type === 'F') this.#ready();
    else this.#isSkipping = true;
  }

  #message(type: string, body: Buffer): void {
    if (this.#copyIn) {
      this.#inCopy(type, body);
      return;
    }
    if (type === 'X') {
      this.isClosed = true;
      return;
    }
    if (this.#isSkipping && type !== 'S') return;
    const reader = new BodyReader(body);
    switch (type) {
      case 'Q':
        this.#query(reader.cstring());
        return;
      case 'P':
        this.#parse(reader.cstring(), reader.cstring());
        return;
      case 'B':
        this.#bind(reader);
        return;
      case 'D':
        this.#describe(reader.uint8(), reader.cstring());
        return;
      case 'E':
        this.#execute(reader.cstring(), reader.int32());
        return;
      case 'C': {
        const target = reader.uint8();
        (target === 0x53 ? this.#statements : this.#portals).delete(reader.cstring());
        this.#out.push(answer.closeComplete());
        return;
      }
      case 'S':
        this.#isSkipping = false;
        this.#ready();
        return;
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

  #inCopy(type: string, body: Buffer): void {
    const { rest } = this.#copyIn!;
    switch (type) {
      case 'd':
        if (body.includes('bad')) this.#fail(answer.error('22P04', 'extra data'), rest ? 'Q' : 'E');
        return;
      case 'H':
      case 'S':
        return;
      case 'c':
        this.#copyIn = undefined;
        this.#out.push(answer.commandComplete('COPY 1'));
        if (rest) this.#runAll(rest);
        return;
      case 'f':
        this.#fail(answer.error('57014', 'COPY from stdin failed: stopped'), rest ? 'Q' : 'E');
        return;
      default:
        this.#close('08P01', 'unexpected message type during COPY from stdin');
    }
  }

  #query(text: string): void {
    this.#statements.delete('');
    this.#portals.delete('');
    if (text.trim() === '') {
      this.#out.push(answer.emptyQuery());
      this.#ready();
      return;
    }
    this.#runAll(this.#scriptsFor(text));
  }

  #scriptsFor(text: string): readonly Script[] {
    const scripts = this.#scripts.get(text);
    if (!scripts) throw new ServerError('42601', 'syntax error at or near "here"');
    this.#checkAborted(scripts[0]);
    return scripts;
  }

  #checkAborted(script: Script | undefined): void {
    if (this.#status !== 'E' || script?.transaction === 'end') return;
    throw new ServerError(
      '25P02',
      'current transaction is aborted, commands ignored until end of transaction block',
    );
  }

  // Statements of a Query, one after the other; COPY FROM STDIN interrupts them.
  #runAll(scripts: readonly Script[]): void {
    for (const [index, script] of scripts.entries()) {
      const portal: Portal = { script: this.#resolved(script), formats: [], rowAt: 0, isDone: false };
      if (portal.script.columns) this.#out.push(answer.rowDescription(portal.script.columns));
      if (!this.#run(portal, script.fetches?.rowsMax ?? 0, true)) {
        this.#fail(portal.script.error!, 'Q');
        return;
      }
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
      if (found.copyIn || found.copyOut) throw new ServerError('0A000', 'no COPY by EXECUTE here');
      return found;
    }
    if (script.fetches) {
      const portal = this.#portals.get(script.fetches.portal);
      if (!portal) throw new ServerError('34000', `cursor "${script.fetches.portal}" does not exist`);
      const { copyIn, copyOut } = portal.script;
      if (copyIn || copyOut) throw new ServerError('0A000', 'no COPY by FETCH');
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
    const scripts = text.includes('pg_catalog.') ? [EMPTY_RESULT] : text === '' ? [] : this.#scriptsFor(text);
    if (scripts.length > 1) throw new ServerError('42601', 'cannot insert multiple commands');
    if (name !== '' && this.#statements.has(name)) {
      throw new ServerError('42P05', `prepared statement "${name}" already exists`);
    }
    this.#statements.set(name, { scripts });
    this.#out.push(answer.parseComplete());
  }

  #bind(reader: BodyReader): void {
    const portal = reader.cstring();
    const statement = this.#statements.get(reader.cstring());
    reader.int16List();
    for (let left = reader.int16(); left > 0; left--) reader.skip(reader.int32());
    const formats = reader.int16List();
    if (!statement) throw new ServerError('26000', 'unnamed prepared statement does not exist');
    if (portal !== '' && this.#portals.has(portal)) throw new ServerError('42P03', 'cursor already exists');
    const script = statement.scripts[0] ?? { tag: '' };
    this.#checkAborted(script);
    this.#portals.set(portal, { script: this.#resolved(script), formats, rowAt: 0, isDone: false });
    this.#out.push(answer.bindComplete());
  }

  #describe(target: number, name: string): void {
    const isStatement = target === 0x53;
    const portal = this.#portals.get(name);
    const found = isStatement ? this.#statements.get(name)?.scripts[0] : portal?.script;
    const exists = isStatement ? this.#statements.has(name) : portal !== undefined;
    if (!exists) throw new ServerError(isStatement ? '26000' : '34000', `"${name}" does not exist`);
    const columns = found?.columns;
    if (columns) this.#checkAborted(found);
    if (isStatement) this.#out.push(answer.parameterDescription([]));
    const formats = isStatement ? [] : (portal?.formats ?? []);
    this.#out.push(columns ? answer.rowDescription(columns, formats) : answer.noData());
  }

  #execute(name: string, rowsMax: number): void {
    const portal = this.#portals.get(name);
    if (!portal) throw new ServerError('34000', `portal "${name}" does not exist`);
    this.#checkAborted(portal.script);
    if (portal.script.tag === '') {
      this.#out.push(answer.emptyQuery());
      return;
    }
    if (portal.isDone && !portal.script.columns) throw new ServerError('55000', 'portal cannot be run');
    if (!this.#run(portal, rowsMax, false)) {
      this.#fail(portal.script.error!, 'E');
      return;
    }
    if (portal.script.copyIn) this.#copyIn = { rest: undefined };
  }

  #ready(): void {
    if (this.#status === 'I') this.#portals.clear();
    this.#out.push(...this.#atReady, answer.readyForQuery(this.#status));
    this.#atReady = [];
  }
}
