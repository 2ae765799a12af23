import { describe, expect, it } from 'vitest';
import { found, textField } from './support/scan.ts';

describe('findings in text', () => {
  it.each([
    ['mailto:ada@example.com?subject=x', ['email ada@example.com']],
    ['"ada"@example.com,bob@example.com;', ['email bob@example.com']],
    ['..ada..b@example.com', ['email ada..b@example.com']],
    ['ada@example.com.', ['email ada@example.com']],
    ['ada@-example.com ada@example-.com ada@example.c', []],
    ['a@b@example.com', ['email b@example.com']],
    ['请联系ada@example.com谢谢', ['email ada@example.com']],
    ['иван@почта.рф', ['email иван@почта.рф']],
    ['nguyễn.an@example.com', ['email nguyễn.an@example.com']],
    ['李明@example.com', ['email 李明@example.com']],
    ['佐々木.1@example.com', ['email 佐々木.1@example.com']],
    ['𠮷田@example.com', ['email 𠮷田@example.com']],
    ['ada@例え.jp', ['email ada@例え.jp']],
    ['ada@例え.テスト。', ['email ada@例え.テスト']],
    ['📧ada@example.com。', ['email ada@example.com']],
    ['to\\nada@example.com', ['email ada@example.com']],
  ])('e-mail: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['4111-1111-1111-1111', ['payment-card 4111-1111-1111-1111']],
    ['4111 1111-1111 1111', []],
    ['4111  1111  1111  1111', ['payment-card 4111  1111  1111  1111']],
    ['4111  111111111111', []],
    ['4111\u00a01111\u00a01111\u00a01111', ['payment-card 4111\u00a01111\u00a01111\u00a01111']],
    ['41111111 11111111', ['payment-card 41111111 11111111']],
    ['{"note":"card\\n4111111111111111"}', ['payment-card 4111111111111111']],
    ['q=%204111111111111111', ['payment-card 4111111111111111']],
    ['4111 1111 1111 1111 123', ['payment-card 4111 1111 1111 1111']],
    ['x=4111111111111111&y', ['payment-card 4111111111111111']],
    ['2221000000000009, 371449635398431', ['payment-card 2221000000000009', 'payment-card 371449635398431']],
    ['4111111111111111.', ['payment-card 4111111111111111']],
    ['4111111111111111.25', []],
    ['41111111111111110', []],
    ['0000000000000000', []],
    ['card 6759649826438453', ['payment-card 6759649826438453']],
    ['my card: 6011000990139424000', []],
    ['1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17', []],
  ])('payment card: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['536-90-4399', ['us-ssn 536-90-4399']],
    ['(536-90-4399)', ['us-ssn 536-90-4399']],
    ['ssn-536-90-4399', ['us-ssn 536-90-4399']],
    ['536-904399', []],
    ['12-536-90-4399', []],
    ['536-90-4399-00', []],
    ['536–90–4399', ['us-ssn 536–90–4399']],
    ['536\u201090\u20104399', ['us-ssn 536\u201090\u20104399']],
    ['536\u201190\u20114399', ['us-ssn 536\u201190\u20114399']],
    ['536–90-4399', []],
    ['\\n536-90-4399', ['us-ssn 536-90-4399']],
    ['\\\\n536-90-4399', ['us-ssn 536-90-4399']],
    ['\\x536-90-4399', []],
    ['%20536-90-4399', ['us-ssn 536-90-4399']],
    ['SSN 536904399', ['us-ssn-digits 536904399']],
    ['missing 536904399', []],
    ['parcel 536904399', []],
  ])('social security number: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['iban:DE89370400440532013000,', ['iban DE89370400440532013000']],
    ['DE89-3704-0044-0532-0130-00', ['iban DE89-3704-0044-0532-0130-00']],
    ['DE89  3704 0044 0532 0130 00', []],
    ['DE89370400440532013000X', []],
    ['LC55HEMM000100010012001200023015', ['iban LC55HEMM000100010012001200023015']],
  ])('IBAN: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['http://203.0.113.7:80/', ['ipv4-address 203.0.113.7']],
    ['203.0.113.7, 198.51.100.1', ['ipv4-address 203.0.113.7', 'ipv4-address 198.51.100.1']],
    ['203.0.113.7.', ['ipv4-address 203.0.113.7']],
    ['203.0.113.07', []],
    ['1.203.0.113.7', []],
    ['203.0.113', []],
    ['libfoo-1.2.3.4', []],
    ['1.2.3.4-rc1', []],
    ['255.255.255.0', []],
    ['ver. 1.2.3.4', []],
    ['10.0.0.1-10.0.0.9', ['ipv4-address 10.0.0.1', 'ipv4-address 10.0.0.9']],
  ])('IPv4 address: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['PASSWORD = "a b c"', ['keyed-password a b c']],
    ["{'password': 'it\\'s'}", ["keyed-password it\\'s"]],
    ['{\\"password\\":\\"x1y2\\",\\"a\\":1}', ['keyed-password x1y2']],
    ['password="zq7 v8x', ['keyed-password zq7 v8x']],
    ['user=u password=p,q;r host=h', ['keyed-password p,q;r']],
    ['Pwd=p;User Id=sa', []],
    ['Pwd=p1x;User Id=sa', ['keyed-password p1x']],
    ['a=1&password=hunter2&b=2', ['keyed-password hunter2']],
    ['password: swordfish\nuser: x', ['keyed-password swordfish']],
    ['password: sandpiper is it', []],
    ['(password=xkq1)', ['keyed-password xkq1']],
    ['password_hash=$2b$12$KIXQ4S1oF3', ['keyed-password $2b$12$KIXQ4S1oF3']],
    ['password = process.env.DB_PASSWORD', []],
    ['password = "{{ vault_password }}"', []],
    ['password: <your password>', []],
    ['password: ********', []],
    ['bypass=hunter2', []],
    ['dbPass=hunter2', ['keyed-password hunter2']],
    ['no password', []],
    ['password=', []],
    ['password', []],
  ])('keyed password: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['X-Api-Key: f0e1d2c3b4a59687', ['keyed-token f0e1d2c3b4a59687']],
    ['token expires: 2024-01-01T00:00', []],
    ['token_expires: 2024-01-01T00:00', []],
    ['api_key=short1', []],
    ['api_key=https://example.com/path1', []],
    ['token count: 12345678', []],
    ['Authorization: Bearer abcdef0123456789abcdef', ['bearer-token abcdef0123456789abcdef']],
    ['postgres://u:p%40ss@h/d postgres://u@h', ['url-password p%40ss']],
  ])('keyed secret: %j', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('a private key that is cut off is masked to the end of the value', () => {
    const text = 'x -----BEGIN EC PRIVATE KEY-----\\nMHcCAQEE password=1';
    expect(found(text)).toEqual([`private-key ${text.slice(2)}`]);
  });

  it('takes a token and the key around it for one finding that covers both', () => {
    expect(found('token=ghp_16C7e42F292c6912E7710c838347Ae178B4a;')).toEqual([
      'github-token ghp_16C7e42F292c6912E7710c838347Ae178B4a',
    ]);
  });
});

