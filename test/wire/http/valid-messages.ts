import fc from 'fast-check';

const token = fc.string({ unit: fc.constantFrom(..."!#$%&'*+-.^_`|~09azAZ"), minLength: 1, maxLength: 12 });
const value = fc.string({ unit: fc.constantFrom(...' \t!"(),/:;<=>?@[\\]{}az09\x80\xff'), maxLength: 16 });
const blanks = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 });
const body = fc.string({ unit: fc.constantFrom('\r', '\n', '0', ':', 'a', '\0', '\xff'), maxLength: 60 });

const field: fc.Arbitrary<string> = fc
  .tuple(token, blanks, value, blanks)
  .map(([name, before, text, after]) => `x-${name}:${before}${text}${after}\r\n`);
const fields: fc.Arbitrary<string> = fc.array(field, { maxLength: 4 }).map((lines) => lines.join(''));

const extension = fc.constantFrom('', '', ';a', ';a=b', ';a="b \\" ;c";d');
const chunk = fc
  .tuple(
    body.filter((text) => text !== ''),
    fc.constantFrom('', '0', '000'),
    extension,
    fc.boolean(),
  )
  .map(([text, zeros, extensions, isUpper]) => {
    const size = text.length.toString(16);
    return `${zeros}${isUpper ? size.toUpperCase() : size}${extensions}\r\n${text}\r\n`;
  });
const chunked = fc
  .tuple(fc.array(chunk, { maxLength: 4 }), fc.constantFrom('0', '000'), extension, fields)
  .map(([chunks, last, extensions, trailers]) => `${chunks.join('')}${last}${extensions}\r\n${trailers}\r\n`);

// Field lines that frame the body, and what follows the head.
const framed: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  body.map((text) => [`Content-Length: ${text.length}\r\n`, text] as const),
  chunked.map((text) => ['transfer-encoding:\tChunked \r\n', text] as const),
);
const unframed = fc.constant(['', ''] as const);

const host = fc.constantFrom('Host: a\r\n', 'host:a.example:80\r\n', 'HOST: [::1]:8080 \r\n');
const requestLine = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'M-SEARCH'),
    fc.constantFrom('/', '/a?b=%20|{}', '//..'),
  )
  .map((parts) => parts.join(' '));

/** A request as text, one character per byte. */
export const validRequest: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', '\r\n'), requestLine, host, fields, fc.oneof(framed, unframed), fields)
  .map(
    ([empty, line, hostLine, before, [framing, rest], after]) =>
      `${empty}${line} HTTP/1.1\r\n${before}${hostLine}${framing}${after}\r\n${rest}`,
  );

const statusLine = fc
  .tuple(fc.constantFrom(200, 206, 302, 404, 500), fc.constantFrom(' ', ' OK', ' Not  so\tgood \xe4'))
  .map((parts) => parts.join(''));
const informational = fc.constantFrom('', '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');

/** Responses to one request, the last of which is final, as text. */
export const validResponse: fc.Arbitrary<string> = fc
  .tuple(
    informational,
    statusLine,
    fields,
    fc.oneof(
      framed,
      body.map((text) => ['', text] as const),
    ),
    fields,
  )
  .map(
    ([first, line, before, [framing, rest], after]) =>
      `${first}HTTP/1.1 ${line}\r\n${before}${framing}${after}\r\n${rest}`,
  );

/** The same, without a body that is sent: a method and text. */
export const bodylessResponse: fc.Arbitrary<readonly [string, string]> = fc
  .tuple(
    fc.constantFrom(['HEAD', 200], ['HEAD', 404], ['GET', 204], ['GET', 304]),
    fc.constantFrom('', 'Content-Length: 0\r\n'),
    fields,
  )
  .map(([[method, status], length, others]) => [
    String(method),
    `HTTP/1.1 ${status} A\r\n${length}${others}\r\n`,
  ]);
