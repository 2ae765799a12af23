import { describe, expect, test } from 'vitest';
import { createLog, type LogFields, type LogLevel } from '../../sidecar/log.ts';

const CANARY = '219-09-9999';
const now = (): Date => new Date('2024-01-02T03:04:05.678Z');

function logged(
  event: string,
  fields: object,
  format: 'json' | 'text' = 'json',
  level: LogLevel = 'debug',
): string {
  let output = '';
  const log = createLog({ level, format, now, write: (line) => (output += line) });
  log.info(event, fields as LogFields);
  return output;
}

describe('createLog', () => {
  test('a JSON line holds time, level, event and fields', () => {
    expect(logged('connection-closed', { listener: 'appdb', connection: 7, code: 'ECONNRESET' })).toBe(
      '{"time":"2024-01-02T03:04:05.678Z","level":"info","event":"connection-closed",' +
        '"listener":"appdb","connection":7,"code":"ECONNRESET"}\n',
    );
  });

  test('a text line holds the same', () => {
    expect(logged('listener-started', { address: '[::1]:6432', rows: 0 }, 'text')).toBe(
      '2024-01-02T03:04:05.678Z INFO  listener-started address=[::1]:6432 rows=0\n',
    );
  });

  test.each([
    ['debug', 'debug info warn error'],
    ['info', 'info warn error'],
    ['warn', 'warn error'],
    ['error', 'error'],
  ] as const)('level %s writes %s', (level, expected) => {
    const events: string[] = [];
    const log = createLog({
      level,
      format: 'json',
      write: (line) => void events.push(JSON.parse(line).level),
    });
    log.debug('x');
    log.info('x');
    log.warn('x');
    log.error('x');
    expect(events.join(' ')).toBe(expected);
  });

  test('an unknown field is left out and counted', () => {
    expect(JSON.parse(logged('x', { message: CANARY, sql: CANARY, rows: 1 }))).toEqual({
      time: '2024-01-02T03:04:05.678Z',
      level: 'info',
      event: 'x',
      rows: 1,
      fieldsDropped: 2,
    });
  });

  test.each([
    'code',
    'sqlstate',
    'reason',
    'signal',
    'engine',
    'limit',
    'side',
    'rows',
    'connection',
    'size',
    'durationMs',
    'toString',
    'constructor',
    '__proto__x',
  ])('a value in %s does not reach the log', (field) => {
    const output = logged('x', { [field]: CANARY });
    expect(output).not.toContain(CANARY);
    expect(JSON.parse(output)).toMatchObject({ fieldsDropped: 1 });
  });

  test.each(['listener', 'address', 'upstream', 'rule', 'version', 'code'])(
    'free text in %s does not reach the log',
    (field) => {
      const output = logged('x', { [field]: `call ${CANARY} now\n` });
      expect(output).not.toContain(CANARY);
      expect(output.trimEnd()).not.toContain('\n');
    },
  );

  test('an event that is no word is withheld', () => {
    expect(logged(`failed: ${CANARY}`, {})).toContain('"event":"event-withheld"');
    expect(logged(`failed: ${CANARY}`, {})).not.toContain(CANARY);
  });

  test('undefined fields are neither written nor counted', () => {
    expect(JSON.parse(logged('x', { listener: undefined }))).not.toHaveProperty('fieldsDropped');
  });

  test('an error gives class, code and frames, not its message', () => {
    const error = Object.assign(
      new RangeError(`cell ${CANARY}\n    at ${CANARY} (/x.js:1:1)\n    at SECRET (/x.js:1:1)`),
      {
        code: 'ERR_X',
      },
    );
    const output = logged('x', { error });
    expect(output).not.toContain(CANARY);
    expect(output).not.toContain('SECRET');
    const line = JSON.parse(output);
    expect(line).toMatchObject({ errorClass: 'RangeError', errorCode: 'ERR_X' });
    expect(line.frames[0]).toContain('log.test.ts');
  });

  test('an error whose stack does not show its message gives no frames', () => {
    for (const message of ['changed since', '']) {
      const error = new Error(`cell\n    at ${'SECRET'} (/x.js:1:1)`);
      // A stack is written when it is first read.
      expect(error.stack).toContain('SECRET');
      error.message = message;
      expect(JSON.parse(logged('x', { error }))).not.toHaveProperty('frames');
    }
  });

  test('an error without a message still gives its frames', () => {
    expect(JSON.parse(logged('x', { error: new Error() })).frames[0]).toContain('log.test.ts');
  });

  test('something thrown that is no error says so and no more', () => {
    expect(JSON.parse(logged('x', { error: CANARY }))).toMatchObject({ errorClass: 'NotAnError' });
    expect(logged('x', { error: CANARY })).not.toContain(CANARY);
  });
});
