import type { MaskingSession, Output } from 'wiremask';
import { backend, encodeMessage, encodeReadyForQuery, encodeStartupMessage } from 'wiremask/postgres';

const parameters = { client_encoding: 'UTF8', DateStyle: 'ISO, MDY', standard_conforming_strings: 'on' };

/** Takes a new session through a log-in that no server has part in. */
export function logIn(session: MaskingSession): void {
  const answer = Buffer.concat([
    encodeMessage(backend.authentication, (writer) => writer.int32(0)),
    ...Object.entries(parameters).map(([name, value]) =>
      encodeMessage(backend.parameterStatus, (writer) => {
        writer.cstring(name);
        writer.cstring(value);
      }),
    ),
    encodeReadyForQuery('I'),
  ]);
  const user = [['user', 'nobody']] as const;
  expectNoFailure(session.fromDownstream(encodeStartupMessage({ parameters: user })));
  expectNoFailure(session.fromUpstream(answer));
}

/** @throws {WiremaskError} The failure, when there is one. */
export function expectNoFailure(output: Output): Output {
  if (output.failure) throw output.failure;
  return output;
}
