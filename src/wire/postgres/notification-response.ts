import { ByteReader } from '../../bytes/byte-reader.ts';
import { encodeMessage } from './encode-message.ts';
import { backend } from './message-types.ts';

/** What NOTIFY sent. Byte strings are in the client's encoding. */
export interface NotificationResponse {
  /** Of the connection that notified. */
  readonly processId: number;
  readonly channel: Uint8Array;
  readonly payload: Uint8Array;
}

/**
 * Decodes the body of a NotificationResponse. Byte strings alias the body.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_BODY
 */
export function parseNotificationResponse(body: Uint8Array): NotificationResponse {
  const reader = new ByteReader(body);
  const processId = reader.int32();
  const channel = reader.cstring();
  const payload = reader.cstring();
  reader.expectEnd('NotificationResponse');
  return { processId, channel, payload };
}

/** Encodes a whole NotificationResponse message. */
export function encodeNotificationResponse(notification: NotificationResponse): Uint8Array {
  return encodeMessage(backend.notificationResponse, (writer) => {
    writer.int32(notification.processId);
    writer.cstring(notification.channel);
    writer.cstring(notification.payload);
  });
}
