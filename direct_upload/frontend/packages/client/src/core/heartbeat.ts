import type { Clock } from "../types.ts";

/** Calls `beat` at intervals, as long as it is wanted: a page at rest has no timers. */
export class Heartbeat {
  #isBeating = false;

  constructor(
    private readonly beat: () => void,
    private readonly everyMs: number,
    private readonly clock: Clock,
    private readonly closing: AbortSignal,
  ) {}

  /** Goes on until `isWanted` says no. */
  async start(isWanted: () => boolean): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      while (isWanted()) {
        await this.clock.wait(this.everyMs, this.closing);
        this.beat();
      }
    } catch {
      // Closed.
    } finally {
      this.#isBeating = false;
    }
  }
}
