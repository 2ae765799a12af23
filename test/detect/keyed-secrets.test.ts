import { describe, expect, it } from 'vitest';
import { createDetectionEngine } from '../../src/detect/create-detection-engine.ts';
import { scanIn, shippedRules, textField } from './support/scan.ts';

const ids = [
  'keyed-password',
  'keyed-token',
  'keyed-key',
  'secret-list',
  'basic-credentials',
  'url-password',
];
const rules = shippedRules.filter(({ id }) => ids.includes(id) || id === 'kubernetes-secret');
const engine = createDetectionEngine({ rules });

function found(text: string): string[] {
  const bytes = Buffer.from(text);
  const findings = scanIn(engine, textField(), bytes) ?? [];
  return findings.map(({ start, end }) => bytes.subarray(start, end).toString());
}

const KEY = 'Zx8kQ0r2LmNp5tVw9bYd';

describe('passwords beside their name', () => {
  it.each([
    ['cfg.Net.Password = "opensesame"', 'opensesame'],
    ["assert cfg['password'] == 'opensesame'", 'opensesame'],
    ['if (password !== "opensesame") {', 'opensesame'],
    ['password := "opensesame"', 'opensesame'],
    ["'password' => 'opensesame',", 'opensesame'],
    ['const password: string = "opensesame";', 'opensesame'],
    ['char password[] = "opensesame";', 'opensesame'],
    ['password = []byte("opensesame")', 'opensesame'],
    ['password = new Secret(Text.of("opensesame"))', 'opensesame'],
    ['- **password**: opensesame', 'opensesame'],
    ['DB_PASSWORD=opensesame \\', 'opensesame'],
    ['-Djavax.net.ssl.trustStorePassword=opensesame "$@"', 'opensesame'],
    ['users [{user: ada, password: opensesame}]', 'opensesame'],
    ['{\\\\\\"password\\\\\\": \\\\\\"opensesame\\\\\\"}', 'opensesame'],
    ['password&quot;: &quot;opensesame&quot;', '&quot;opensesame&quot'],
    ['> Password: ``opensesame``', 'opensesame'],
    ["password = '''opensesame'''", 'opensesame'],
    ['password:\n  "opensesame"', 'opensesame'],
    ['tool /user:ada /password:opensesame /out:x', 'opensesame'],
    ['#   password: 951585', '951585'],
    ['PSWD:=open5esame', 'open5esame'],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    ['password = newpw,'],
    ['"password": d.config.Password,'],
    ['password = prefix + "_PASSWORD"'],
    ['password: :unset, token: nil'],
    ['self.update(password: @password).tap(&:confirm)'],
    ['password = getpass.getpass("Password: ").strip()'],
    ['password = os.getenv("DB_PASSWORD")'],
    ['password = _("Choose something long")'],
    ["const AUTH = { change_password: 'forms.ChangePasswordForm' }"],
    ['STATUS_WRONG_PASSWORD = 3221225578 -> Code'],
    ['mongodb://ada:<password>@db.example.com'],
    ['execute("ALTER LOGIN a WITH password = \'" + newpw + "\'")'],
    ['password_encryption = "scram-sha-256"'],
    ['is_password: "opensesame"'],
    ['function comparePassword(candidate, password) {'],
    ['Std::Password::hash_of(x)'],
  ])('none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('tokens and keys beside their name', () => {
  it.each([
    [`return client.SetAuthToken("${KEY}")`, KEY],
    [`('app_token', '${KEY}')`, KEY],
    [`{"name": "app_token", "value": "${KEY}"}`, KEY],
    [`coverage SECRET_KEY ${KEY} now`, KEY],
    [`weather.key = ${KEY}`, KEY],
    [`Encryption key: ${KEY}`, KEY],
    [`tool /masterkey:${KEY}`, KEY],
    ['GET /?oauth_token=k3jd92ks0xm&x=1', 'k3jd92ks0xm'],
    ['{"tokens": ["9f86d081884c7d65" , "4f7a0c1d9e8b2365"]}', '9f86d081884c7d65" , "4f7a0c1d9e8b2365'],
    ['- Basic YWRhOm9wZW4tc2VzYW1l', 'YWRhOm9wZW4tc2VzYW1l'],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    [`"key": "${KEY}"`],
    [`public_key = "${KEY}"`],
    [`idempotency_key: ${KEY}`],
    [`next_token='${KEY}'`],
    ['secret: SecretKey'],
    ['const val TOKEN: String'],
    ['"tokens": [1, 2, 3]'],
    ['Basic YWJjZGVmZ2hpamtsbW5vcA=='],
    ['authorization: Basic something'],
    ['the token abcdefgh was read'],
  ])('none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('credentials in URLs', () => {
  it.each([
    ['nats://svc:opensesame@%s:%d', 'opensesame'],
    ['amqp://user:password@mq.example.com/queue', 'password'],
    [`git+https://${KEY}:x-oauth-basic@git.example.com/a`, `${KEY}:x-oauth-basic`],
    [`https://${KEY}@git.example.com/a`, KEY],
    ['rediss://:token123@[::1]:6380/0', 'token123'],
  ])('%j', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it.each([
    ['oracle://user:pass@host/sid'],
    ['http://foo:bar@localhost:80'],
    ['nats://me:pwd@127.0.0.1:4222'],
  ])('none in %j', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('manifests of Kubernetes secrets', () => {
  it('are found one by one in a file of several', () => {
    const text = [
      ...['kind: Secret', 'data:', '  a: YWRh', '  b: |', '    Ym9i', 'type: Opaque', '---'],
      ...['kind: ConfigMap', 'data:', '  mode: dark', '---', 'data:', '  c: Y2Fy', 'kind: Secret'],
    ].join('\n');
    expect(found(text)).toEqual(['YWRh\n  b: |\n    Ym9i', 'Y2Fy']);
  });
});

describe('long and hostile text', () => {
  it.each([
    ...[
      'password=',
      'password="',
      'pwd=\'a pwd="b ',
      'key: ',
      'token ',
      'pass=\\"',
      'password=a(a(',
      'kind: secret\n',
    ],
    ...['tokens=["', 'password=new A(', 'Basic ', 'http://a:b', 'password:\n', 'secret: |\n'],
  ])('of %j is gone through in linear work', (piece) => {
    const bytes = Buffer.from(piece.repeat(Math.ceil(200_000 / piece.length)));
    expect(scanIn(engine, textField(), bytes, 64 * bytes.length)).toBeDefined();
  });
});
