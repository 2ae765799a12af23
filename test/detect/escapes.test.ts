import { describe, expect, it } from 'vitest';
import { found } from './support/scan.ts';

describe('right after an escape written out', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['mailgun-private-key', 'key-0123456789abcdef0123456789abcde0'],
    ['infracost-key', 'ico-k3m9xQ2vR7tZ5wB8nH4jL6pC1dF0gSk3'],
    ['command-password', 'redis-cli -h cache.example.com -a opensesame ping'],
    ['sshpass', 'sshpass -p opensesame ssh db.example.com'],
    ['curl-user', 'curl -s --user "ada:opensesame" https://example.com'],
    ['jdbc-password', 'jdbc:postgresql://db.example.com:5432/app?user=ada&password=opensesame'],
    ['auth0-client-id', "auth0_client_id: '3m9x2v7t5w8n4j6p1d0gk3m9x2v7t5w8'"],
    ['aws-access-key', 'AKIAIOSFODNN7EXAMPLF'],
  ];
  for (const escaped of ['\\n', '\\r\\n', '\\t'])
    it.each(texts)(`${escaped}: %s is found`, (rule, text) => {
      const findings = found(`first line${escaped}${text}${escaped}`);
      expect(findings.map((finding) => finding.slice(0, finding.indexOf(' ')))).toContain(rule);
    });

  it('is not inside of a word', () => {
    expect(found('newkey-0123456789abcdef0123456789abcde0')).toEqual([]);
    expect(found('nsshpass -p opensesame ssh db.example.com')).toEqual([]);
  });
});
