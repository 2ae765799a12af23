/** A value, `bytes[start, end)`, and the name of its column. */
export interface MixedValue {
  readonly field: string;
  /** All values, one after the other as in the frames of a protocol. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const COUNT = 24_000;
// One value in fifty is sensitive.
const SENSITIVE_EVERY = 50;

const WORDS =
  'the order was left at door and customer asked for an invoice by mail before spring ends again'.split(' ');
const HEX = '0123456789abcdef';

/** Reproducible, so that two runs scan the same bytes. */
class Random {
  #state = 42;

  below(max: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * max);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  text(alphabet: string, size: number): string {
    return Array.from({ length: size }, () => alphabet[this.below(alphabet.length)]).join('');
  }

  words(count: number): string {
    return Array.from({ length: count }, () => this.pick(WORDS)).join(' ');
  }
}

type Maker = (random: Random) => string;

// What tables of applications hold; the lengths average 42 bytes.
const ORDINARY: Readonly<Record<string, Maker>> = {
  id: (r) => String(100_000 + r.below(900_000)),
  uuid: (r) => [8, 4, 4, 4, 12].map((size) => r.text(HEX, size)).join('-'),
  created_at: (r) =>
    `2024-0${1 + r.below(9)}-1${r.below(10)} 08:1${r.below(10)}:${10 + r.below(50)}.123456+00`,
  first_name: (r) => r.pick(['Ada', 'Grace', 'Ingrid', 'Tomasz', 'Chidi', 'Yuki']),
  city: (r) => r.pick(['London', 'Reykjavik', 'Frankfurt am Main', 'Ouagadougou']),
  status: (r) => r.pick(['active', 'pending', 'closed', 'on-hold']),
  price: (r) => `${r.below(1000)}.${10 + r.below(90)}`,
  sku: (r) => `${r.text('ABCDEFGH', 4)}-${r.below(10_000)}-${r.text('XYZ', 2)}`,
  sha256: (r) => r.text(HEX, 64),
  note: (r) => r.words(19),
  description: (r) => r.words(30),
  url: (r) => `https://shop.example.com/${r.pick(WORDS)}/${r.below(100_000)}?page=${r.below(9)}&sort=asc`,
  user_agent: (r) =>
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/1${r.below(20)}.0.0.0 Safari/537.36`,
  payload: (r) => `{"kind":"${r.pick(WORDS)}","count":${r.below(100)},"tags":["${r.pick(WORDS)}"],"ok":true}`,
  path: (r) => `/var/lib/app/${r.pick(WORDS)}/${r.text(HEX, 8)}/part-${r.below(1000)}.parquet`,
  tracking: (r) => `1Z${r.text('0123456789ABCDEF', 16)}`,
};

const SENSITIVE: Readonly<Record<string, Maker>> = {
  email: (r) => `${r.pick(WORDS)}.${r.below(1000)}@example.com`,
  note: (r) => `${r.words(5)} card 4111 1111 1111 1111 ${r.words(3)}`,
  ssn: (r) => `536-9${r.below(10)}-4${100 + r.below(900)}`,
  config: (r) => `db_password = "${r.text('abcdefghKLMNOP23456789', 16)}"`,
};

/** Values of ordinary columns, one in fifty of them sensitive. */
export function buildFieldMix(): readonly MixedValue[] {
  const random = new Random();
  const ordinary = Object.entries(ORDINARY);
  const sensitive = Object.entries(SENSITIVE);
  return layOut(
    Array.from({ length: COUNT }, (_, index) => {
      const isSensitive = index % SENSITIVE_EVERY === 0;
      const [field, make] = isSensitive
        ? (sensitive[(index / SENSITIVE_EVERY) % sensitive.length] as readonly [string, Maker])
        : (ordinary[index % ordinary.length] as readonly [string, Maker]);
      return { field, text: make(random) };
    }),
  );
}

/** Puts values behind each other into one array, each after the four bytes that state its length. */
export function layOut(
  values: readonly { readonly field: string; readonly text: string }[],
): readonly MixedValue[] {
  const bytes = Buffer.alloc(values.reduce((sum, { text }) => sum + 4 + Buffer.byteLength(text), 0));
  let end = 0;
  return values.map(({ field, text }) => {
    const start = end + 4;
    bytes.writeUInt32BE(Buffer.byteLength(text), end);
    end = start + bytes.write(text, start);
    return { field, bytes, start, end };
  });
}

const HOSTILE_SIZE = 1_048_576;

const repeated = (text: string): Uint8Array =>
  Buffer.from(text.repeat(Math.ceil(HOSTILE_SIZE / text.length)).slice(0, HOSTILE_SIZE));

/** One megabyte each of what is made to cost much. */
export const hostileValues: Readonly<Record<string, () => Uint8Array>> = {
  'digits only': () => repeated('4111111111111112'),
  'digits and spaces': () => repeated('4111 1111 1111 1112 '),
  'one card group': () => repeated('4242 '),
  'keywords only': () => repeated('password=token:secret api_key '),
  'one letter': () => repeated('a'),
  'near IBANs': () => repeated('DE89370400440532013001 '),
  'at signs': () => repeated('a@b.c@'),
  'prefixes only': () => repeated('ghp_AKIAsk_live_xoxb-eyJ'),
};
