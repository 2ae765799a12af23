import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { compileKernel, kernelFile } from '../../../../scripts/kernel-compiler.ts';
import { JsonState } from '../../../../src/wire/json/json-state.ts';
import { JsonKernel } from '../../../../src/wire/json/kernel/json-kernel.ts';
import * as layout from '../../../../src/wire/json/kernel/layout.ts';
import { root } from '../../../tidy/source-files.ts';

const limits = { depthMax: 8, valueSizeMax: 1000, elementsApart: 0 };
const strings = { firsts: new Uint8Array(256), pairs: new Uint8Array(8192), pairSizeMin: 16 };
strings.firsts[0x7b] = 1;
const PAIR = 0x49 | (0x67 << 8);
strings.pairs[PAIR >> 3] = 1 << (PAIR & 7);

let kernel: JsonKernel;
let object = 0;
let array = 0;

beforeEach(() => {
  kernel = JsonKernel.create(limits, strings)!;
  object = kernel.addPlace(layout.LOOKS_INTO_STRINGS);
  array = kernel.addPlace(layout.LOOKS_INTO_STRINGS);
  const element = kernel.addPlace(layout.LOOKS_INTO_STRINGS);
  kernel.setElement(array, 0, element);
  kernel.setElement(element, 0, element);
});

function key(name: string, flags: number, owner = object): number {
  const child = kernel.addPlace(flags);
  expect(kernel.addKey(owner, child, Buffer.from(name))).toBeGreaterThan(0);
  return child;
}

interface Reading {
  /** What was left to others. */
  readonly rest: string;
  readonly told: readonly string[];
  readonly state: number;
  readonly depth: number;
}

/** Reads what stands inside of an object (or array) that has just begun. */
function read(text: string, isArray = false, { state = -1, place = 0, namesCells = false } = {}): Reading {
  const bytes = Buffer.from(text);
  expect(kernel.load(bytes, 0, bytes.length)).toBe(bytes.length);
  kernel.levels.fill(0);
  kernel.levels[layout.LEVEL_PLACE / 4] = isArray ? array : object;
  kernel.levels[layout.LEVEL_IS_ARRAY / 4] = isArray ? 1 : 0;
  const first = isArray ? JsonState.firstElement : JsonState.firstKey;
  const options = { floor: 1, namesCells, lowest: 0 };
  const run = { at: 0, state: state < 0 ? first : state, depth: 1, place: place || array + 1, ...options };
  const count = kernel.run(run);
  expect(run.at).toBeLessThanOrEqual(bytes.length);
  const told = Array.from({ length: count }, (_, index) => {
    const [start = 0, end = 0, kind = 0] = kernel.told.subarray(index * 3);
    return `${kind & 7}:${bytes.subarray(start - layout.INPUT, end - layout.INPUT)}`;
  });
  return { rest: bytes.subarray(run.at).toString(), told, state: run.state, depth: run.depth };
}

test('the compiled kernel is what its sources come to', () => {
  expect(readFileSync(join(root, kernelFile), 'utf8')).toBe(compileKernel(root));
});

describe('what is read', () => {
  test.each([
    '1,-1,0,-0,12.5,1e5,1.5E-7,-0.0e+1 ]',
    '"a","","a\\"b","\\u00e9\\\\","é 日本" ]',
    `"${'x'.repeat(15)}","${'x'.repeat(16)}","${'x'.repeat(17)}","${'x'.repeat(300)}"]`,
    'true,false,null ]',
    '[],[[1],[2,[3]]] , [ ] ]',
    ' 1 ,\n   2 ,\r\n\t3 ]',
    `1,\n${' '.repeat(40)}2,\n${' '.repeat(16)}3]`,
    '1,2]',
    ']',
  ])('elements %j', (text) => {
    expect(read(text, true)).toMatchObject({ rest: ']', depth: 1 });
  });

  test('members whose keys are known, in any order and of any length', () => {
    const names = ['a', 'fifteen_letters', 'sixteen__letters', 'seventeen_letters', 'k'.repeat(64), 'é'];
    for (const name of names) key(name, 0);
    const member = (name: string): string => `"${name}":1`;
    for (const order of [names, names.toReversed(), [...names, ...names], ['é', 'a', 'é']]) {
      expect(read(`${order.map(member).join(',')}}`)).toMatchObject({ rest: '}', told: [] });
    }
    expect(read('"a" : 1 , "é"\n:\n2 }').rest).toBe('}');
    // One with an escape is known where it is expected.
    key('x\\n', 0);
    expect(read('"é":1,"x\\n":2,"a":3}').rest).toBe('}');
    expect(read('"a":1,"x\\n":2}').rest).toBe('"x\\n":2}');
  });

  test('objects inside of objects', () => {
    const child = key('a', 0);
    key('b', 0, child);
    expect(read('"a":{"b":{}},"a":{ },"a":{"b":{"')).toMatchObject({ depth: 3, rest: '"' });
    expect(read('"a":{"b":{}},"a":{"b":1}}').rest).toBe('}');
  });

  test('where nothing is looked at, any keys', () => {
    object = kernel.addPlace(layout.IS_IDLE);
    const text = '"any":{"other":[{"é\\"":1}]},"more":"x"}';
    expect(read(text).rest).toBe('"é\\"":1}]},"more":"x"}');
    expect(read(text.replace('\\"', '')).rest).toBe('}');
  });
});

