import { BLOCK_BYTES, LANES, md5Module, STATE_BYTES, stateWord } from "./md5Kernel.ts";

export { LANES };
/** How much a lane takes at a time. */
export const CHUNK_BYTES = 1 << 18;
/** The length, a one bit, and zeros up to a whole block. */
const PADDING_BYTES = 2 * BLOCK_BYTES;
const LANE_BYTES = CHUNK_BYTES + PADDING_BYTES;
const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;

interface Kernel {
  readonly memory: WebAssembly.Memory;
  blocks(from: number, to: number): void;
}

/** MD5 of up to eight messages side by side, of any lengths; each may begin and end when it likes. */
export class Md5Lanes {
  readonly #blocks: Kernel["blocks"];
  readonly #state: Uint32Array;
  readonly #rooms: readonly Uint8Array[];
  readonly #lengths = new Array<number>(LANES).fill(0);
  readonly #fed = new Array<number>(LANES).fill(0);

  /** Null where WebAssembly has no vectors. */
  static async open(): Promise<Md5Lanes | null> {
    const module = md5Module(LANE_BYTES);
    if (!WebAssembly.validate(module)) return null;
    const { instance } = await WebAssembly.instantiate(module);
    return new Md5Lanes(instance.exports as unknown as Kernel);
  }

  private constructor({ memory, blocks }: Kernel) {
    this.#blocks = blocks;
    this.#state = new Uint32Array(memory.buffer, 0, STATE_BYTES / 4);
    const start = (lane: number) => STATE_BYTES + lane * LANE_BYTES;
    this.#rooms = Array.from(
      { length: LANES },
      (_, lane) => new Uint8Array(memory.buffer, start(lane), LANE_BYTES),
    );
  }

  /** Begins a new message. */
  begin(lane: number): void {
    this.#lengths[lane] = 0;
    this.#setState(lane, INITIAL);
  }

  /** Where the next `CHUNK_BYTES` of the lane's message are to be written. */
  room(lane: number): Uint8Array {
    return this.#room(lane).subarray(0, CHUNK_BYTES);
  }

  /** Says how many bytes were written into the room: all it takes, unless these are the message's last. */
  feed(lane: number, bytes: number, isLast: boolean): void {
    const length = (this.#lengths[lane] ?? 0) + bytes;
    this.#lengths[lane] = length;
    this.#fed[lane] = isLast ? this.#pad(lane, bytes, length) : bytes;
  }

  /** Hashes what was fed. */
  run(): void {
    let from = 0;
    for (const to of [...new Set(this.#fed)].sort((a, b) => a - b)) {
      if (to > from) this.#runTo(from, to);
      from = to;
    }
    this.#fed.fill(0);
  }

  /** Of a message whose last bytes were fed and run: 32 hexadecimal digits, lower case. */
  digest(lane: number): string {
    const bytes = this.#stateOf(lane).flatMap((word) => [word, word >>> 8, word >>> 16, word >>> 24]);
    return bytes.map((byte) => (byte & 255).toString(16).padStart(2, "0")).join("");
  }

  #runTo(from: number, to: number): void {
    // The instructions work on all lanes; those that were fed less get back what they had.
    const resting = this.#fed.flatMap((fed, lane) =>
      fed < to ? [{ lane, words: this.#stateOf(lane) }] : [],
    );
    this.#blocks(from, to);
    for (const { lane, words } of resting) this.#setState(lane, words);
  }

  /** Returns the bytes up to the end of the padding. */
  #pad(lane: number, bytes: number, length: number): number {
    const room = this.#room(lane);
    const end = (Math.floor((bytes + 8) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
    room.fill(0, bytes, end);
    room[bytes] = 0x80;
    new DataView(room.buffer, room.byteOffset).setBigUint64(end - 8, BigInt(length) * 8n, true);
    return end;
  }

  #room(lane: number): Uint8Array {
    const room = this.#rooms[lane];
    if (!room) throw new RangeError(`There is no lane ${lane}`);
    return room;
  }

  #stateOf(lane: number): number[] {
    return INITIAL.map((_, letter) => this.#state[stateWord(lane, letter)] ?? 0);
  }

  #setState(lane: number, words: readonly number[]): void {
    words.forEach((word, letter) => {
      this.#state[stateWord(lane, letter)] = word;
    });
  }
}
