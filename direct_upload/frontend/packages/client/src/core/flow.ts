import type { Clock } from "../types.ts";
import { Climber } from "./climber.ts";
import { Gate } from "./gate.ts";
import { Pacer } from "./pacer.ts";
import { RateMeter } from "./rate.ts";
import { HASHED_TOGETHER } from "./segmentSize.ts";
import { Trial } from "./trial.ts";

/** Segments that are ready, or nearly, when one that is sent ends. */
const AHEAD = 2;
/** In flight at first: fewer leave Swift idle now and then (docs/browser-uploads.md). */
const START = 4;

export interface FlowSettings {
  readonly connections: number;
  readonly maxBytesPerSecond: number | null;
  readonly verify: boolean;
}

/** What all files of a page share: the way to Swift, how full it is, and how fast it goes. */
export class Flow {
  /** Segments being hashed, waiting with their hash, or being sent: hashing keeps ahead of sending by a few. */
  readonly segments: Gate;
  /** Segments being sent. */
  readonly sends: Gate;
  readonly pacer: Pacer;
  readonly trial = new Trial();
  readonly #climber: Climber;
  readonly #meter = new RateMeter();
  readonly #ahead: number;
  #bytes = 0;
  #stored = 0;

  constructor(
    private readonly clock: Clock,
    { connections, maxBytesPerSecond, verify }: FlowSettings,
  ) {
    this.#ahead = AHEAD + (verify ? HASHED_TOGETHER : 0);
    this.#climber = new Climber(START, connections);
    this.sends = new Gate(this.#climber.width);
    this.segments = new Gate(this.#climber.width + this.#ahead, verify ? HASHED_TOGETHER : 1);
    this.pacer = new Pacer(clock, maxBytesPerSecond);
  }

  /** Over the last seconds. */
  get bytesPerSecond(): number | null {
    return this.#meter.bytesPerSecond;
  }

  /** Of the link, as far as it is known, even if nothing is sent just now. */
  get linkBytesPerSecond(): number | null {
    return this.#climber.bytesPerSecond ?? this.trial.bytesPerSecond;
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
    const inFlight = this.pacer.bytesPerSecond === null ? this.sends.inside : 0;
    this.#climber.note({ at: this.clock.now(), bytes: this.#bytes, segments: this.#stored, inFlight });
    this.#adapt();
  }

  #adapt(): void {
    const { width } = this.#climber;
    if (this.sends.width !== width) this.sends.width = width;
    const ahead = width + this.#ahead;
    if (this.segments.width !== ahead) this.segments.width = ahead;
  }
}
