import type { LeakCase } from '../../support/leak-case.ts';
import { pipelineCases } from './e-pipelines.ts';
import { formatCases, portalCases } from './e-portals.ts';
import { startupCases } from './e-startup.ts';
import { statementCases } from './e-statements.ts';

/** Tricks with the order and the framing of messages. */
export const protocolCases: readonly LeakCase[] = [
  ...formatCases,
  ...portalCases,
  ...pipelineCases,
  ...statementCases,
  ...startupCases,
];
