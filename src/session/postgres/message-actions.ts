import { WireError } from '../../errors.ts';
import { backend, frontend } from '../../wire/postgres/message-types.ts';

/** What happens to a message type, and why. Published as docs/protocols/postgres.md, checked by a test. */
export interface MessageAction {
  /** Name in the specification. */
  readonly name: string;
  /**
   * `mask`: what it carries is data, and is decided by plan; `forward`: it passes as it is, or is only
   * read to follow the conversation; `refuse`: answered with an error, never passed.
   */
  readonly action: 'mask' | 'forward' | 'refuse';
  readonly reason: string;
}

/** Decisions by type byte. */
export type ActionTable = ReadonlyMap<number, MessageAction>;

/** Messages from the server. A type that is not here is refused. */
export const backendActions: ActionTable = new Map<number, MessageAction>([
  [
    backend.authentication,
    {
      name: 'Authentication*',
      action: 'mask',
      reason: 'SCRAM-SHA-256-PLUS is taken from the offer where TLS ends here; the rest passes',
    },
  ],
  [
    backend.backendKeyData,
    {
      name: 'BackendKeyData',
      action: 'forward',
      reason: 'identifies the connection for CancelRequest; the client needs it as it is',
    },
  ],
  [
    backend.bindComplete,
    { name: 'BindComplete', action: 'forward', reason: 'no content; makes a portal known' },
  ],
  [
    backend.closeComplete,
    { name: 'CloseComplete', action: 'forward', reason: 'no content; forgets a statement or portal' },
  ],
  [
    backend.commandComplete,
    {
      name: 'CommandComplete',
      action: 'mask',
      reason: 'the tag must look like a command tag: words and counts',
    },
  ],
  [
    backend.copyBothResponse,
    {
      name: 'CopyBothResponse',
      action: 'refuse',
      reason: 'streaming replication carries whole rows in a format that is not decoded',
    },
  ],
  [
    backend.copyData,
    {
      name: 'CopyData',
      action: 'mask',
      reason: 'rows of COPY TO STDOUT: decoded by format, masked by column',
    },
  ],
  [backend.copyDone, { name: 'CopyDone', action: 'forward', reason: 'no content' }],
  [
    backend.copyInResponse,
    { name: 'CopyInResponse', action: 'forward', reason: 'formats of what the client will send' },
  ],
  [
    backend.copyOutResponse,
    {
      name: 'CopyOutResponse',
      action: 'forward',
      reason: 'formats and column count; the plan of the rows that follow is made here',
    },
  ],
  [
    backend.dataRow,
    {
      name: 'DataRow',
      action: 'mask',
      reason: 'cells by the plan of their column; a row without a plan ends the connection',
    },
  ],
  [backend.emptyQueryResponse, { name: 'EmptyQueryResponse', action: 'forward', reason: 'no content' }],
  [
    backend.errorResponse,
    { name: 'ErrorResponse', action: 'mask', reason: 'error texts quote values: see error fields' },
  ],
  [
    backend.functionCallResponse,
    {
      name: 'FunctionCallResponse',
      action: 'refuse',
      reason: 'FunctionCall never reaches the server, so there is nothing it could answer',
    },
  ],
  [
    backend.negotiateProtocolVersion,
    {
      name: 'NegotiateProtocolVersion',
      action: 'forward',
      reason: 'version numbers and option names, before any data',
    },
  ],
  [
    backend.noData,
    { name: 'NoData', action: 'forward', reason: 'no content; the statement returns no rows' },
  ],
  [
    backend.noticeResponse,
    { name: 'NoticeResponse', action: 'mask', reason: 'notices quote values: see error fields' },
  ],
  [
    backend.notificationResponse,
    { name: 'NotificationResponse', action: 'mask', reason: 'the payload is data of unknown origin' },
  ],
  [
    backend.parameterDescription,
    { name: 'ParameterDescription', action: 'forward', reason: 'type OIDs only' },
  ],
  [
    backend.parameterStatus,
    {
      name: 'ParameterStatus',
      action: 'mask',
      reason: 'a setting can be made to carry a value; known settings must look like themselves',
    },
  ],
  [
    backend.parseComplete,
    { name: 'ParseComplete', action: 'forward', reason: 'no content; makes a statement known' },
  ],
  [
    backend.portalSuspended,
    { name: 'PortalSuspended', action: 'forward', reason: 'no content; the portal keeps its plan' },
  ],
  [
    backend.readyForQuery,
    {
      name: 'ReadyForQuery',
      action: 'forward',
      reason: 'one byte of transaction status; a moment to read the catalog',
    },
  ],
  [
    backend.rowDescription,
    {
      name: 'RowDescription',
      action: 'mask',
      reason: 'column names are scanned; the plans of the rows are made here',
    },
  ],
]);