describe('what is left to others', () => {
  test.each([
    ['no key that is known', '"a":1,"b":2}', '"b":2}'],
    ['another spelling of a key', '"a":1,"\\u0061":2}', '"\\u0061":2}'],
    ['a key that is longer', '"a":1,"aa":2}', '"aa":2}'],
    ['a text that is cut in a key', '"a":1,"a', '"a'],
    ['in a string', '"a":"abc', '"abc'],
    ['in an escape', '"a":"abc\\', '"abc\\'],
    ['in an escape of four digits', '"a":"abc\\u00e', '"abc\\u00e'],
    ['behind a number', '"a":12', '12'],
    ['in a literal', '"a":tru', 'tru'],
    ['between tokens', '"a" ', ''],
    ['the last bracket', '"a":1}', '}'],
    ['the wrong bracket', '"a":1]', ']'],
    ['no comma', '"a":1 "a":2}', '"a":2}'],
    ['two commas', '"a":1,,"a":2}', ',"a":2}'],
    ['a comma at the end', '"a":1,}', '}'],
    ['a control character', '"a":"x\u0001"}', '"x\u0001"}'],
    ['a byte that is nothing', '"a":\u000b1}', '\u000b1}'],
    ['an escape that is none', '"a":"\\x"}', '"\\x"}'],
    ['digits that are none', '"a":"\\u00g0"}', '"\\u00g0"}'],
    ['a number with a zero', '"a":01}', '01}'],
    ['a number without digits', '"a":-}', '-}'],
    ['a number that ends in a point', '"a":1.}', '1.}'],
    ['a number with two points', '"a":1.5.2}', '1.5.2}'],
    ['a number with two signs', '"a":1e+-5}', '1e+-5}'],
    ['a sign in a number', '"a":1-2}', '1-2}'],
    ['a word', '"a":nul}', 'nul}'],
    ['more levels than allowed', `"a":${'['.repeat(9)}`, '[['],
    ['a string that is too long', `"a":"${'x'.repeat(999)}"}`, `"${'x'.repeat(999)}"}`],
    ['a number that is too long', `"a":${'1'.repeat(1001)}}`, `${'1'.repeat(1001)}}`],
  ])('%s', (_, text, rest) => {
    kernel.setElement(key('a', 0), 0, array + 1);
    expect(read(text)).toMatchObject({ rest, told: [] });
  });

  test('values and containers, where their place says so', () => {
    key('value', layout.LEAVES_VALUES);
    key('container', layout.LEAVES_CONTAINERS);
    for (const value of ['1', '"x"', 'null', '{}', '[]']) {
      expect(read(`"value":${value}}`).rest).toBe(`${value}}`);
      const isContainer = '{['.includes(value[0]!);
      expect(read(`"container":${value}}`).rest).toBe(isContainer ? `${value}}` : '}');
    }
  });

  test('a value whose name stands beside it, and a second name', () => {
    key('name', layout.IS_NAME);
    key('value', layout.IS_NAMED);
    expect(read('"value":1}').rest).toBe('1}');
    expect(read('"value":{}}').rest).toBe('}');
    expect(read('"name":"x","value":{}}').rest).toBe('{}}');
    expect(read('"name":"x","name":"y"}').rest).toBe('"y"}');
    expect(kernel.levels[layout.LEVEL_NAME_END / 4]).toBeGreaterThan(0);
  });

  test('the first row of rows, and elements that have places of their own', () => {
    array = kernel.addPlace(layout.HAS_ROWS);
    kernel.setElement(array, 0, array);
    expect(read('[1]]', true).rest).toBe('[1]]');
    expect(read('1,[1]]', true, { place: array }).rest).toBe(']');
    kernel = JsonKernel.create({ ...limits, elementsApart: 2 }, strings)!;
    array = kernel.addPlace(0);
    for (const index of [0, 2]) kernel.setElement(array, index, array);
    expect(read('1,2,3,4]', true, { place: array }).rest).toBe(',2,3,4]');
    kernel.setElement(array, 1, array);
    expect(read('1,2,3,4]', true, { place: array }).rest).toBe(']');
  });

  test('rows whose cells have names', () => {
    const namesCells = true;
    expect(read('[1],2]', true, { namesCells }).rest).toBe('[1],2]');
    expect(read('{},1]', true, { namesCells }).rest).toBe(']');
    array = kernel.addPlace(layout.LEAVES_VALUES);
    kernel.setElement(array, 0, array + 1);
    kernel.addPlace(0);
    expect(read('1,2]', true, { namesCells, place: array + 1 }).rest).toBe(',2]');
    expect(read('1,2]', true, { place: array + 1 }).rest).toBe(']');
  });

  test('what was there before', () => {
    const { INPUT_SIZE } = layout;
    for (const [before, text] of [
      [' ', '1,\n  '],
      ['1', '"a",1'],
      ['x', '"a'],
      ['"', '"a'],
    ] as const) {
      expect(kernel.load(Buffer.alloc(INPUT_SIZE, before), 0, INPUT_SIZE)).toBe(INPUT_SIZE);
      const { rest } = read(text, true);
      expect(text.endsWith(rest)).toBe(true);
      expect(rest.trim()).toBe(before === ' ' ? '' : text.slice(text.lastIndexOf(',') + 1));
    }
  });

  test('what does not fit in', () => {
    kernel = JsonKernel.create({ ...limits, valueSizeMax: 1e9 }, strings)!;
    const bytes = new Uint8Array(layout.INPUT_SIZE + 1);
    expect(kernel.load(bytes, 0, bytes.length)).toBe(layout.INPUT_SIZE);
    while (kernel.addPlace(0) !== 0);
    expect(kernel.addPlace(0)).toBe(0);
    expect(kernel.addKey(1, 1, Buffer.from('k'.repeat(65)))).toBe(0);
    let count = 0;
    while (count <= layout.KEYS_MAX && kernel.addKey(1, 1, Buffer.from(`key ${count}`)) !== 0) count++;
    expect(count).toBeGreaterThan(layout.KEYS_MAX / 2);
    expect(read(`${Array.from({ length: 2000 }, (_, n) => `"key ${1999 - n}":1`).join(',')}}`).rest).toBe(
      '}',
    );
    expect(count).toBeLessThanOrEqual(layout.KEYS_MAX);
  });
});

