/** A stream that two readers could take for different messages, and the code it is refused with. */
export type SmugglingCase = readonly [name: string, text: string, code: string];

const [HEAD, FRAMING] = ['WIREMASK_ERR_HTTP_HEAD', 'WIREMASK_ERR_HTTP_FRAMING'];
const CODING = 'WIREMASK_ERR_UNSUPPORTED_CODING';
const SIZE = 'WIREMASK_ERR_HTTP_HEAD_SIZE';

const post = (fields: string, body = '0\r\n\r\n') => `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`;
const chunked = (body: string) => post('Transfer-Encoding: chunked', body);
const line = (text: string) => `${text}\r\nHost: a\r\n\r\n`;
const host = (text: string) => `GET / HTTP/1.1\r\n${text}\r\n\r\n`;

const lengths: readonly SmugglingCase[] = [
  ['CL and TE', post('Content-Length: 5\r\nTransfer-Encoding: chunked'), FRAMING],
  ['TE and CL', post('Transfer-Encoding: chunked\r\nContent-Length: 5'), FRAMING],
  ['CL 0 and TE', post('Content-Length: 0\r\nTransfer-Encoding: chunked'), FRAMING],
  ['two lengths', post('Content-Length: 5\r\nContent-Length: 6'), FRAMING],
  ['one length twice', post('Content-Length: 5\r\ncontent-length: 5'), FRAMING],
  ['a list of lengths', post('Content-Length: 5, 5'), FRAMING],
  ['no length', post('Content-Length:'), FRAMING],
  ...['+5', '-5', '0x5', '5.0', '5e0', '05', '00', '5 0', '1_0', '5;', '"5"', '\xb2', '9007199254740992'].map(
    (length): SmugglingCase => [`length ${length}`, post(`Content-Length: ${length}`), FRAMING],
  ),
  ['length beyond 64 bits', post('Content-Length: 18446744073709551621'), FRAMING],
  ['length with an underscore', post('Content_Length: 5'), FRAMING],
  ['CONNECT with a body', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 5\r\n\r\n', FRAMING],
  ['TRACE with a body', `TRACE / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`, FRAMING],
];

const codings: readonly SmugglingCase[] = [
  ...[
    'xchunked',
    'chunked,',
    ', chunked',
    'chunked, chunked',
    'chunked, gzip',
    'chunked, identity',
    'chunked;q=1',
    '"chunked"',
    'chunked chunked',
    'identity',
    'gzip',
    'gzip,, chunked',
    'chunked, gzip, chunked',
    'chunke\xe4',
  ].map((coding): SmugglingCase => [`TE ${coding}`, post(`Transfer-Encoding: ${coding}`), FRAMING]),
  ['an empty TE', post('Transfer-Encoding:'), FRAMING],
  ['two TE', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'), FRAMING],
  ['TE and its negation', post('Transfer-Encoding: chunked\r\nTransfer-encoding: cow'), FRAMING],
  ['TE with an underscore', post('Transfer_Encoding: chunked'), FRAMING],
  ['TE in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', FRAMING],
  ['gzip, chunked', post('Transfer-Encoding: gzip, chunked'), CODING],
  ['TE after a vertical tab', post('Transfer-Encoding:\x0bchunked'), HEAD],
  ['TE with a blank before the colon', post('Transfer-Encoding : chunked'), HEAD],
  ['TE with a tab before the colon', post('Transfer-Encoding\t: chunked'), HEAD],
  ['a blank before TE', post(' Transfer-Encoding: chunked'), HEAD],
  ['TE on a folded line', post('Transfer-Encoding:\r\n chunked'), HEAD],
  ['TE behind a bare LF', post('X: y\nTransfer-Encoding: chunked'), HEAD],
  ['TE behind a bare CR', post('X: y\rTransfer-Encoding: chunked'), HEAD],
  ['TE behind NUL', post('\0Transfer-Encoding: chunked'), HEAD],
  ['TE and NUL', post('Transfer-Encoding: chunked\0'), HEAD],
  ['a field without a colon', post('Transfer-Encoding'), HEAD],
  ['a field without a name', post(': chunked'), HEAD],
];

const heads: readonly SmugglingCase[] = [
  ['bare LF only', 'GET / HTTP/1.1\nHost: a\n\n', HEAD],
  ['a line that ends in CR CR LF', 'GET / HTTP/1.1\r\r\nHost: a\r\n\r\n', HEAD],
  ['a head that ends in LF', 'GET / HTTP/1.1\r\nHost: a\r\n\n', HEAD],
  ['a folded line', 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n', HEAD],
  ['a folded first line', 'GET / HTTP/1.1\r\n Host: a\r\n\r\n', HEAD],
  ['three empty lines', `\r\n\r\n\r\n${line('GET / HTTP/1.1')}`, HEAD],
  ['an empty line of LF', `\n${line('GET / HTTP/1.1')}`, HEAD],
  ['DEL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n', HEAD],
  ['a name beyond ASCII', 'GET / HTTP/1.1\r\nHost: a\r\nX\xe4: y\r\n\r\n', HEAD],
  ['HTTP/0.9', 'GET /\r\n\r\n', HEAD],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', HEAD],
  ['a TLS record', '\x16\x03\x01\x02\x00\x01', HEAD],
  ...[
    'GET  / HTTP/1.1',
    ' GET / HTTP/1.1',
    'GET / HTTP/1.1 ',
    'GET\t/\tHTTP/1.1',
    'GET / HTTP/1.10',
    'GET / HTTP/1.2',
    'GET / HTTP/2.0',
    'GET / http/1.1',
    'GET / HTTP/01.1',
    'GET /a b HTTP/1.1',
    'GET / HTTP/1.1 HTTP/1.1',
    'GE(T / HTTP/1.1',
    'head / HTTP/1.1',
    'Connect a:1 HTTP/1.1',
  ].map((text): SmugglingCase => [`line "${text}"`, line(text), HEAD]),
  ['a head above the limit', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(8192)}\r\n\r\n`, SIZE],
  ['a request line above the limit', `GET /${'y'.repeat(8192)}`, SIZE],
];

const targets: readonly SmugglingCase[] = [
  ...[
    'a',
    '*',
    '/#f',
    '/a\\b',
    '/\xe4',
    'a:80',
    'http:a',
    'http:///a',
    'http://a#f',
    'http://:80/',
    'http://u@a/',
    'http://b/',
    'http://a\\@b/',
    'https://a:80/',
  ].map((target): SmugglingCase => [`target ${target}`, line(`GET ${target} HTTP/1.1`), HEAD]),
  ['CONNECT without port', line('CONNECT a HTTP/1.1'), HEAD],
  ['CONNECT with user information', line('CONNECT u@a:1 HTTP/1.1'), HEAD],
  ['CONNECT to a list', line('CONNECT a,b:1 HTTP/1.1'), HEAD],
  ['user information without Host', 'GET http://u@a/ HTTP/1.0\r\n\r\n', HEAD],
  ['a port alone without Host', 'GET http://:80/ HTTP/1.0\r\n\r\n', HEAD],
  ['CONNECT to a path', line('CONNECT / HTTP/1.1'), HEAD],
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', HEAD],
  ['two Hosts', host('Host: a\r\nHost: b'), HEAD],
  ['one Host twice', host('Host: a\r\nhost: a'), HEAD],
  ...['a, b', 'a,b', 'a b', 'a/b', 'u@a', 'a:b', 'a:1:2', 'a?b', 'a#b', 'a\\b', '[a', '\xe4'].map(
    (value): SmugglingCase => [`Host ${value}`, host(`Host: ${value}`), HEAD],
  ),
];

const chunks: readonly SmugglingCase[] = [
  ...[
    '0x1',
    '+1',
    '-1',
    ' 1',
    '\t1',
    '1 ',
    '1\t',
    '1 ;a',
    '1;',
    '1; a',
    '1;a ',
    '1;a=',
    '1;=b',
    '1;a;;b',
    '1;a="b',
    '1;a="b\\',
    '1;a="b"c',
    '1;a=b c',
    '1;a="\x7f"',
    ';a',
    '1,',
    '1.0',
    '1_0',
    '',
    'g',
    '"1"',
    '1\0',
    '00000000000001',
    '10000000000000001',
    'ffffffffffffffff',
  ].map((size): SmugglingCase => [`chunk size "${size}"`, chunked(`${size}\r\nx\r\n0\r\n\r\n`), FRAMING]),
  ['a size line that ends in LF', chunked('1\nx\r\n0\r\n\r\n'), FRAMING],
  ['a size line that ends in CR', chunked('1\rx\r\n0\r\n\r\n'), FRAMING],
  ['a size line that ends in CR CR LF', chunked('1\r\r\nx\r\n0\r\n\r\n'), FRAMING],
  ['an extension that ends in LF', chunked('1;a\nx\r\n0\r\n\r\n'), FRAMING],
  ['an extension that ends in CR', chunked('1;a\rx\r\n0\r\n\r\n'), FRAMING],
  ['a quoted CR LF', chunked('1;a="\r\n"\r\nx\r\n0\r\n\r\n'), FRAMING],
  ['a quoted pair of LF', chunked('1;a="\\\n"\r\nx\r\n0\r\n\r\n'), FRAMING],
  ['an endless extension', chunked(`1;${'a'.repeat(4097)}\r\nx\r\n0\r\n\r\n`), FRAMING],
  ['data longer than its size', chunked('1\r\nxy\r\n0\r\n\r\n'), FRAMING],
  ['data that ends in LF', chunked('1\r\nx\n0\r\n\r\n'), FRAMING],
  ['data that ends in CR', chunked('1\r\nx\r0\r\n\r\n'), FRAMING],
  ['data that ends in nothing', chunked('1\r\nx0\r\n\r\n'), FRAMING],
  ['a last chunk that ends in LF', chunked('0\n\r\n'), FRAMING],
  ['trailers that end in LF', chunked('0\r\n\n'), HEAD],
  ['a trailer behind LF', chunked('0\r\nA: b\nC: d\r\n\r\n'), HEAD],
  ['a folded trailer', chunked('0\r\nA: b\r\n c\r\n\r\n'), HEAD],
  ['a request as trailers', chunked('0\r\nGET /admin HTTP/1.1\r\n\r\n'), HEAD],
  ...['Content-Length: 5', 'Transfer-Encoding: chunked', 'Host: b', 'content-encoding: gzip'].map(
    (field): SmugglingCase => [`trailer ${field}`, chunked(`0\r\n${field}\r\n\r\n`), HEAD],
  ),
  ['trailers above the limit', chunked(`0\r\nA: ${'y'.repeat(8192)}\r\n\r\n`), SIZE],
];

/** Requests. */
export const smuggledRequests: readonly SmugglingCase[] = [
  ...lengths,
  ...codings,
  ...heads,
  ...targets,
  ...chunks,
];

const response = (status: string, fields: string, body = '0\r\n\r\n') =>
  `HTTP/1.1 ${status}\r\n${fields}\r\n\r\n${body}`;

/** Responses to GET. */
export const smuggledResponses: readonly SmugglingCase[] = [
  ['CL and TE', response('200 OK', 'Content-Length: 5\r\nTransfer-Encoding: chunked'), FRAMING],
  ['CL and TE with 304', response('304 A', 'Content-Length: 5\r\nTransfer-Encoding: chunked'), FRAMING],
  ['two lengths', response('200 OK', 'Content-Length: 5\r\nContent-Length: 0'), FRAMING],
  ['gzip as transfer coding', response('200 OK', 'Transfer-Encoding: gzip'), FRAMING],
  ['TE in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', FRAMING],
  ['204 with a length', response('204 No Content', 'Content-Length: 5'), FRAMING],
  ['204 with chunks', response('204 No Content', 'Transfer-Encoding: chunked'), FRAMING],
  ['100 with a length', response('100 Continue', 'Content-Length: 5'), FRAMING],
  ['101 with chunks', response('101 A', 'Transfer-Encoding: chunked'), FRAMING],
  ['gzip, chunked', response('200 OK', 'Transfer-Encoding: gzip, chunked'), CODING],
  ['an empty line before it', `\r\n${response('200 OK', 'Content-Length: 0', '')}`, HEAD],
  ['a folded field', response('200 OK', 'X: y\r\n z'), HEAD],
  ...['20 OK', '0200 OK', '2000', '099 A', '+20 A', '200\tOK', '', '200 O\x7f'].map(
    (status): SmugglingCase => [`status "${status}"`, response(status, 'X: y'), HEAD],
  ),
  ['two spaces before the status', 'HTTP/1.1  200 OK\r\n\r\n', HEAD],
  ['another protocol', 'ICY 200 OK\r\n\r\n', HEAD],
  ['a body after a response without one', response('200 OK', 'Content-Length: 0', 'x\r\n\r\n'), HEAD],
];
