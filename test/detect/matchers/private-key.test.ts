import { describe, expect, it } from 'vitest';
import { found } from '../support/scan.ts';

const LINE = 'MIIA0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdef';
const NEXT = '0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefMIIA';

function keysIn(text: string): string[] {
  const prefix = 'private-key ';
  return found(text).flatMap((finding) => (finding.startsWith(prefix) ? [finding.slice(prefix.length)] : []));
}

describe('a block that lost its beginning', () => {
  const end = '-----END RSA PRIVATE KEY-----';

  it('is found from its first line of base64', () => {
    const block = `${LINE}\n${NEXT}\nabcd==\n${end}`;
    expect(keysIn(`see below:\n${block}\nthat was it`)).toEqual([block]);
  });

  it('is found with its line ends written out', () => {
    const block = `${LINE}\\n${NEXT}\\nabcd==\\n${end}`;
    expect(keysIn(`{"key": "${block}\\n"}`)).toEqual([block]);
    expect(keysIn(`an old one\\n${block}`)).toEqual([block]);
  });

  it('is found in one line, and cut off in its first', () => {
    const block = `${LINE}${NEXT}${LINE}${NEXT}${end}`;
    expect(keysIn(block)).toEqual([block]);
    const cut = `89abcdef\n${NEXT}\n${end}`;
    expect(keysIn(cut)).toEqual([cut]);
  });

  it.each([`the text that ends with\n${end}`, `${LINE}\n-----END CERTIFICATE-----`, `short0123\n${end}`])(
    '%j is none',
    (text) => {
      expect(keysIn(text)).toEqual([]);
    },
  );
});

describe('a block that lost its end', () => {
  it('is found up to the end', () => {
    const block = `-----BEGIN PRIVATE KEY-----\n${LINE}\n${NEXT.slice(0, 20)}`;
    expect(keysIn(`key: ${block}`)).toEqual([block]);
  });
});

describe('key file of a service account', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\\n${LINE}\\n${NEXT}\\n-----END PRIVATE KEY-----\\n`;

  it('is found as a whole, in the order it is issued and sorted', () => {
    const fields = `"private_key_id": "0123",\n  "private_key": "${pem}"`;
    const issued = `{\n  "type": "service_account",\n  ${fields},\n  "client_id": "1"\n}`;
    const mail = '"client_email": "a@b.iam.gserviceaccount.com"';
    const sorted = `{${mail}, "private_key": "${pem}", "type": "service_account"}`;
    expect(found(`key ${issued} end`)).toEqual([`google-service-account ${issued}`]);
    expect(found(sorted)).toEqual([`google-service-account ${sorted}`]);
  });
});
