// Country calling codes (ITU-T E.164, list of assigned codes) by how many digits a number has after the code:
// fewest and most, all kinds of numbers of the numbering plans counted.
// https://www.itu.int/en/ITU-T/inr/Pages/default.aspx
const PLANS: Readonly<Record<string, string>> = {
  '4-5': '290',
  '4-7': '683 690',
  '4-10': '98',
  '4-11': '352',
  '4-13': '43 598',
  '4-15': '49',
  '5-5': '500 682',
  '5-6': '247',
  '5-7': '676 677 678 688',
  '5-8': '47 686 386',
  '5-10': '27 64 685',
  '5-11': '31 852',
  '5-12': '61 358 971',
  '5-14': '82',
  '6-6': '298 299 672 687',
  '6-7': '597',
  '6-9': '40 252 355 376 421 508 681 689',
  '6-10': '48 53 95 880',
  '6-11': '375 595',
  '6-12': '39 46 359 381',
  '6-13': '63',
  '7-7': '238 239 246 248 269 291 297 592 673 674 680 691 692',
  '7-8': '241 599 670 675 853 961 965 975',
  '7-9': '220 231 245 265 354 385 423 967 968',
  '7-10': '44 84 230 243 254 263 267 353 372 960',
  '7-11': '679 501 503 507 886 974',
  '7-12': '86 882 972',
  '7-13': '62 90',
  '8-8':
    '45 216 222 223 226 227 228 232 235 236 253 257 266 350 356 357 370 371 ' +
    '373 374 389 505 509 800 808 973 993',
  '8-9': '32 36 51 213 224 233 237 250 258 264 268 377 382 387 591 962 963',
  '8-10': '20 60 66 378 506 850 855 856 964 970 976',
  '8-11': '55 57 65 502 504 593 977',
  '8-12': '92 383 883',
  '8-13': '81 91',
  '9-9':
    '33 34 93 94 211 212 218 221 240 242 244 249 251 255 256 260 261 262 351 590 594 596 979 992 994 995 998',
  '9-10': '380 881 966 996',
  '9-11': '56',
  '9-12': '41 420 870',
  '10-10': '1 7 52 58 225 229',
  '10-11': '54',
  '10-12': '30',
  '10-14': '234',
  '11-11': '888',
  '12-12': '878',
};

const CODES = 1000;
const fewest: Uint8Array = new Uint8Array(CODES);
const most: Uint8Array = new Uint8Array(CODES);
for (const [lengths, codes] of Object.entries(PLANS)) {
  const [min, max] = lengths.split('-').map(Number);
  for (const code of codes.split(' ').map(Number)) {
    fewest[code] = min!;
    most[code] = Math.max(most[code]!, max!);
  }
}

const NORTH_AMERICA = 1;

/**
 * Reads digits as a number of E.164: a country calling code, then as many digits as numbers of that plan
 * have.
 *
 * @param digits - Their values, 0 to 9.
 * @param length - How many there are.
 * @returns How long the code is; 0 when it is no such number.
 */
export function callingCodeLength(digits: Uint8Array, from: number, length: number): number {
  let code = 0;
  // No code is the beginning of another one.
  for (let size = 1; size <= 3 && size < length; size++) {
    code = code * 10 + digits[from + size - 1]!;
    if (code === 0) return 0;
    const rest = length - size;
    if (fewest[code] === 0) continue;
    const isOfPlan = rest >= fewest[code]! && rest <= most[code]!;
    if (!isOfPlan || (code === NORTH_AMERICA && !isNorthAmericanNumber(digits, from + size))) return 0;
    return size;
  }
  return 0;
}

/**
 * Whether the ten digits from `from` are a number of the North American plan: area code and exchange
 * begin with 2 to 9. https://www.nanpa.com/numbering
 */
export function isNorthAmericanNumber(digits: Uint8Array, from: number): boolean {
  const isService = digits[from + 1] === 1 && digits[from + 2] === 1;
  return digits[from]! >= 2 && digits[from + 3]! >= 2 && !isService;
}
