/**
 * Cuts a text to at most `lengthMax` characters (Unicode code points, as PostgreSQL counts varchar(n)).
 *
 * @returns The same string when it is short enough or there is no limit.
 */
export function cutText(text: string, lengthMax: number | undefined): string {
  // A string of n UTF-16 units has at most n code points.
  if (lengthMax === undefined || text.length <= lengthMax) return text;
  let at = 0;
  for (let count = 0; count < lengthMax && at < text.length; count++) {
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  }
  return text.slice(0, at);
}
