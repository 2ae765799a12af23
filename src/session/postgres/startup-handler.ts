import { UnsupportedError, WireError } from '../../errors.ts';
import {
  encodeAuthenticationSasl,
  gs2Flag,
  parseAuthentication,
  parseSaslInitialResponse,
} from '../../wire/postgres/authentication.ts';
import { type BackendKeyData, parseBackendKeyData } from '../../wire/postgres/backend-key-data.ts';
import {
  encodeErrorResponse,
  encodeNoticeResponse,
  parseErrorFields,
} from '../../wire/postgres/error-response.ts';
import { messageHeaderSize } from '../../wire/postgres/framing.ts';
import { backend, backendName, frontend } from '../../wire/postgres/message-types.ts';
import { parseParameterStatus } from '../../wire/postgres/parameter-status.ts';
import { parseStartupPacket } from '../../wire/postgres/startup.ts';
import { checkEncoding } from './async-messages.ts';
import type { Conversation } from './conversation.ts';
import { maskErrorFields } from './error-fields.ts';

const noEncryption = Buffer.from('N');
const channelBinding = 'SCRAM-SHA-256-PLUS';

/** Follows a connection from its first packet to the end of log-in. */
export class StartupHandler {
  readonly #conversation: Conversation;
  readonly #stripsChannelBinding: boolean;
  readonly #answered = new Set<string>();
  /** Identifies the connection to CancelRequest. */
  backendKey: BackendKeyData | undefined;
  #hasStripped = false;
  #awaitsInitialResponse = false;

  constructor(conversation: Conversation, stripsChannelBinding: boolean) {
    this.#conversation = conversation;
    this.#stripsChannelBinding = stripsChannelBinding;
  }

  /**
   * Takes one whole startup packet.
   *
   * @returns What follows: another packet, log-in, or nothing since the connection only cancels.
   * @throws {WireError | UnsupportedError}
   */
  packet(packet: Uint8Array): 'startup' | 'log-in' | 'cancelling' {
    const { toDownstream, toUpstream } = this.#conversation;
    const parsed = parseStartupPacket(packet);
    switch (parsed.kind) {
      case 'ssl-request':
      case 'gssenc-request':
        // Once each, as in the server: a second request could only come from a confused or hostile peer.
        if (this.#answered.has(parsed.kind)) {
          throw new WireError('WIREMASK_ERR_STARTUP', `second ${parsed.kind} on one connection`);
        }
        this.#answered.add(parsed.kind);
        toDownstream.add(noEncryption);
        return 'startup';
      case 'cancel-request':
        toUpstream.add(packet);
        return 'cancelling';
      case 'startup':
        this.#checkParameters(parsed.parameters);
        toUpstream.add(packet);
        return 'log-in';
      default:
        return parsed satisfies never;
    }
  }

  /**
   * Takes one message of the client during log-in.
   *
   * @returns `false` when it must wait until log-in is over.
   */
  frontendMessage(bytes: Uint8Array, start: number, end: number): boolean {
    const type = bytes[start]!;
    if (type === frontend.terminate) {
      this.#conversation.toUpstream.forward(bytes, start, end);
      return true;
    }
    if (type !== frontend.passwordMessage) return false;
    if (this.#awaitsInitialResponse) {
      this.#awaitsInitialResponse = false;
      this.#checkInitialResponse(bytes.subarray(start + messageHeaderSize, end));
    }
    this.#conversation.toUpstream.forward(bytes, start, end);
    return true;
  }

  /**
   * Takes one message of the server during log-in.
   *
   * @returns `true` when it is the ReadyForQuery that ends log-in; the caller sends that one itself.
   */
  backendMessage(bytes: Uint8Array, start: number, end: number): boolean {
    const { toDownstream } = this.#conversation;
    const type = bytes[start]!;
    const body = bytes.subarray(start + messageHeaderSize, end);
    switch (type) {
      case backend.readyForQuery:
        return true;
      case backend.authentication:
        this.#authentication(body, bytes, start, end);
        return false;
      case backend.errorResponse:
        toDownstream.add(encodeErrorResponse(this.#maskedFields(body)));
        return false;
      case backend.noticeResponse:
        toDownstream.add(encodeNoticeResponse(this.#maskedFields(body)));
        return false;
      case backend.parameterStatus:
        this.#parameter(body);
        toDownstream.forward(bytes, start, end);
        return false;
      case backend.backendKeyData: {
        const { processId, secretKey } = parseBackendKeyData(body);
        this.backendKey = { processId, secretKey: Uint8Array.from(secretKey) };
        toDownstream.forward(bytes, start, end);
        return false;
      }
      case backend.negotiateProtocolVersion:
        toDownstream.forward(bytes, start, end);
        return false;
      default: {
        const name = backendName(type);
        if (name === undefined)
          throw new WireError('WIREMASK_ERR_MESSAGE_TYPE', `unknown backend message type ${type}`);
        throw new WireError('WIREMASK_ERR_MESSAGE_ORDER', `${name} during log-in`);
      }
    }
  }

  #checkParameters(parameters: readonly (readonly [string, string])[]): void {
    for (const [name, value] of parameters) {
      this.#conversation.clientTexts.push(Buffer.from(value));
      if (/pg_temp/i.test(value)) this.#conversation.temporaries.mayBeFirst = true;
      if (name === 'replication' && !/^(false|off|no|0)$/i.test(value)) {
        throw new UnsupportedError(
          'WIREMASK_ERR_UNSUPPORTED_REPLICATION',
          'replication connections stream rows in a format that cannot be masked',
        );
      }
      if (name === 'client_encoding' && !this.#conversation.plans.policy.isEmpty) checkEncoding(value);
    }
  }

  #parameter(body: Uint8Array): void {
    const { name, value } = parseParameterStatus(body);
    const text = Buffer.from(value).toString('latin1');
    if (name === 'client_encoding' && !this.#conversation.plans.policy.isEmpty) checkEncoding(text);
    if (name === 'DateStyle') this.#conversation.isDateStyleIso = text.startsWith('ISO');
  }

  #authentication(body: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
    const { toDownstream } = this.#conversation;
    const message = parseAuthentication(body);
    if (message.kind === 'sasl') {
      this.#awaitsInitialResponse = true;
      const mechanisms = message.mechanisms.filter((name) => name !== channelBinding);
      this.#hasStripped = this.#stripsChannelBinding && mechanisms.length < message.mechanisms.length;
      if (this.#hasStripped && mechanisms.length === 0) throw channelBindingRequired();
      if (this.#hasStripped) {
        toDownstream.add(encodeAuthenticationSasl(mechanisms));
        return;
      }
    }
    toDownstream.forward(bytes, start, end);
  }

  // With the flag "y" the client says "the server does not offer binding", which the server knows to
  // be false: it would take the log-in for a downgrade attack.
  #checkInitialResponse(body: Uint8Array): void {
    if (!this.#hasStripped) return;
    const { data } = parseSaslInitialResponse(body);
    if (gs2Flag(data) !== 'n') throw channelBindingRequired();
  }

  #maskedFields(body: Uint8Array): [string, Uint8Array][] {
    const { texts } = this.#conversation;
    return maskErrorFields(
      parseErrorFields(body),
      { touches: false, catalog: undefined, clientText: undefined },
      texts,
    );
  }
}

function channelBindingRequired(): UnsupportedError {
  return new UnsupportedError(
    'WIREMASK_ERR_UNSUPPORTED_CHANNEL_BINDING',
    'TLS ends here, so SCRAM channel binding cannot hold; connect with channel_binding=disable',
  );
}
