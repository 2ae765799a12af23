import { z } from 'zod';

/** A text that is not empty. */
export const path = (description: string, example: string): z.ZodString =>
  z
    .string()
    .min(1)
    .meta({ description, examples: [example] });

/** A number of bytes. */
export const bytes = (description: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(2_147_483_647)
    .meta({ description, examples: [67108864] })
    .optional();

/** A number of things. */
export const count = (description: string): z.ZodOptional<z.ZodInt> =>
  z
    .int()
    .min(1)
    .max(1_000_000_000)
    .meta({ description, examples: [1000] })
    .optional();

/** A secret by reference. */
export const secret = (what: string): z.ZodType<{ env?: string | undefined; file?: string | undefined }> =>
  z
    .strictObject({
      env: path('Name of the environment variable that holds it.', 'WIREMASK_SECRET').optional(),
      file: path(
        'File that holds it, relative to this file; one line feed at its end is cut off.',
        'secret.key',
      ).optional(),
    })
    .meta({
      description: `${what}. Exactly one of env and file; never the secret itself.`,
      examples: [{ env: 'WIREMASK_SECRET' }],
      oneOf: [{ required: ['env'] }, { required: ['file'] }],
    });