/** Messages from the client. A type that is not here is refused. */
export const frontendActions: ActionTable = new Map<number, MessageAction>([
  [
    frontend.bind,
    {
      name: 'Bind',
      action: 'forward',
      reason:
        'parameters are refused when they hold a redaction label; formats are read from the description',
    },
  ],
  [frontend.close, { name: 'Close', action: 'forward', reason: 'followed, so that names are forgotten' }],
  [
    frontend.copyData,
    {
      name: 'CopyData',
      action: 'forward',
      reason: 'rows of COPY FROM STDIN are the client’s own; one that holds a redaction label ends the copy',
    },
  ],
  [frontend.copyDone, { name: 'CopyDone', action: 'forward', reason: 'ends COPY FROM STDIN' }],
  [frontend.copyFail, { name: 'CopyFail', action: 'forward', reason: 'ends COPY FROM STDIN' }],
  [frontend.describe, { name: 'Describe', action: 'forward', reason: 'its answer carries the plan' }],
  [
    frontend.execute,
    {
      name: 'Execute',
      action: 'forward',
      reason: 'a Describe of the portal goes before it where the client sent none',
    },
  ],
  [frontend.flush, { name: 'Flush', action: 'forward', reason: 'no answer of its own' }],
  [
    frontend.functionCall,
    {
      name: 'FunctionCall',
      action: 'refuse',
      reason: 'its answer has no description, so the value cannot be attributed',
    },
  ],
  [
    frontend.parse,
    {
      name: 'Parse',
      action: 'forward',
      reason: 'the statement is read; refused where its effect would leave the rules’ reach',
    },
  ],
  [
    frontend.passwordMessage,
    {
      name: 'PasswordMessage',
      action: 'forward',
      reason: 'also SASLInitialResponse, SASLResponse, GSSResponse: log-in belongs to client and server',
    },
  ],
  [
    frontend.query,
    {
      name: 'Query',
      action: 'forward',
      reason: 'the statements are read; refused where their effect would leave the rules’ reach',
    },
  ],
  [frontend.sync, { name: 'Sync', action: 'forward', reason: 'ends a pipeline' }],
  [frontend.terminate, { name: 'Terminate', action: 'forward', reason: 'ends the connection' }],
]);

/** Packets before the first message: what happens to each. */
export const startupActions: readonly MessageAction[] = [
  {
    name: 'StartupMessage',
    action: 'forward',
    reason: 'refused when it asks for replication or for a client_encoding that cannot be masked',
  },
  {
    name: 'SSLRequest',
    action: 'refuse',
    reason: 'the session answers N; a listener with TLS answers S and ends TLS itself',
  },
  { name: 'GSSENCRequest', action: 'refuse', reason: 'answered N: encrypted bytes cannot be masked' },
  {
    name: 'CancelRequest',
    action: 'forward',
    reason: 'the sidecar sends it to the server of the connection that owns the key, and to no other',
  },
];

/**
 * Refuses a type that no row of the table decides on.
 *
 * @throws {WireError} WIREMASK_ERR_MESSAGE_TYPE
 */
export function checkType(actions: ActionTable, type: number): void {
  if (!actions.has(type)) throw new WireError('WIREMASK_ERR_MESSAGE_TYPE', `unknown message type ${type}`);
}
