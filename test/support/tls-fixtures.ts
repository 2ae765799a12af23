import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));

/** Paths of the test certificates; see the README next to them. */
export const tlsFiles: {
  readonly ca: string;
  readonly otherCa: string;
  readonly certificate: string;
  readonly key: string;
} = {
  ca: path('ca.crt'),
  otherCa: path('other-ca.crt'),
  certificate: path('server.crt'),
  key: path('server.key'),
};

/** Contents of the test certificates, PEM. */
export const tlsPem: {
  readonly ca: string;
  readonly otherCa: string;
  readonly certificate: string;
  readonly key: string;
} = {
  ca: readFileSync(tlsFiles.ca, 'utf8'),
  otherCa: readFileSync(tlsFiles.otherCa, 'utf8'),
  certificate: readFileSync(tlsFiles.certificate, 'utf8'),
  key: readFileSync(tlsFiles.key, 'utf8'),
};
