// Keccak-f[1600] with rate 1088 and the original padding, as Ethereum and Monero use it: what SHA3-256 was
// before its padding changed. https://keccak.team/keccak_specs_summary.html
// Lanes of 64 bits are two 32-bit words, low word first.

const RATE = 136;
const ROUNDS = 24;
const LANES = 25;

// Rotation of lane (x, y) at x + 5y.
const ROTATIONS: readonly number[] = [
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
];
// Round constants, low and high words in turn.
const CONSTANTS: Uint32Array = roundConstants();

const state: Uint32Array = new Uint32Array(LANES * 2);
const moved: Uint32Array = new Uint32Array(LANES * 2);
const parity: Uint32Array = new Uint32Array(10);
const block: Uint8Array = new Uint8Array(RATE);

/** The round constants, from the linear feedback shift register that defines them. */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(ROUNDS * 2);
  let register = 1;
  for (let round = 0; round < ROUNDS; round++) {
    for (let power = 0; power < 7; power++) {
      const bit = (1 << power) - 1;
      if ((register & 1) !== 0) constants[round * 2 + (bit >> 5)]! ^= 1 << (bit & 31);
      register = (register << 1) ^ (register >> 7 === 0 ? 0 : 0x171);
    }
  }
  return constants;
}

/** Writes the 32 bytes of Keccak-256 of `bytes[from, to)` to `digest`. */
export function keccak256(bytes: Uint8Array, from: number, to: number, digest: Uint8Array): void {
  state.fill(0);
  let at = from;
  for (; to - at >= RATE; at += RATE) absorb(bytes, at);
  block.fill(0);
  block.set(bytes.subarray(at, to));
  block[to - at]! ^= 0x01;
  block[RATE - 1]! ^= 0x80;
  absorb(block, 0);
  for (let index = 0; index < 32; index++) digest[index] = state[index >> 2]! >>> ((index & 3) * 8);
}

function absorb(bytes: Uint8Array, from: number): void {
  for (let index = 0; index < RATE; index++) state[index >> 2]! ^= bytes[from + index]! << ((index & 3) * 8);
  for (let round = 0; round < ROUNDS; round++) {
    theta();
    rhoAndPi();
    chi();
    state[0]! ^= CONSTANTS[round * 2]!;
    state[1]! ^= CONSTANTS[round * 2 + 1]!;
  }
}

function theta(): void {
  for (let word = 0; word < 10; word++) {
    parity[word] =
      state[word]! ^ state[word + 10]! ^ state[word + 20]! ^ state[word + 30]! ^ state[word + 40]!;
  }
  for (let x = 0; x < 5; x++) {
    const left = ((x + 4) % 5) * 2;
    const right = ((x + 1) % 5) * 2;
    const low = parity[left]! ^ ((parity[right]! << 1) | (parity[right + 1]! >>> 31));
    const high = parity[left + 1]! ^ ((parity[right + 1]! << 1) | (parity[right]! >>> 31));
    for (let lane = x; lane < LANES; lane += 5) {
      state[lane * 2]! ^= low;
      state[lane * 2 + 1]! ^= high;
    }
  }
}

function rhoAndPi(): void {
  for (let lane = 0; lane < LANES; lane++) {
    const x = lane % 5;
    const y = (lane - x) / 5;
    const target = (y + 5 * ((2 * x + 3 * y) % 5)) * 2;
    const rotation = ROTATIONS[lane]!;
    const isSwapped = rotation >= 32;
    const low = state[lane * 2 + (isSwapped ? 1 : 0)]!;
    const high = state[lane * 2 + (isSwapped ? 0 : 1)]!;
    const bits = rotation & 31;
    moved[target] = bits === 0 ? low : (low << bits) | (high >>> (32 - bits));
    moved[target + 1] = bits === 0 ? high : (high << bits) | (low >>> (32 - bits));
  }
}

function chi(): void {
  for (let word = 0; word < LANES * 2; word++) {
    const row = word - (word % 10);
    const next = moved[row + ((word + 2) % 10)]!;
    state[word] = moved[word]! ^ (~next & moved[row + ((word + 4) % 10)]!);
  }
}