describe('what is told', () => {
  test('scalars, where their place says so', () => {
    array = kernel.addPlace(0);
    const all = layout.TELLS_STRINGS | layout.TELLS_NUMBERS | layout.TELLS_LITERALS;
    const place = kernel.addPlace(all);
    kernel.setElement(array, 0, place);
    const text = '"a\\n","b",1.5,true,null]';
    expect(read(text, true, { place }).told).toEqual(['1:"a\\n"', '0:"b"', '2:1.5', '3:true', '4:null']);
  });

  test('strings that begin in a certain way, have escapes, or are long enough', () => {
    const long = 'x'.repeat(20);
    const texts = ['{', ' {', 'a\\n', 'Ig', `Ig${long}`, `Ih${long}`, `${long}Ig`].map((text) => `"${text}"`);
    expect(read(`${texts.join(',')}]`, true).told).toEqual(['0:"{"', '1:"a\\n"', `0:"Ig${long}"`]);
  });

  test('no more than fit in; it goes on from there', () => {
    array = kernel.addPlace(0);
    const place = kernel.addPlace(layout.TELLS_NUMBERS);
    kernel.setElement(array, 0, place);
    const text = `${'1,'.repeat(5000)}1]`;
    const { told, rest } = read(text, true, { place });
    expect(told).toHaveLength(layout.TOLD_MAX);
    expect(rest).toBe(text.slice(2 * layout.TOLD_MAX));
  });
});

describe('edits', () => {
  test('take the place of what was there, whatever the sizes', () => {
    const text = Array.from({ length: 3000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
    const bytes = Buffer.from(text);
    kernel.load(bytes, 0, bytes.length);
    const token = Buffer.from('<masked>');
    let expected = '';
    let from = 10;
    for (const [start, end, edit] of [
      [10, 11, token],
      [11, 50, token],
      [60, 60, Buffer.from('!')],
      [80, 200, Buffer.alloc(0)],
      [2900, 2901, Buffer.from('z'.repeat(40))],
    ] as const) {
      expect(kernel.edit(start, end, edit)).toBe(true);
      expected += text.slice(from, start) + edit.toString();
      from = end;
    }
    expect(Buffer.from(kernel.splice(10, 2990)).toString()).toBe(expected + text.slice(from, 2990));
    // They are forgotten.
    expect(Buffer.from(kernel.splice(0, 100)).toString()).toBe(text.slice(0, 100));
  });

  test('are refused when there is no room, and forgotten with what is loaded', () => {
    const bytes = Buffer.alloc(layout.INPUT_SIZE, 'x');
    kernel.load(bytes, 0, bytes.length);
    const token = Buffer.alloc(1000, 'y');
    let count = 0;
    while (kernel.edit(count, count + 1, token)) count++;
    expect(count).toBe(Math.floor(layout.EDIT_TEXTS_MAX / token.length));
    expect(kernel.splice(0, bytes.length)).toHaveLength(bytes.length + count * 999);
    kernel.edit(0, 1, token);
    kernel.load(bytes, 0, bytes.length);
    expect(Buffer.from(kernel.splice(0, bytes.length)).equals(bytes)).toBe(true);
  });
});
