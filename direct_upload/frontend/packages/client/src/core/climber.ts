import { BEAT_MS, type Measure, Observation, type Seen } from "./observation.ts";

/**
 * How many segments to have in flight, found by trying. More than one is worth it where a connection by itself is slow
 * (a long way, a limit for each connection), and costs where the bandwidth or the processor is what limits. So one more
 * is tried and kept if the total grows by a good part of what a further connection could add; then one fewer, kept if
 * the total hardly shrinks. More is taken at first sight, fewer only at second sight: a segment's end and another's begin
 * look like a slower link for a moment, and then like a faster one. After that it rests, longer each time that nothing
 * better was found. Failures halve the number: a crowded way is no place for trying.
 */

/** The part of the hoped-for gain, one `width`-th, that makes one more worth it. */
const WORTHWHILE = 0.35;
/** The part of the feared loss that makes one fewer harmless. */
const HARMLESS = 0.15;
/** An observation is over after the time and the bytes or segments, or after the longest time. */
const OBSERVED = { leastMs: 400, bytes: 16 << 20, segments: 40, mostMs: 8_000 } as const;
/** At rest nothing is urgent. */
const RESTING_MS = 2_000;
/** Of segments so small it is the round trips that take the time, and so many at once are never too many. */
const SMALL = { bytes: 1 << 20, least: 3 } as const;
/** What is sent at the very beginning only fills the buffers of this machine, some of them late. */
const BUFFERS_MS = 600;
/** After a change, old and new are mixed: for a part of the time before, and at least for a while. */
const MIXED = { share: 0.25, leastMs: 200 } as const;
const REST = { firstMs: 5_000, longestMs: 60_000 } as const;
/** A rate that differs so much from before is that of another network. */
const OTHER_NETWORK = 0.4;
const REST_AFTER_FAILURE_MS = 5_000;
/** Failures that come together are one. */
const ONE_FAILURE_MS = 3_000;

type Step = -1 | 0 | 1;

export class Climber {
  #step: Step = 0;
  /** Bytes a millisecond at the width to which a step is compared. */
  #rate: number | null = null;
  #restMs: number = REST.firstMs;
  #restUntil = 0;
  #hasClimbed = false;
  #least = 1;
  #failedAt = Number.NEGATIVE_INFINITY;
  #observation: Observation | null = null;
  #sights = 1;
  #last: Seen | null = null;

  constructor(
    private current: number,
    private readonly most: number,
  ) {
    this.current = Math.min(current, most);
  }

  get width(): number {
    return this.current;
  }

  /** The last known speed, bytes a second; null while nothing is known. */
  get bytesPerSecond(): number | null {
    return this.#rate === null ? null : this.#rate * 1000;
  }

  /** To be called often: at each progress event. */
  note(seen: Seen): void {
    const last = this.#last ?? seen;
    this.#last = seen;
    // After a step down those that are too many still go on: what they bring is not what the new number does.
    if (seen.inFlight > this.current) this.#begin(seen.at + MIXED.leastMs + BEAT_MS / 2);
    this.#observation ??= new Observation(this.current, seen.at + BUFFERS_MS + BEAT_MS / 2);
    const measure = this.#observation.note(seen, last);
    if (measure && this.#isOver(measure)) this.#look(measure, last);
  }

  /** To be called when a segment failed or stalled. */
  failed(at: number): void {
    if (at - this.#failedAt < ONE_FAILURE_MS) return;
    this.#failedAt = at;
    this.#step = 0;
    this.#restMs = REST.firstMs;
    this.#restUntil = at + REST_AFTER_FAILURE_MS;
    this.#move(Math.ceil(this.current / 2) - this.current, at, 0);
  }

  /** `last`: what was known when it was measured. */
  #look({ at, lastedMs, bytes, segments, isTelling }: Measure, last: Seen): void {
    const rate = bytes / lastedMs;
    if (isTelling && this.#sights === 1 && this.#speaksForFewer(rate)) {
      this.#sights = 2;
      return;
    }
    this.#begin(at, last);
    this.#least = bytes / segments < SMALL.bytes ? Math.min(SMALL.least, this.most) : 1;
    if (isTelling) this.#judge(rate, at, lastedMs);
  }

  #begin(from: number, first: Seen | null = null): void {
    this.#observation = new Observation(this.current, from, first);
    this.#sights = 1;
  }

