import { beforeAll, describe, expect, it } from 'vitest';
import { CsvBody, type CsvBodyOptions } from '../../../../src/session/http/bodies/csv-body.ts';
import type { ValueScan } from '../../../../src/session/value-scan.ts';
import { mutations, oneByteAtATime } from '../../../support/properties.ts';
import { emptyScan, loadScans, nameRules, outputsOf, replacingRule, run } from './support.ts';

let newScan: () => ValueScan;
beforeAll(async () => {
  newScan = await loadScans();
});

const rules = nameRules({
  ssn: replacingRule('key ssn', '[gone]'),
  note: replacingRule('key note', 'a, "b"'),
});
const options: CsvBodyOptions = { delimiter: ',', hasHeader: true };
const create = (more: Partial<CsvBodyOptions> = {}): CsvBody =>
  new CsvBody(newScan(), rules, { ...options, ...more });

describe('CsvBody', () => {
  it.each([
    ['a rule', 'id,SSN\n1,x\n2,\n', 'id,SSN\n1,[gone]\n2,[gone]\n'],
    ['the quotes of the cell', 'id,"ssn"\r\n1,"x"\r\n2,y\r\n', 'id,"ssn"\r\n1,"[gone]"\r\n2,[gone]\r\n'],
    ['a replacement that needs quotes', 'id,note\n1,x\n', 'id,note\n1,"a, ""b"""\n'],
    ['CR', 'id,ssn\r1,x\r2,y', 'id,ssn\r1,[gone]\r2,[gone]'],
    ['no line end at the end', 'ssn\nx', 'ssn\n[gone]'],
    ['a byte order mark', '\xef\xbb\xbfssn,id\nx,1\n', '\xef\xbb\xbfssn,id\n[gone],1\n'],
    ['a finding', 'id,who\n1,jane.doe@corp.com\n', 'id,who\n1,[masked:EMAIL_ADDRESS]\n'],
    ['line ends inside quotes', 'id,ssn\n1,"a\nb\r\nc"\n', 'id,ssn\n1,"[gone]"\n'],
    ['doubled quotes', 'a,b\n"x ""jane.doe@corp.com""",y\n', 'a,b\n"x ""[masked:EMAIL_ADDRESS]""",y\n'],
    ['fewer and more cells', 'ssn,id\nx\ny,1,z\n\n', 'ssn,id\n[gone]\n[gone],1,z\n\n'],
    ['a value in the header', 'jane.doe@corp.com,b\n1,2\n', '[masked:EMAIL_ADDRESS],b\n1,2\n'],
  ])('masks at every split position: %s', (_name, body, expected) => {
    expect(outputsOf(create, body)).toEqual([expected]);
  });

  it('takes tabs and tables without a header', () => {
    const tabs = outputsOf(() => create({ delimiter: '\t' }), 'id\tssn\n1,2\tx y\n');
    expect(tabs).toEqual(['id\tssn\n1,2\t[gone]\n']);
    const plain = outputsOf(() => create({ hasHeader: false }), 'ssn,id\njane.doe@corp.com,1\n');
    expect(plain).toEqual(['ssn,id\n[masked:EMAIL_ADDRESS],1\n']);
  });

  it('uses the name of a column as context', () => {
    const body = 'id,password\n1,xK9#mQ2$vL7w\n';
    expect(outputsOf(() => new CsvBody(newScan(), nameRules(), options), body)).toEqual([
      expect.stringMatching(/^id,password\n1,\[masked:[A-Z_]*\]\n$/),
    ]);
  });

  it('scans records of another size as text', () => {
    const body = 'a,b,c\n"k" password = "xK9#m,Q2$vL7w"\n';
    for (const output of outputsOf(create, body)) expect(output).not.toContain('Q2$vL7w');
  });

  it('masks in text that is no CSV', () => {
    const body = 'Dear "all, write to jane.doe@corp.com\n"or call\n4111 1111 1111 1111';
    for (const output of outputsOf(create, body)) {
      expect(output).not.toContain('jane');
      expect(output).not.toContain('4111');
    }
  });

  it('withholds a record that is too large and goes on after it', () => {
    const scan = newScan();
    const body = `id,ssn\n1,"${'x\n'.repeat(40)}"\r\n2,y\n`;
    const make = (): CsvBody => new CsvBody(scan, rules, { ...options, recordSizeMax: 32 });
    expect(outputsOf(make, body)).toEqual(['id,ssn\n[masked]\r\n2,[gone]\n']);
    expect(scan.report.failedClosed.get('size')).toBeGreaterThan(0);
  });

  it('refuses a header that is too large', () => {
    const make = (): CsvBody => create({ recordSizeMax: 32 });
    for (const chunks of [[Buffer.from('a,'.repeat(40))], oneByteAtATime(Buffer.from('a,'.repeat(40)))])
      expect(() => run(make(), chunks)).toThrow(expect.objectContaining({ limit: 'recordSizeMax' }));
  });

  it('counts what it masks', () => {
    const scan = newScan();
    run(new CsvBody(scan, rules, options), [Buffer.from('id,ssn\n1,x\njane.doe@corp.com,y\n')]);
    expect(scan.report.masked).toEqual(
      new Map([
        ['key ssn', 2],
        ['email', 1],
      ]),
    );
  });

  it('lets complete records leave at once', () => {
    const masker = create();
    expect(Buffer.concat(masker.push(Buffer.from('a,b\n1,2\n3,'))).toString()).toBe('a,b\n1,2\n');
    expect(Buffer.concat(masker.push(Buffer.from('4\r'))).toString()).toBe('3,4\r');
    expect(Buffer.concat(masker.push(Buffer.from('\n5'))).toString()).toBe('\n');
  });

  it('keeps every byte where nothing is to mask', () => {
    const body = Buffer.from('\xef\xbb\xbfa,"b ""c"" ",\r\n\r\n,,\n"x\ry"z"q,1.0\r"\xff', 'latin1');
    for (const bytes of [body, ...mutations(body, 5, 300)]) {
      const create = (): CsvBody => new CsvBody(emptyScan(), nameRules(), options);
      expect(run(create(), oneByteAtATime(bytes))).toBe(Buffer.from(bytes).toString('latin1'));
      expect(run(create(), [bytes])).toBe(Buffer.from(bytes).toString('latin1'));
    }
  });
});
