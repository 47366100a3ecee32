import type { Clock } from "../types.ts";

const TRIAL_MS = 1_000;
/** After so long something else took the time: the machine slept, or the page was not served. */
const LATE_MS = 2_000;

/** The link is too slow for segments of this size. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/**
 * Whether a link that nobody has measured is so fast that files should go in large segments, or whole: the first one that
 * gains by it just begins to, and what it has sent in a second tells. If that was too little, it begins anew.
 */
export class Trial {
  #isTaken = false;
  #bytesPerSecond: number | null = null;

  /** Null unless the link turned out to be fast. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** True for the first who asks. */
  take(): boolean {
    const isFirst = !this.#isTaken;
    this.#isTaken = true;
    return isFirst;
  }

  /**
   * Aborts `sending` with `TooSlow` if, after a while, `sentBytes()` has not grown by `leastBytesPerSecond`; not when the
   * while became too long to tell anything.
   */
  async judge(
    sentBytes: () => number,
    leastBytesPerSecond: number,
    sending: AbortController,
    clock: Clock,
  ): Promise<void> {
    const begun = { at: clock.now(), bytes: sentBytes() };
    await clock.wait(TRIAL_MS, sending.signal);
    const tookMs = clock.now() - begun.at;
    const rate = ((sentBytes() - begun.bytes) * 1000) / tookMs;
    if (rate >= leastBytesPerSecond) this.#bytesPerSecond = rate;
    else if (tookMs < LATE_MS) sending.abort(new TooSlow());
  }
}
