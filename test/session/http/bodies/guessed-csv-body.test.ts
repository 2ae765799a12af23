import { describe, expect, it } from 'vitest';
import { bodyOf, httpSessions, ok, sized } from '../../../support/http-session.ts';

const open = await httpSessions({
  fields: [{ name: 'ssn', mask: 'redact' }],
  detect: { mask: 'redact', label: '[gone]' },
});
const masked = (text: string, type = 'text/csv'): string => bodyOf(open, sized(ok(type), text));

describe('CSV of any delimiter', () => {
  it.each([
    ['id;ssn\n1;canary,2\n', 'id;ssn\n1;[masked]\n'],
    ['id|"ssn"|n\r\n1|canary|2\r\n', 'id|"ssn"|n\r\n1|[masked]|2\r\n'],
    ['id\tssn\n1\tcanary', 'id\tssn\n1\t[masked]'],
    ['id,ssn\n1,canary;2\n', 'id,ssn\n1,[masked]\n'],
    ['"a;b;c;d",ssn\n1,canary\n', '"a;b;c;d",ssn\n1,[masked]\n'],
    ['a;b;c;d,ssn\n1,canary\n', 'a;b;c;d,ssn\n1,[masked]\n'],
    ['sep=;\r\nssn;a,b\r\ncanary;c\r\n', 'sep=;\r\nssn;a,b\r\n[masked];c\r\n'],
    ['\ufeffsep=|\nssn|a\ncanary|c', '\ufeffsep=|\nssn|a\n[masked]|c'],
    ['\ufeffssn;a\ncanary;c', '\ufeffssn;a\n[masked];c'],
    ['5" disk;ssn\n1;canary\n', '5" disk;ssn\n1;[masked]\n'],
    ['"two\nlines";ssn\n1;canary\n', '"two\nlines";ssn\n1;[masked]\n'],
    ['"a ""b"";";ssn\n1;canary\n', '"a ""b"";";ssn\n1;[masked]\n'],
    [
      '"full ""legal"" name\n(as in ID)";ssn\nx;canary\n',
      '"full ""legal"" name\n(as in ID)";ssn\nx;[masked]\n',
    ],
    ['"";ssn\nx;canary\n', '"";ssn\nx;[masked]\n'],
    ['name;mail\nx;ada@canary.org\n', 'name;mail\nx;[gone]\n'],
    ['ssn', 'ssn'],
  ])('%j becomes %j', (text, result) => {
    expect(masked(text)).toBe(result);
  });

  it('stays as it came where nothing is to be masked', () => {
    for (const text of ['a;b\n1;2,5\n', 'a,b\n\n1,"2;5"\n', 'sep=,\na,b', '\n\n', '"never closed;\n1;2'])
      expect(masked(text)).toBe(text);
  });

  it('a header that is too large is refused', async () => {
    const small = await httpSessions({ fields: [{ name: 'ssn', mask: 'redact' }] }, { recordSizeMax: 100 });
    const session = small();
    session.fromDownstream(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    const { failure } = session.fromUpstream(sized(ok('text/csv'), `ssn;${'a;'.repeat(100)}\ncanary;1\n`));
    expect(failure?.code).toBe('WIREMASK_ERR_MESSAGE_SIZE');
  });
});
