import { awsAccessKey } from './aws-access-key.ts';
import { awsSecretKey } from './aws-secret-key.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ipv4Address } from './ipv4-address.ts';
import { jsonWebToken } from './json-web-token.ts';
import { bearerToken, createKeyedPassword, createKeyedToken } from './keyed-secret.ts';
import type { Matcher } from './matcher.ts';
import { passwordField, tokenField } from './named-secret.ts';
import { paymentCard, paymentCardUncommon } from './payment-card.ts';
import { privateKey } from './private-key.ts';
import { urlPassword } from './url-password.ts';
import { usSsn, usSsnDigits } from './us-ssn.ts';

/** A matcher as a rule file names it: ready, or made from the rule's `keywords`. */
export type MatcherEntry =
  | { readonly needsKeywords: false; readonly matcher: Matcher }
  | { readonly needsKeywords: true; readonly create: (keywords: readonly string[]) => Matcher };

const ready = (matcher: Matcher): MatcherEntry => ({ needsKeywords: false, matcher });

/** Built-in matchers by the name a rule file gives them. */
export const matchers: ReadonlyMap<string, MatcherEntry> = new Map<string, MatcherEntry>([
  ['aws-access-key', ready(awsAccessKey)],
  ['aws-secret-key', ready(awsSecretKey)],
  ['bearer-token', ready(bearerToken)],
  ['email', ready(email)],
  ['iban', ready(iban)],
  ['ipv4-address', ready(ipv4Address)],
  ['json-web-token', ready(jsonWebToken)],
  ['keyed-password', { needsKeywords: true, create: createKeyedPassword }],
  ['keyed-token', { needsKeywords: true, create: createKeyedToken }],
  ['password-field', ready(passwordField)],
  ['payment-card', ready(paymentCard)],
  ['payment-card-uncommon', ready(paymentCardUncommon)],
  ['private-key', ready(privateKey)],
  ['token-field', ready(tokenField)],
  ['url-password', ready(urlPassword)],
  ['us-ssn', ready(usSsn)],
  ['us-ssn-digits', ready(usSsnDigits)],
]);
