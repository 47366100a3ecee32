import type { Clock } from "../types.ts";
import { FAST_BYTES_PER_SECOND } from "./segmentSize.ts";

const TRIAL_MS = 1_000;

/** The link is not so fast that segments should be as large as they are. */
export class TooSlow extends Error {
  override readonly name = "TooSlow";
}

/**
 * Whether a link that nobody has measured is so fast that files should go in large segments, or whole: the first one that
 * has anything of it just begins to, and what it has sent in a second tells. If that was too little, it begins anew.
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

  /** Aborts `sending` with `TooSlow` if, after a while, it has not `sentBytes()` as fast links have. */
  async judge(sentBytes: () => number, sending: AbortController, clock: Clock): Promise<void> {
    const begun = { at: clock.now(), bytes: sentBytes() };
    await clock.wait(TRIAL_MS, sending.signal);
    const rate = ((sentBytes() - begun.bytes) * 1000) / (clock.now() - begun.at);
    if (rate >= FAST_BYTES_PER_SECOND) this.#bytesPerSecond = rate;
    else sending.abort(new TooSlow());
  }
}
