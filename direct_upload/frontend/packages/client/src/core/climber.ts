/**
 * How many segments to have in flight, found by trying. More than one is worth it where a connection by itself is slow
 * (a long way, a limit for each connection), and costs where the bandwidth or the processor is what limits. So one more
 * is tried and kept if the total grows by a good part of what a further connection could add; then one fewer, kept if
 * the total hardly shrinks. After that it rests, longer each time that nothing better was found. Failures halve the
 * number: a crowded way is no place for trying.
 */

/** The part of the hoped-for gain, one `width`-th, that makes one more worth it. */
const WORTHWHILE = 0.35;
/** The part of the feared loss that makes one fewer harmless. */
const HARMLESS = 0.15;
/** A window of measurement is over after the time and the bytes or segments, or after the longest time. */
const WINDOW = { leastMs: 400, bytes: 16 << 20, segments: 40, mostMs: 8_000 } as const;
/** Of segments so small it is the round trips that take the time, and so many at once are never too many. */
const SMALL = { bytes: 1 << 20, least: 3 } as const;
/** In how much of a window all places must have been taken for it to tell anything. */
const FULL_SHARE = 0.7;
/**
 * After a change, old and new are mixed: for a part of the former window, and at least for a while. And what is sent at
 * the very beginning only fills the buffers of this machine.
 */
const MIXED = { share: 0.25, leastMs: 200 } as const;
const REST = { firstMs: 5_000, longestMs: 60_000 } as const;
/** A rate that differs so much from before is that of another network. */
const OTHER_NETWORK = 0.4;
const REST_AFTER_FAILURE_MS = 5_000;
/** Failures that come together are one. */
const ONE_FAILURE_MS = 3_000;

export interface Seen {
  /** Milliseconds of a steady clock. */
  readonly at: number;
  /** Sent so far, ever. */
  readonly bytes: number;
  /** Stored so far, ever. */
  readonly segments: number;
  /** Whether as many are in flight as may be. */
  readonly isFull: boolean;
}

type Step = -1 | 0 | 1;

interface Window {
  /** What was seen before this time does not count. */
  readonly from: number;
  first: Seen | null;
  notes: number;
  fullNotes: number;
}

export class Climber {
  #step: Step = 0;
  /** Bytes a millisecond at the width to which a step is compared. */
  #rate: number | null = null;
  #restMs: number = REST.firstMs;
  #restUntil = 0;
  #hasClimbed = false;
  #least = 1;
  #failedAt = Number.NEGATIVE_INFINITY;
  #window: Window | null = null;

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
    this.#window ??= newWindow(seen.at + MIXED.leastMs);
    const window = this.#window;
    if (seen.at < window.from) return;
    window.first ??= seen;
    window.notes += 1;
    if (seen.isFull) window.fullNotes += 1;
    const lastedMs = seen.at - window.first.at;
    if (!isOver(lastedMs, window.first, seen)) return;
    this.#window = newWindow(seen.at);
    const segments = seen.segments - window.first.segments;
    this.#least =
      (seen.bytes - window.first.bytes) / segments < SMALL.bytes ? Math.min(SMALL.least, this.most) : 1;
    if (window.fullNotes >= window.notes * FULL_SHARE)
      this.#judge((seen.bytes - window.first.bytes) / lastedMs, seen.at, lastedMs);
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

  #judge(rate: number, at: number, lastedMs: number): void {
    if (this.current < this.#least) {
      this.#step = 0;
      this.#rate = null;
      this.#move(this.#least - this.current, at, lastedMs);
      return;
    }
    const before = this.#rate ?? rate;
    if (this.#step === 0) this.#rest(rate, before, at, lastedMs);
    else if (this.#step === 1) this.#judgeMore(rate, before, at, lastedMs);
    else this.#judgeFewer(rate, before, at, lastedMs);
  }

  #rest(rate: number, before: number, at: number, lastedMs: number): void {
    const isOther = Math.abs(rate - before) > before * OTHER_NETWORK;
    this.#rate = isOther ? rate : before * 0.7 + rate * 0.3;
    if (isOther) this.#restMs = REST.firstMs;
    if (!isOther && at < this.#restUntil) return;
    this.#hasClimbed = false;
    this.#try(1, at, lastedMs);
  }

  #judgeMore(rate: number, before: number, at: number, lastedMs: number): void {
    if (rate >= before * (1 + WORTHWHILE / (this.current - 1))) {
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

  #judgeFewer(rate: number, before: number, at: number, lastedMs: number): void {
    if (rate >= before * (1 - HARMLESS / (this.current + 1))) {
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
    this.#window = newWindow(at + Math.max(MIXED.leastMs, lastedMs * MIXED.share));
  }
}

function newWindow(from: number): Window {
  return { from, first: null, notes: 0, fullNotes: 0 };
}

function isOver(lastedMs: number, first: Seen, last: Seen): boolean {
  const isEnough =
    last.bytes - first.bytes >= WINDOW.bytes || last.segments - first.segments >= WINDOW.segments;
  return (lastedMs >= WINDOW.leastMs && isEnough) || lastedMs >= WINDOW.mostMs;
}
