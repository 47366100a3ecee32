import type { Clock } from "../types.ts";
import { Climber } from "./climber.ts";
import { Gate } from "./gate.ts";
import { Pacer } from "./pacer.ts";
import { RateMeter } from "./rate.ts";

/** Segments whose MD5 is computed while others are sent. */
const AHEAD = 2;
/** In flight at first. One leaves Swift idle between two, and two still do at times (docs/browser-uploads.md). */
const START = 3;

/** What all files of a page share: the way to Swift, how full it is, and how fast it goes. */
export class Flow {
  /** Segments being hashed, waiting with their hash, or being sent: hashing keeps ahead of sending by a few. */
  readonly segments: Gate;
  /** Segments being sent. */
  readonly sends: Gate;
  readonly pacer: Pacer;
  readonly #climber: Climber;
  readonly #meter = new RateMeter();
  #bytes = 0;
  #stored = 0;

  constructor(
    private readonly clock: Clock,
    connections: number,
    maxBytesPerSecond: number | null = null,
  ) {
    this.#climber = new Climber(START, connections);
    this.sends = new Gate(this.#climber.width);
    this.segments = new Gate(this.#climber.width + AHEAD);
    this.pacer = new Pacer(clock, maxBytesPerSecond);
  }

  /** Over the last seconds. */
  get bytesPerSecond(): number | null {
    return this.#meter.bytesPerSecond;
  }

  /** Of the link, as far as it is known, even if nothing is sent just now. */
  get linkBytesPerSecond(): number | null {
    return this.#climber.bytesPerSecond;
  }

  /** So many more bytes have left. */
  sent(bytes: number): void {
    if (bytes <= 0) return;
    this.#bytes += bytes;
    this.#look();
  }

  stored(): void {
    this.#stored += 1;
    this.#look();
  }

  /** A segment failed or stalled. */
  failed(): void {
    this.#climber.failed(this.clock.now());
    this.#adapt();
  }

  /** To be called about twice a second. */
  tick(): void {
    this.#meter.note(this.clock.now(), this.#bytes);
  }

  #look(): void {
    // Held back by a limit, nothing can be learned of the link.
    const isFull = this.sends.isFull && this.pacer.bytesPerSecond === null;
    this.#climber.note({ at: this.clock.now(), bytes: this.#bytes, segments: this.#stored, isFull });
    this.#adapt();
  }

  #adapt(): void {
    if (this.sends.width === this.#climber.width) return;
    this.sends.width = this.#climber.width;
    this.segments.width = this.#climber.width + AHEAD;
  }
}