describe('ordinary values', () => {
  const ordinary: readonly (readonly [string, readonly string[]])[] = [
    ['id', ['10482', '9007199254740993', 'ORD-2024-000123', '01HQ3K5V7M8N9P0QRSTVWXYZ12']],
    ['request_id', ['c0a80101-7f3e-4b2a-9d6c-1f0e2d3c4b5a', '00000000-0000-0000-0000-000000000000']],
    ['sha256', ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08']],
    ['md5', ['d41d8cd98f00b204e9800998ecf8427e']],
    ['git_sha', ['2fd4e1c67a2d28fced849ee1bb76e7391b93eb12']],
    ['password_reset_at', ['2024-03-01 12:34:56.789+00', '2024-03-01T12:34:56.789123Z']],
    [
      'created',
      ['2024-03-01 12:34:56.789+00', '20240301123456', '1709296496789', 'Fri, 01 Mar 2024 12:34:56 GMT'],
    ],
    ['price', ['19.99', '1,299.00', '$ 1 299.00', '12000.000000000000000']],
    ['ratio', ['0.3333333333333333', '3.141592653589793']],
    ['tracking', ['1Z999AA10123456784', '9400111899223197428490', 'JD014600006281230704']],
    ['order_no', ['4111111111111111', '212-555-01871']],
    ['product', ['USB-C cable, 2 m', 'Model 4711-0815 (2024)', 'Size: XL', 'Password manager, 1 year']],
    [
      'path',
      ['/usr/share/doc/token/README.md', 'C:\\Users\\Public\\photo_2024-03-01.jpg', 's3://bucket/a/b.csv'],
    ],
    ['version', ['1.2.3', 'v10.20.30-beta.1+build.5', '10.0.19041.1', '1.2.3.4']],
    ['url', ['https://example.com/a/b?c=d&page=2#top', 'ftp://example.com:21/x']],
    ['translation_key', ['user.password.reset.title', 'errors.token_expired']],
    [
      'note',
      ['Please reset your password and token.', 'The secret: patience', 'key = value', 'at 10:30: lunch'],
    ],
    ['token_type', ['bearer', 'Bearer']],
    ['primary_key', ['customer_id', '42']],
    ['json', ['{"a": [1, 2.5e10, null], "token_count": 12, "ok": true}']],
    ['sql', ['select id from users where token = $1 and password = crypt($2, password)']],
    ['user_agent', ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36']],
    ['color', ['#ff8800', 'rgb(1, 2, 3)']],
    ['cron', ['*/5 0 1,15 * 1-5']],
    ['coordinates', ['48.137154, 11.576124', '-33.8688197,151.2092955']],
  ];

  it.each(ordinary.flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    'in %s stay untouched: %j',
    (name, value) => {
      expect(found(value, textField(name))).toEqual([]);
    },
  );
});
