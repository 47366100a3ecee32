/**
 * The WebAssembly module that `Md5Lanes` runs: MD5's compression function on eight messages at once.
 *
 * Each step of MD5 needs the result of the one before, so a core that hashes one message mostly waits. Four messages in
 * the four 32-bit lanes of a vector wait together, and while they wait the core takes the same step with a second
 * vector: eight times the bytes in the same time. There is no library that does it for browsers. The module is written
 * out here instruction by instruction, so that nobody has to trust a binary; names and order are those of RFC 1321,
 * section 3.4.
 */

/** What one vector holds. */
const WIDTH = 4;
const VECTORS = 2;
export const LANES = VECTORS * WIDTH;
export const BLOCK_BYTES = 64;
/** The state comes first, vector by vector: the words A of its lanes, then B, C and D. */
export const STATE_BYTES = 4 * LANES * 4;
const PAGE_BYTES = 65_536;

/** Which of the state's 32-bit words is a lane's A (0), B, C or D (3). */
export function stateWord(lane: number, letter: number): number {
  return (Math.floor(lane / WIDTH) * 4 + letter) * WIDTH + (lane % WIDTH);
}

/** Exports `memory` and `blocks(from, to)`, which hashes bytes `from` to `to` of every lane's `laneBytes`. */
export function md5Module(laneBytes: number): Uint8Array<ArrayBuffer> {
  const pages = Math.ceil((STATE_BYTES + LANES * laneBytes) / PAGE_BYTES);
  const body = [...items(1), ...unsigned(V128_LOCALS), V128, ...blocks(laneBytes)];
  return new Uint8Array([
    ...text("\0asm"),
    ...[1, 0, 0, 0],
    ...section(1, items(1), [0x60], items(2), [I32, I32], items(0)),
    ...section(3, items(1), unsigned(0)),
    ...section(5, items(1), [0], unsigned(pages)),
    ...section(7, items(2), named("memory"), [2, 0], named("blocks"), [0, 0]),
    ...section(10, items(1), unsigned(body.length), body),
  ]);
}

type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;

// Locals: two parameters, then vectors.
const AT = 0;
const END = 1;
const STATE = 2;
const BEFORE = STATE + 4 * VECTORS;
const WORDS = BEFORE + 4 * VECTORS;
const SCRATCH = WORDS + 16 * VECTORS;
const V128_LOCALS = SCRATCH + 4 - STATE;

const LOOP: Code = [0x03, 0x40];
const REPEAT_IF: Code = [0x0d, 0];
const CLOSE: Code = [0x0b];
const I32_ADD: Code = [0x6a];
const I32_LESS: Code = [0x49];
const [NOT, AND, AND_NOT, OR, XOR] = [simd(0x4d), simd(0x4e), simd(0x4f), simd(0x50), simd(0x51)];
const [SHIFT_LEFT, SHIFT_RIGHT, ADD] = [simd(0xab), simd(0xad), simd(0xae)];

const SHIFTS: readonly Code[] = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

/** The body of `blocks`. */
function blocks(laneBytes: number): Code {
  const vectors = Array.from({ length: VECTORS }, (_, vector) => vector);
  const states = Array.from({ length: 4 * VECTORS }, (_, i) => i);
  return [
    ...states.flatMap((i) => [...i32(0), ...load(16 * i), ...set(STATE + i)]),
    ...LOOP,
    ...states.flatMap((i) => [...get(STATE + i), ...set(BEFORE + i)]),
    ...vectors.flatMap((vector) => [0, 1, 2, 3].flatMap((quarter) => loadWords(laneBytes, vector, quarter))),
    ...Array.from({ length: 64 }, (_, i) => vectors.flatMap((vector) => step(vector, i))).flat(),
    ...states.flatMap((i) => [...get(STATE + i), ...get(BEFORE + i), ...ADD, ...set(STATE + i)]),
    ...[...get(AT), ...i32(BLOCK_BYTES), ...I32_ADD, ...tee(AT)],
    ...[...get(END), ...I32_LESS, ...REPEAT_IF, ...CLOSE],
    ...states.flatMap((i) => [...i32(0), ...get(STATE + i), ...store(16 * i)]),
    ...CLOSE,
  ];
}

