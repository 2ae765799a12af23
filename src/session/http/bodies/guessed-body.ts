import { UnsupportedError, WireError } from '../../../errors.ts';
import type { BodyMasker } from '../body-masker.ts';
import { SNIFF_SIZE, sniffContent } from '../content-sniffing.ts';
import type { JsonBody } from './json-body.ts';

// Keep browsers from running JSON as a script; JSON follows. A mark may stand before it all.
const PREFIX = /^(?:\xef\xbb\xbf)?[ \t\r\n]*(?:\)\]\}'?,?|while ?\(1\);?|for ?\(;;\);?)?[ \t\r\n]*/;
const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * A body whose type says text, or nothing, and that may be JSON all the same: its first bytes tell, so that
 * rules for paths count under any label. Where the JSON breaks off, the rest is a text.
 */
export class GuessedBody implements BodyMasker {
  readonly #createJson: () => JsonBody;
  readonly #createText: () => BodyMasker;
  readonly #refusesFaults: boolean;
  // Until it is decided.
  #first: Uint8Array = NO_BYTES;
  #json: JsonBody | undefined;
  #text: BodyMasker | undefined;

  /**
   * @param createJson - For any number of texts behind each other.
   * @param createText - For everything else.
   * @param refusesFaults - Whether JSON that breaks off is refused: there are rules for fields.
   */
  constructor(createJson: () => JsonBody, createText: () => BodyMasker, refusesFaults: boolean) {
    this.#refusesFaults = refusesFaults;
    this.#createJson = createJson;
    this.#createText = createText;
  }

  push(chunk: Uint8Array): readonly Uint8Array[] {
    if (this.#text !== undefined) return this.#text.push(chunk);
    if (this.#json !== undefined) return this.#pushJson(this.#json, chunk);
    this.#first = Buffer.concat([this.#first, chunk]);
    if (this.#first.length >= SNIFF_SIZE) return this.#decide();
    const content = sniffContent(this.#first);
    // A prefix may go on as long as nothing has come behind it.
    const isOpen = content === 'json' && prefixSize(this.#first) === this.#first.length;
    return content === undefined || isOpen ? [] : this.#decide();
  }

  #decide(): readonly Uint8Array[] {
    const bytes = this.#first;
    this.#first = NO_BYTES;
    const content = sniffContent(bytes) ?? (bytes.length < SNIFF_SIZE ? 'text' : 'json');
    switch (content) {
      case 'foreign':
        throw new UnsupportedError(
          'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE',
          'a body that begins like UTF-16, UTF-32 or binary data cannot be masked',
        );
      case 'text':
        return this.#asText(bytes);
      case 'json': {
        const size = prefixSize(bytes);
        this.#json = this.#createJson();
        return [bytes.subarray(0, size), ...this.#pushJson(this.#json, bytes.subarray(size))];
      }
      default:
        return content satisfies never;
    }
  }

  #pushJson(json: JsonBody, chunk: Uint8Array): readonly Uint8Array[] {
    try {
      return json.push(chunk);
    } catch (error) {
      return this.#afterJson(json, error);
    }
  }

  /** What was told before is masked; what the JSON did not come to is text. */
  #afterJson(json: JsonBody, error: unknown): readonly Uint8Array[] {
    if (!(error instanceof WireError)) throw error;
    if (this.#refusesFaults) {
      // Fails closed: which field a value belongs to can no longer be told.
      throw new UnsupportedError(
        'WIREMASK_ERR_UNSUPPORTED_MEDIA_TYPE',
        'a text that begins like JSON and is none cannot be masked by field rules',
      );
    }
    const { done, rest } = json.giveUp();
    return [...done, ...this.#asText(rest)];
  }

  #asText(bytes: Uint8Array): readonly Uint8Array[] {
    this.#text = this.#createText();
    return this.#text.push(bytes);
  }

  end(): readonly Uint8Array[] {
    const parts = this.#first.length > 0 ? [...this.#decide()] : [];
    if (this.#json !== undefined && this.#text === undefined) {
      try {
        return [...parts, ...this.#json.end()];
      } catch (error) {
        parts.push(...this.#afterJson(this.#json, error));
      }
    }
    return this.#text === undefined ? parts : [...parts, ...this.#text.end()];
  }
}

function prefixSize(bytes: Uint8Array): number {
  const window = Buffer.from(bytes.subarray(0, SNIFF_SIZE)).toString('latin1');
  return PREFIX.exec(window)?.[0].length ?? 0;
}
