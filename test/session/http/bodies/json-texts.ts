import type { SeededRandom } from '../../../support/properties.ts';

// Keys that rules of the tests name, that say something about the values beside them, and others.
const KEYS = [
  'id name value key field label data content text ssn email accessToken meta note city zip address',
  'columns rows row cells fields headers column items list a b c x1 x2 total \\u0073sn na\\u006de é 日本',
  'a_key_that_is_longer_than_sixteen_bytes a_key_that_is_longer_than_sixteen_letters',
  `${'long'.repeat(18)} 4111111111111111`,
]
  .join(' ')
  .split(' ');
const STRINGS = [
  '',
  'x',
  'ssn',
  'email',
  'password',
  'plain words that nobody looks for',
  'jane.doe@example.com',
  'call +1 (212) 555-0187 now',
  '4111 1111 1111 1111',
  '536-90-4399',
  'AKIAIOSFODNN7EXAMPLE',
  'say \\"hi\\"\\n and \\u00e9\\ud83d\\ude00',
  '{\\"ssn\\":\\"536-90-4399\\",\\"id\\":7}',
  '[1,2,{\\"email\\":\\"a@b.example\\"}]',
  ' \\t{\\"accessToken\\":\\"t\\"}',
  Buffer.from('my ssn is 536-90-4399, thanks').toString('base64'),
  Buffer.from('{"ssn":"536-90-4399"}').toString('base64'),
  `data:text/plain;base64,${Buffer.from('mail jane.doe@example.com').toString('base64')}`,
  'é ü 日本 😀 text',
  'w'.repeat(1500),
  `${'words and more words, '.repeat(20)}end`,
];
const NUMBERS = ['0', '-0', '7', '12', '4111111111111111', '-1.50', '1e5', '2.5E-7', '123456789012345678901'];
const BLANKS = [
  '',
  '',
  '',
  ' ',
  '\n',
  '\r\n\t',
  '\n      ',
  '                      ',
  `\n${' '.repeat(20)}`,
  `\n${' '.repeat(70)}`,
];

/** Documents of few keys, shapes and values, so that the same places come again. */
export class JsonTexts {
  readonly #random: SeededRandom;
  #blanks = false;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  next(): string {
    this.#blanks = this.#random.below(3) === 0;
    const count = this.#random.below(10) === 0 ? 1 + this.#random.below(3) : 1;
    return Array.from({ length: count }, () => this.#document()).join('\n');
  }

  #document(): string {
    // Mostly many records of one shape, as APIs return them.
    if (this.#random.below(4) === 0) return this.#value(0);
    const count = [3, 20, 60, 300][this.#random.below(4)]!;
    const keys = Array.from({ length: 1 + this.#random.below(8) }, () => this.#pick(KEYS));
    const records = Array.from({ length: Math.ceil(count / 4) }, () => this.#record(keys));
    return this.#list(
      '[',
      Array.from({ length: count }, (_, index) => records[index % records.length]!),
      ']',
    );
  }

  #record(keys: readonly string[]): string {
    const kept = keys.filter(() => this.#random.below(8) > 0);
    return this.#object(kept, 2);
  }

  #value(depth: number): string {
    switch (this.#random.below(depth > 4 ? 4 : 7)) {
      case 0:
        return this.#pick(NUMBERS);
      case 1:
        return this.#pick(['true', 'false', 'null']);
      case 2:
      case 3:
        return `"${this.#pick(STRINGS)}"`;
      case 4:
        return this.#list(
          '[',
          Array.from({ length: this.#random.below(6) }, () => this.#value(depth + 1)),
          ']',
        );
      default: {
        const keys = Array.from({ length: this.#random.below(7) }, () => this.#pick(KEYS));
        return this.#object(keys, depth + 1);
      }
    }
  }

  #object(keys: readonly string[], depth: number): string {
    const members = keys.map((key) => `"${key}"${this.#blank()}:${this.#blank()}${this.#value(depth)}`);
    return this.#list('{', members, '}');
  }

  #list(open: string, parts: readonly string[], close: string): string {
    const joined = parts.join(`${this.#blank()},${this.#blank()}`);
    return `${open}${this.#blank()}${joined}${this.#blank()}${close}`;
  }

  #blank(): string {
    return this.#blanks ? this.#pick(BLANKS) : '';
  }

  #pick(list: readonly string[]): string {
    return list[this.#random.below(list.length)]!;
  }
}
