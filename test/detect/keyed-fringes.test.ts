import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import { scanIn, shippedRules, textField } from './support/scan.ts';

const rules = shippedRules.filter(({ id }) => id === 'keyed-password' || id === 'keyed-token');
const engine = createDetectionEngine({ rules });

function found(text: string): string[] {
  const bytes = Buffer.from(text);
  const findings = scanIn(engine, textField(), bytes) ?? [];
  return findings.map(({ start, end }) => bytes.subarray(start, end).toString());
}

describe('values with marks in the middle', () => {
  it.each([
    ['password="it\'s a <b>, x s3cret"', "it's a <b>, x s3cret"],
    ['password=\'say "hi" t0 me, ok\'', 'say "hi" t0 me, ok'],
    ["password=Tr0ub'adour<3,ok", "Tr0ub'adour<3,ok"],
    ['PASSWORD=ab"cd"ef9\n', 'ab"cd"ef9'],
    ['password=p`w9x;y', 'p`w9x;y'],
    ["api_key=Zx8kQ0r2'LmNp5tVw9bYd\n", "Zx8kQ0r2'LmNp5tVw9bYd"],
    ['api_key=Zx8kQ0r2<LmNp5tVw9bYd\n', 'Zx8kQ0r2<LmNp5tVw9bYd'],
    ["Server=db;Password=p,w'x<9;Database=a", "p,w'x<9"],
    ["Server=db;Password='p;w ''9x';Database=a", "p;w ''9x"],
    ['Server=db;Password="p;w ""9x";Database=a', 'p;w ""9x'],
    ["Driver={PostgreSQL};Pwd={p;w'9x};Uid=ada", "p;w'9x"],
  ])('%j is found whole', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    ["curl -d 'user=ada&password=hunter2' https://example.com", 'hunter2'],
    ['x="password=hunter2" y', 'hunter2'],
    ['<p>password=hunter2</p>', 'hunter2'],
    ['password=hunter2<br>next', 'hunter2'],
    ["password='hunter2',user='x'", 'hunter2'],
    ["f(password='hunter2','x')", 'hunter2'],
  ])('%j ends where what is around it does', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each(['Pwd={config};Uid=ada', 'Pwd={0};Uid=ada', 'Password={conf.Password};', 'Pwd={{ pw }};'])(
    '%j is a template',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );
});

describe('files of settings', () => {
  it.each([
    ["A=1\nPASSWORD=it's me,9 ok\nNEXT=1", "it's me,9 ok"],
    ['PASSWORD=hunter2 and 9 more\nNEXT=1\n', 'hunter2 and 9 more'],
    ['export A=1\nexport PASSWORD=hunter2 too', 'hunter2 too'],
  ])('%j: a value goes on to the end of its line', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    'PASSWORD=hunter2 # the old one\nB=1',
    'PASSWORD=hunter2 ./run --quiet\nB=1',
    'password=hunter2 user=bob\nb=1',
    'PASSWORD=hunter2 and more',
    'A=b PASSWORD=hunter2 x\nB=1',
  ])('%j: a value is one word', (text) => {
    expect(found(text)).toEqual(['hunter2']);
  });
});

describe('passwords that are words', () => {
  it.each([
    ['password: letmein', 'letmein'],
    ['Password = Password1', 'Password1'],
    ['pwd is hunter2', 'hunter2'],
    ['My password is dragon.', 'dragon'],
    ['log in with password: monkey and go on', 'monkey'],
    ['password: sesame, user: ada', 'sesame'],
    ['The new one: password is trustno1.', 'trustno1'],
    ['please set the password to letmein', 'letmein'],
    ['changed the password to Tr0ub4dor.', 'Tr0ub4dor'],
    ['pass: qwerty', 'qwerty'],
  ])('%j tells one', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    'password: required',
    'Password: none',
    'password is incorrect',
    'your password is expired',
    'the password is admin',
    'password: string',
    'password_hint: dragon',
    'expect(password == "letmein")',
    'set the password to 8-16 characters',
    'add a password to https://example.com/a9',
    'password: "Please use at least 8 characters"',
  ])('%j describes one', (text) => {
    expect(found(text)).toEqual([]);
  });
});
