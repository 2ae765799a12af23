import { z } from 'zod';
import type { ConfigFile } from './config-file.ts';
import { bytes, count } from './schema-parts.ts';

/** `budget`. */
export const budgetSchema: z.ZodType<NonNullable<ConfigFile['budget']>> = z
  .strictObject({
    latencyMs: z
      .number()
      .min(0.01)
      .max(60_000)
      .meta({ description: 'Milliseconds detection may take per message. Default 250.', examples: [250] })
      .optional(),
    onExceeded: z.enum(['mask']).meta({ description: 'Default, and only choice: mask.' }).optional(),
    workPerValueMax: count('Bytes scanned plus cost of candidates, per value.'),
    workPerMessageMax: count('Bytes scanned plus cost of candidates, per message.'),
  })
  .meta({ description: 'What masking may cost.' });

const milliseconds = (min: number, description: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(min)
    .max(86_400_000)
    .meta({ description, examples: [10_000] })
    .optional();

/** `limits`. */
export const limitsSchema: z.ZodType<NonNullable<ConfigFile['limits']>> = z
  .strictObject({
    messageSizeMax: bytes('Bytes of one message that has to be held to be masked.'),
    valueSizeMax: bytes('Bytes of one value; a larger one is masked whole.'),
    statementSizeMax: bytes('Bytes of one statement.'),
    pendingStatementsMax: count('Statements sent but not answered, per connection.'),
    connectionsMax: count('Connections open at once, per listener.'),
    startupTimeoutMs: milliseconds(1, 'Milliseconds until log-in, or the head of a request, is complete.'),
    responseTimeoutMs: milliseconds(
      0,
      'HTTP: milliseconds from the end of a request to the head of its response; 0 = no limit.',
    ),
    holdTimeoutMs: milliseconds(
      1,
      'HTTP: milliseconds the end of an event may be kept back, as the beginning of a value.',
    ),
    idleTimeoutMs: milliseconds(0, 'Milliseconds without a byte, over HTTP without a request; 0 = no limit.'),
    heldBytesMax: bytes('Client bytes held back per connection while the catalog is read.'),
    headerSizeMax: bytes('HTTP: bytes of a head, and of a trailer section.'),
    depthMax: count('HTTP: JSON objects and arrays inside each other.'),
    recordSizeMax: bytes('HTTP: bytes of one event of an event stream, or one record of CSV.'),
    holdSizeMax: bytes('HTTP: bytes of plain text that are kept back.'),
    decodedSizeMax: z
      .int()
      .min(1)
      .meta({ description: 'HTTP: bytes of a body after its codings are decoded.', examples: [17179869184] })
      .optional(),
    decodedRatioMax: count('HTTP: bytes that one coded byte may become.'),
  })
  .meta({ description: 'Limits of every connection.' });
