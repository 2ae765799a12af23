import { describe, expect, it } from 'vitest';
import { looksLikeCode } from '../../src/detect/code-value.ts';
import * as value from '../../src/detect/secret-value.ts';

// Apart from what follows it, so that nobody reads a template into it.
const DOLLAR = '$';

type Question = (bytes: Uint8Array, start: number, end: number) => boolean;

/** Asks with other bytes around, which must not matter. */
function ask(question: Question, text: string): boolean {
  const bytes = Buffer.from(`}]${text}}]`);
  return question(bytes, 2, bytes.length - 2);
}

describe('placeholders', () => {
  it.each([
    ...[
      '',
      'null',
      'CHANGEME',
      'change-me',
      'your_password',
      'n/a',
      '****',
      'x',
      '$VAR',
      `${DOLLAR}{VAR}`,
      '$(cat f)',
    ],
    ...['{{ name }}', '{name}', '<your password>', '[REDACTED]', '%s', '%(name)s', '%VAR%', '#{name}'],
  ])('%j is one', (text) => {
    expect(ask(value.isPlaceholder, text)).toBe(true);
  });

  it.each(['hunter2', 'opensesame', '$2b$12$abc', '{a1B}', 'pa$$word1', 'correct horse', '%7x'])(
    '%j is none',
    (text) => {
      expect(ask(value.isPlaceholder, text)).toBe(false);
    },
  );
});

describe('plain text', () => {
  it.each([
    ...['test', 'new_password', 'myPassword1', 'some-secret', 'Base32SecretKey', 'test-token-123', 'foobar'],
    ...['12345678', '987654321', 'abcdef', 'abc123', 'qwerty', '0000000', 'xxxx-xxxx', 'aaaaaaaa1111111'],
    ...[
      'Please enter your password',
      `prefix-${DOLLAR}{NAME}`,
      'Bearer {{ token }}',
      'key-%s',
      'sk_...',
      '<token>',
    ],
    ...['p4ssw0rd', 'Mot de passe à saisir, svp: required field name', '请输入密码', '` + name + `'],
  ])('%j is', (text) => {
    expect(ask(value.isPlainText, text)).toBe(true);
  });

  it.each([
    ...['hunter2', 'opensesame', 'swordfish', 'dragon', 'kq7', 'Zx8kQ0r2', 'correct horse battery staple'],
    ...['f0e1d2c3b4a59687', 'p${e]nob(ody', 'a%b', '951585', 'tr0ub4dor&3'],
  ])('%j is not', (text) => {
    expect(ask(value.isPlainText, text)).toBe(false);
  });
});

describe('tokens', () => {
  it.each([
    ...['Zx8kQ0r2', 'f0e1d2c3b4a59687', 'gxmfdlkzibq', 'bjjoygu', '743b294a-cd03-11ec-9d64-0242ac120002'],
    ...['8102973645120', 'bmJtOnJncw==', 'muwzhsihlcliozmzbmrdiezx', '{"id": 123456789}'],
  ])('%j can be one', (text) => {
    expect(ask(value.looksLikeToken, text)).toBe(true);
  });

  it.each([
    ...[
      'short1',
      'unsubscribe',
      'nextToken1',
      'Authentication',
      '/var/run/app/file-1',
      'https://example.com/a1',
    ],
    ...['604619', 'two words 12', '!!!!A!!', 'scram-sha-256', '2024-01'],
  ])('%j is none', (text) => {
    expect(ask(value.looksLikeToken, text)).toBe(false);
  });

  it.each(['Zx8kQ0r2LmNp5tVw9bYd', '9f86d081884c7d659a2feaa0c55ad015', 'c2VjcmV0LWtleS0xMjM0NTY3OA=='])(
    '%j can be a key',
    (text) => {
      expect(ask(value.looksLikeKey, text)).toBe(true);
    },
  );

  it.each([
    'Zx8kQ0r2',
    'order_line_id_2024_01',
    'page.login.title.form2',
    '4414611577584547',
    '.user[0]."a1b2c3d4"',
  ])('%j is no key', (text) => {
    expect(ask(value.looksLikeKey, text)).toBe(false);
  });
});

describe('code', () => {
  it.each([
    ...['getToken()', 'config.password', 'process.env.TOKEN', 'args[0]', '&password', ':unset', '@password'],
    ...['$env:TOKEN', 'Devise::Finder.new', '(a)', '[]', '{', 'Options{', '0x4000000D', 'a->b', ').strip()'],
  ])('%j is', (text) => {
    expect(ask(looksLikeCode, text)).toBe(true);
  });

  it.each(['hunter2', 'x.y1-z', 'abc', 'Zx8kQ0r2.LmNp5tVw', '-a', `0x${'c8f12fb8'.repeat(8)}`])(
    '%j is not',
    (text) => {
      expect(ask(looksLikeCode, text)).toBe(false);
    },
  );
});