/** Four words of each lane of a vector, turned round: lane by lane in memory, word by word in the locals. */
function loadWords(laneBytes: number, vector: number, quarter: number): Code {
  const lane = (number: number) => [
    ...get(AT),
    ...load(STATE_BYTES + (WIDTH * vector + number) * laneBytes + 16 * quarter),
    ...set(SCRATCH + number),
  ];
  const pair = (first: number, low: boolean) => [
    ...get(SCRATCH + first),
    ...get(SCRATCH + first + 1),
    ...(low ? shuffle(0, 4, 1, 5) : shuffle(2, 6, 3, 7)),
  ];
  const word = WORDS + 16 * vector + 4 * quarter;
  const halves = (low: boolean, at: number) => [
    ...[...pair(0, low), ...set(at), ...pair(2, low), ...set(at + 1)],
    ...[...get(at), ...get(at + 1), ...shuffle(0, 1, 4, 5)],
    ...[...get(at), ...get(at + 1), ...shuffle(2, 3, 6, 7), ...set(at + 1), ...set(at)],
  ];
  return [...[0, 1, 2, 3].flatMap(lane), ...halves(true, word), ...halves(false, word + 2)];
}

/** a = b + ((a + f(b, c, d) + X[k] + T[i]) <<< s); which local is `a` goes round. */
function step(vector: number, i: number): Code {
  const round = i >> 4;
  const [a, b, c, d] = [0, 1, 2, 3].map((letter) => STATE + 4 * vector + ((letter - i) & 3)) as [
    number,
    number,
    number,
    number,
  ];
  const k = ([i, 5 * i + 1, 3 * i + 5, 7 * i][round] as number) & 15;
  const t = Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32);
  const s = SHIFTS[round]?.[i & 3] as number;
  return [
    ...[...get(a), ...get(WORDS + 16 * vector + k), ...splat(t), ...ADD, ...ADD],
    ...mixed(round, b, c, d),
    ...[...tee(SCRATCH), ...i32(s), ...SHIFT_LEFT, ...get(SCRATCH), ...i32(32 - s), ...SHIFT_RIGHT, ...OR],
    ...[...get(b), ...ADD, ...set(a)],
  ];
}

/** Adds f(b, c, d), in the forms that keep b, which comes last, out of as many operations as possible. */
function mixed(round: number, b: number, c: number, d: number): Code {
  switch (round) {
    case 0:
      return [...get(c), ...get(d), ...XOR, ...get(b), ...AND, ...get(d), ...XOR, ...ADD];
    case 1:
      return [...get(c), ...get(d), ...AND_NOT, ...ADD, ...get(b), ...get(d), ...AND, ...ADD];
    case 2:
      return [...get(c), ...get(d), ...XOR, ...get(b), ...XOR, ...ADD];
    default:
      return [...get(d), ...NOT, ...get(b), ...OR, ...get(c), ...XOR, ...ADD];
  }
}

// WebAssembly's binary format, as far as it is needed here.

function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}

function section(id: number, ...parts: readonly Code[]): Code {
  const content = parts.flat();
  return [id, ...unsigned(content.length), ...content];
}

function items(length: number): Code {
  return unsigned(length);
}

function text(characters: string): Code {
  return Array.from(characters, (character) => character.charCodeAt(0));
}

function named(name: string): Code {
  return [...unsigned(name.length), ...text(name)];
}

function get(local: number): Code {
  return [0x20, ...unsigned(local)];
}

function set(local: number): Code {
  return [0x21, ...unsigned(local)];
}

function tee(local: number): Code {
  return [0x22, ...unsigned(local)];
}

function i32(value: number): Code {
  return [0x41, ...signed(value)];
}

function simd(operation: number): Code {
  return [0xfd, ...unsigned(operation)];
}

function load(offset: number): Code {
  return [...simd(0), 4, ...unsigned(offset)];
}

function store(offset: number): Code {
  return [...simd(11), 4, ...unsigned(offset)];
}

/** The same 32 bits in every lane. */
function splat(value: number): Code {
  const word = [0, 8, 16, 24].map((bits) => (value >>> bits) & 255);
  return [...simd(12), ...word, ...word, ...word, ...word];
}

/** Lanes of two vectors by number: 0 to 3 of the first, 4 to 7 of the second. */
function shuffle(...lanes: readonly number[]): Code {
  return [...simd(13), ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))];
}