  /** With a second sight it lasts twice as long. */
  #isOver({ lastedMs, bytes, segments }: Measure): boolean {
    const isResting = this.#step === 0 && this.#rate !== null;
    const leastMs = isResting ? RESTING_MS : OBSERVED.leastMs * this.#sights;
    const isEnough = bytes >= OBSERVED.bytes * this.#sights || segments >= OBSERVED.segments * this.#sights;
    return (lastedMs >= leastMs && isEnough) || lastedMs >= OBSERVED.mostMs * this.#sights;
  }

  /** Whether a step up brought too little, or a step down lost hardly anything. */
  #speaksForFewer(rate: number): boolean {
    const before = this.#rate ?? rate;
    if (this.#step === 1) return rate < before * (1 + WORTHWHILE / (this.current - 1));
    return this.#step === -1 && rate >= before * (1 - HARMLESS / (this.current + 1));
  }

  #judge(rate: number, at: number, lastedMs: number): void {
    if (this.current < this.#least) {
      this.#step = 0;
      this.#rate = null;
      this.#move(this.#least - this.current, at, lastedMs);
      return;
    }
    if (this.#step === 0) this.#rest(rate, at, lastedMs);
    else if (this.#step === 1) this.#judgeMore(rate, at, lastedMs);
    else this.#judgeFewer(rate, at, lastedMs);
  }

  #rest(rate: number, at: number, lastedMs: number): void {
    const before = this.#rate ?? rate;
    const isOther = Math.abs(rate - before) > before * OTHER_NETWORK;
    this.#rate = isOther ? rate : before * 0.7 + rate * 0.3;
    if (isOther) this.#restMs = REST.firstMs;
    if (!isOther && at < this.#restUntil) return;
    this.#hasClimbed = false;
    this.#try(1, at, lastedMs);
  }

  #judgeMore(rate: number, at: number, lastedMs: number): void {
    if (!this.#speaksForFewer(rate)) {
      this.#rate = rate;
      this.#hasClimbed = true;
      this.#try(1, at, lastedMs);
      return;
    }
    this.#move(-1, at, lastedMs);
    // Fewer were just worse, if it has climbed to here.
    if (this.#hasClimbed) this.#settle(at);
    else this.#try(-1, at, lastedMs);
  }

  #judgeFewer(rate: number, at: number, lastedMs: number): void {
    if (this.#speaksForFewer(rate)) {
      this.#rate = rate;
      this.#try(-1, at, lastedMs);
      return;
    }
    this.#move(1, at, lastedMs);
    this.#settle(at);
  }

  /** Goes on with one more or one fewer; where there is no more, with fewer, unless these were just worse. */
  #try(step: 1 | -1, at: number, lastedMs: number): void {
    const isTop = step === 1 && this.current >= this.most;
    if (isTop && this.#hasClimbed) {
      this.#settle(at);
      return;
    }
    const by = isTop ? -1 : step;
    if (this.current + by < this.#least) {
      this.#settle(at);
      return;
    }
    this.#step = by;
    this.#move(by, at, lastedMs);
  }

  #settle(at: number): void {
    this.#step = 0;
    this.#restUntil = at + this.#restMs;
    this.#restMs = Math.min(REST.longestMs, this.#restMs * 2);
  }

  #move(by: number, at: number, lastedMs: number): void {
    this.current += by;
    const mixedMs = Math.max(MIXED.leastMs, lastedMs * MIXED.share);
    this.#begin(at + Math.ceil(mixedMs / BEAT_MS) * BEAT_MS);
  }
}
