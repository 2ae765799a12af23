import { isDate, isLuhn } from '../checksums.ts';
import { isShortDate } from '../checksums-dates.ts';
import type { Compact } from '../compact.ts';
import type { CountryChecks } from './index.ts';

// Four-letter beginnings nobody gets (RENAPO, Instructivo Normativo, anexo 2).
const NOT_GIVEN =
  'BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA CULO FALO ' +
  'FETO GETA GUEI GUEY JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI KOJO KOLA ' +
  'KULO LILO LOCA LOCO LOKA LOKO MAME MAMO MEAR MEAS MEON MIAR MION MOCO MOKO MULA MULO NACA NACO ' +
  'PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO RATA ROBA ROBE ROBO RUIN SENO TETA VACA VAGA VAGO ' +
  'VAKA VUEI VUEY WUEI WUEY';
const REFUSED: readonly string[] = NOT_GIVEN.split(' ');

const STATES =
  'AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT OC PL QR QT SL SP SR TC TL TS VZ YN ZS';
const STATE_CODES: readonly string[] = STATES.split(' ');

function begins(c: Compact, words: readonly string[], at: number): boolean {
  for (let index = 0; index < words.length; index++) if (c.has(words[index]!, at)) return true;
  return false;
}

// Letters count from 10; Ñ has a place between N and O, though no capital of ours.
function curpValue(c: Compact, index: number): number {
  const value = c.alphanumeric(index);
  return value > 23 ? value + 1 : value;
}

function isCurpChecked(c: Compact): boolean {
  let sum = 0;
  for (let index = 0; index < 17; index++) sum += curpValue(c, index) * (18 - index);
  return (10 - (sum % 10)) % 10 === c.digit(17);
}

/** Mexico. */
export const checks: CountryChecks = {
  // Three letters of a company or four of a person, yymmdd, and for most a homoclave of three.
  'mx-rfc': (c) => {
    const letters = c.isLetters(0, 4) ? 4 : 3;
    if (!c.isLetters(0, letters) || !isShortDate(c, letters)) return false;
    if (c.length === letters + 6) return letters === 4 && !begins(c, REFUSED, 0);
    return c.length === letters + 9 && !(letters === 4 && begins(c, REFUSED, 0));
  },
  // Name, yymmdd, sex, state, name, homoclave (a digit for who was born before 2000), check digit.
  'mx-curp': (c) => {
    if (c.length !== 18 || !c.isLetters(0, 4) || !c.isLetters(10, 16) || begins(c, REFUSED, 0)) return false;
    if (!c.isDigits(4, 10)) return false;
    const century = c.digit(16) >= 0 ? 1900 : 2000;
    if (!isDate(century + c.number(4, 6), c.number(6, 8), c.number(8, 10))) return false;
    const isSex = c.has('H', 10) || c.has('M', 10) || c.has('X', 10);
    return isSex && begins(c, STATE_CODES, 11) && isCurpChecked(c);
  },
  // Bank account: weights 3, 7, 1; each product modulo 10.
  'mx-clabe': (c) => {
    if (c.length !== 18 || !c.isDigits() || c.isRepeated()) return false;
    let sum = 0;
    for (let index = 0; index < 17; index++) {
      const weight = index % 3 === 0 ? 3 : index % 3 === 1 ? 7 : 1;
      sum += (c.digit(index) * weight) % 10;
    }
    return (10 - (sum % 10)) % 10 === c.digit(17);
  },
  'mx-nss': (c) => c.length === 11 && !c.isRepeated() && isLuhn(c),
};
