import { UnsupportedError } from '../../errors.ts';
import {
  encodeErrorResponse,
  encodeNoticeResponse,
  parseErrorFields,
} from '../../wire/postgres/error-response.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import { backend } from '../../wire/postgres/message-types.ts';
import {
  encodeNotificationResponse,
  parseNotificationResponse,
} from '../../wire/postgres/notification-response.ts';
import { encodeParameterStatus, parseParameterStatus } from '../../wire/postgres/parameter-status.ts';
import type { Conversation } from './conversation.ts';
import { type ErrorContext, maskErrorFields } from './error-fields.ts';
import { maskParameterValue } from './parameter-values.ts';
import { withheldText } from './text-masker.ts';

/** Masks errors, notices, notifications and setting reports: what the server may send at any time. */
export class AsyncMessages {
  readonly #conversation: Conversation;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** Takes a NoticeResponse, NotificationResponse or ParameterStatus, `bytes[start, end)`. */
  handle(type: number, bytes: Uint8Array, start: number, end: number): void {
    const body = bytes.subarray(start + messageHeaderSize, end);
    const { toDownstream } = this.#conversation;
    if (this.#conversation.plans.policy.isEmpty) {
      toDownstream.forward(bytes, start, end);
      return;
    }
    switch (type) {
      case backend.noticeResponse:
        toDownstream.add(encodeNoticeResponse(this.#fields(body)));
        return;
      case backend.notificationResponse:
        this.#notification(body, bytes, start, end);
        return;
      default:
        this.#parameter(body, bytes, start, end);
    }
  }

  /** Masks an ErrorResponse. */
  error(body: Uint8Array, isSuspect: boolean, clientText: Uint8Array | undefined): void {
    const { toDownstream, catalog, texts } = this.#conversation;
    const context: ErrorContext = { touches: isSuspect, catalog, clientText };
    toDownstream.add(encodeErrorResponse(maskErrorFields(parseErrorFields(body), context, texts)));
  }

  #fields(body: Uint8Array): [string, Uint8Array][] {
    const { catalog, texts, isSuspect, activeStatement } = this.#conversation;
    const context: ErrorContext = { touches: isSuspect, catalog, clientText: activeStatement?.text };
    return maskErrorFields(parseErrorFields(body), context, texts);
  }

  // A payload comes from any connection's pg_notify: with column rules its origin cannot be told.
  #notification(body: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
    const { plans, texts, toDownstream } = this.#conversation;
    const { processId, channel, payload } = parseNotificationResponse(body);
    const isWithheld = plans.hasColumnRules && plans.policy.unattributed === 'mask' && payload.length > 0;
    const masked = isWithheld ? withheldText : texts.scan(payload);
    const maskedChannel = texts.scan(channel);
    if (masked === payload && maskedChannel === channel) {
      toDownstream.forward(bytes, start, end);
      return;
    }
    toDownstream.add(encodeNotificationResponse({ processId, channel: maskedChannel, payload: masked }));
  }

  #parameter(body: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
    const conversation = this.#conversation;
    const { name, value } = parseParameterStatus(body);
    const text = Buffer.from(value).toString('latin1');
    if (name === 'client_encoding') checkEncoding(text);
    if (name === 'DateStyle') conversation.isDateStyleIso = text.startsWith('ISO');
    const masked = maskParameterValue(name, value, conversation.texts, {
      isSuspect: conversation.isSuspect,
      isKnownText: (known) => this.#isKnownText(known),
    });
    if (masked === value) conversation.toDownstream.forward(bytes, start, end);
    else if (masked !== undefined)
      conversation.toDownstream.add(encodeParameterStatus({ name, value: masked }));
  }

  #isKnownText(value: Uint8Array): boolean {
    const { activeStatement, clientTexts } = this.#conversation;
    if (activeStatement && Buffer.from(activeStatement.text).includes(Buffer.from(value))) return true;
    return clientTexts.some((text) => Buffer.compare(text, value) === 0);
  }
}

/**
 * Detectors and the SQL reader read UTF-8. SQL_ASCII means bytes without a conversion: what is not
 * UTF-8 there is masked value by value.
 *
 * @throws {UnsupportedError} WIREMASK_ERR_UNSUPPORTED_ENCODING
 */
export function checkEncoding(name: string): void {
  if (/^(utf-?_?8|unicode|sql_?-?ascii)$/i.test(name.replaceAll(/['" ]/g, ''))) return;
  throw new UnsupportedError(
    'WIREMASK_ERR_UNSUPPORTED_ENCODING',
    'client_encoding must be UTF8; wiremask does not read other encodings',
  );
}
