import { byteAt, byteBefore, isAlnum, isDigit, isLetter } from '../../scan/byte-class.ts';
import { ShapeFlag } from '../../scan/shape.ts';
import type { ShapeCondition } from '../../scan/shape-condition.ts';

import type { CandidateSpan, SweepMatcher } from './matcher.ts';

type CharacterClass = (byte: number) => boolean;

// What a character of a layout stands for; every other one stands for itself.
const CLASSES: Readonly<Record<string, CharacterClass>> = {
  '#': isDigit,
  '@': isLetter,
  '&': isAlnum,
  x: (byte) => isDigit(byte) || (isLetter(byte) && (byte | 0x20) <= 0x66),
};

/**
 * Text of a fixed layout that begins and ends a word: `#` is a digit, `@` a letter, `&` either, `x` a
 * hexadecimal digit, anything else itself. Of several layouts the first one that fits counts.
 */
export function createLayoutMatcher(...layouts: readonly string[]): SweepMatcher {
  const compiled = layouts.map(compileLayout);
  return {
    how: 'sweep',
    condition: conditionOf(layouts),
    next(bytes: Uint8Array, from: number, start: number, end: number, span: CandidateSpan): boolean {
      let isInWord = isAlnum(byteBefore(bytes, from, start));
      for (let at = from; at < end; at++) {
        const isWordByte = isAlnum(bytes[at]!);
        if (isWordByte && !isInWord) {
          for (const layout of compiled) {
            const to = at + layout.length;
            if (to > end || isAlnum(byteAt(bytes, to, end)) || !fits(layout, bytes, at)) continue;
            span.start = at;
            span.end = to;
            return true;
          }
        }
        isInWord = isWordByte && isAlnum(byteBefore(bytes, at + 1, start));
      }
      return false;
    },
  };
}

function compileLayout(layout: string): readonly CharacterClass[] {
  return Array.from(layout, (character) => {
    const code = character.charCodeAt(0);
    return CLASSES[character] ?? ((byte: number): boolean => byte === code);
  });
}

function fits(layout: readonly CharacterClass[], bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < layout.length; index++) if (!layout[index]!(bytes[at + index]!)) return false;
  return true;
}

/** Lengths of words that every layout has. */
function sharedLengths(layouts: readonly string[], word: RegExp): readonly number[] {
  const lengths = layouts.map((layout) => (layout.match(word) ?? []).map((text) => text.length));
  return [...new Set(lengths[0])].filter((length) => lengths.every((own) => own.includes(length)));
}

/** What every text of one of the layouts has. */
function conditionOf(layouts: readonly string[]): ShapeCondition {
  const flags: readonly (readonly [string, number])[] = [
    ['-', ShapeFlag.dash],
    [' ', ShapeFlag.space],
    ['.', ShapeFlag.dot],
  ];
  const shared = flags.filter(([character]) => layouts.every((layout) => layout.includes(character)));
  const count = (layout: string, wanted: string): number =>
    Array.from(layout).filter((character) => wanted.includes(character)).length;
  // Digits with nothing but separators between them are one run.
  const longestRun = (layout: string): number =>
    Math.max(0, ...(layout.match(/[#@&0-9A-Za-z]+/g) ?? []).map((run) => run.length));
  const areNumbers = layouts.every((layout) => /^[# ./()+-]+$/.test(layout));
  const digits = Math.min(...layouts.map((layout) => count(layout, '#')));
  return {
    lengthMin: Math.min(...layouts.map(({ length }) => length)),
    digitsMin: digits,
    tokenRunMin: Math.min(...layouts.map(longestRun)),
    ...(areNumbers && { groupedDigitsMin: digits }),
    words: sharedLengths(layouts, /[#@&x0-9A-Za-z]+/g),
    dashesMin: Math.min(...layouts.map((layout) => count(layout, '-'))),
    digitWords: areNumbers ? sharedLengths(layouts, /#+/g) : [],
    all: shared.reduce((all, [, flag]) => all | flag, 0),
    ...(layouts.every((layout) => layout.includes('@')) && { any: ShapeFlag.upper | ShapeFlag.lower }),
  };
}
