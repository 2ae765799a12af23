import { awsAccessKey } from './aws-access-key.ts';
import { awsSecretKey } from './aws-secret-key.ts';
import { basicCredentials } from './basic-credentials.ts';
import { cryptoAddress, cryptoAddressUnchecked } from './crypto-address.ts';
import { createDigitRunMatcher } from './digit-run.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ipv4Address, ipv4Special } from './ipv4-address.ts';
import { ipv6Address, ipv6Short } from './ipv6-address.ts';
import { jsonWebToken } from './json-web-token.ts';
import { bearerToken, createKeyedKey, createKeyedPassword, createKeyedToken } from './keyed-secret.ts';
import { kubernetesSecret } from './kubernetes-secret.ts';
import { createLayoutMatcher } from './layout.ts';
import { macAddress, macAddressDotted, macAddressSpaced } from './mac-address.ts';
import { magneticStripe } from './magnetic-stripe.ts';
import type { Matcher } from './matcher.ts';
import { passwordField, tokenField } from './named-secret.ts';
import { nkeySeed } from './nkey-seed.ts';
import { paymentCard, paymentCardTypeset, paymentCardUncommon } from './payment-card.ts';
import { emailEncoded, urlPasswordEncoded } from './percent-encoded.ts';
import { phoneDigits, phoneGrouped, phoneInternational, phoneNational } from './phone-number.ts';
import { privateKey } from './private-key.ts';
import { createSecretList } from './secret-list.ts';
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
  ['basic-credentials', ready(basicCredentials)],
  ['bearer-token', ready(bearerToken)],
  ['crypto-address', ready(cryptoAddress)],
  ['crypto-address-unchecked', ready(cryptoAddressUnchecked)],
  ['digits-6-to-14', ready(createDigitRunMatcher(6, 14))],
  ['digits-8-to-17', ready(createDigitRunMatcher(8, 17))],
  ['digits-9', ready(createDigitRunMatcher(9, 9))],
  ['digits-10', ready(createDigitRunMatcher(10, 10))],
  ['digits-15', ready(createDigitRunMatcher(15, 15))],
  ['email', ready(email)],
  ['email-encoded', ready(emailEncoded)],
  ['hex-12', ready(createLayoutMatcher('xxxxxxxxxxxx'))],
  ['iban', ready(iban)],
  ['imei-grouped', ready(createLayoutMatcher('##-######-######-#', '## ###### ###### #'))],
  ['ipv4-address', ready(ipv4Address)],
  ['ipv4-special', ready(ipv4Special)],
  ['ipv6-address', ready(ipv6Address)],
  ['ipv6-short', ready(ipv6Short)],
  ['json-web-token', ready(jsonWebToken)],
  ['keyed-key', { needsKeywords: true, create: createKeyedKey }],
  ['keyed-password', { needsKeywords: true, create: createKeyedPassword }],
  ['keyed-token', { needsKeywords: true, create: createKeyedToken }],
  ['mac-address', ready(macAddress)],
  ['mac-address-dotted', ready(macAddressDotted)],
  ['mac-address-spaced', ready(macAddressSpaced)],
  ['magnetic-stripe', ready(magneticStripe)],
  ['kubernetes-secret', ready(kubernetesSecret)],
  ['nkey-seed', ready(nkeySeed)],
  ['password-field', ready(passwordField)],
  ['payment-card', ready(paymentCard)],
  ['payment-card-typeset', ready(paymentCardTypeset)],
  ['payment-card-uncommon', ready(paymentCardUncommon)],
  ['phone-digits', ready(phoneDigits)],
  ['phone-grouped', ready(phoneGrouped)],
  ['phone-international', ready(phoneInternational)],
  ['phone-national', ready(phoneNational)],
  ['private-key', ready(privateKey)],
  ['secret-list', { needsKeywords: true, create: createSecretList }],
  ['token-field', ready(tokenField)],
  ['url-password', ready(urlPassword)],
  ['url-password-encoded', ready(urlPasswordEncoded)],
  ['us-aba-routing-grouped', ready(createLayoutMatcher('####-####-#'))],
  ['us-dea', ready(createLayoutMatcher('@&#######'))],
  ['us-ein', ready(createLayoutMatcher('##-#######', '## #######', '#########'))],
  ['us-itin', ready(createLayoutMatcher('###-##-####'))],
  ['us-itin-digits', ready(createLayoutMatcher('#########', '### ## ####', '###-######', '#####-####'))],
  ['us-mbi', ready(createLayoutMatcher('#@&#-@&#-@@##'))],
  ['us-mbi-bare', ready(createLayoutMatcher('#@&#@&#@@##'))],
  ['us-npi-grouped', ready(createLayoutMatcher('####-###-###', '#### ### ###'))],
  ['us-passport', ready(createLayoutMatcher('@########'))],
  ['us-ssn', ready(usSsn)],
  ['us-ssn-digits', ready(usSsnDigits)],
]);
