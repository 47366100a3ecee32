import type { Clock } from "../types.ts";
import { under } from "./abort.ts";
import { Gate } from "./gate.ts";

/** A segment waits for so much of its time before it is sent, and the next one for the rest. */
const LEAD_MS = 1_000;

/** Spreads what is sent over time, so that on average it stays under a limit: a token bucket that holds one segment. */
export class Pacer {
  readonly #line = new Gate(1);
  /** When the time of all that was let through is used up. */
  #usedUntil = Number.NEGATIVE_INFINITY;
  #waiting: AbortController | null = null;

  #limit: number | null;

  constructor(
    private readonly clock: Clock,
    limit: number | null = null,
  ) {
    this.#limit = usable(limit);
  }

  /** Bytes a second; null: as fast as it goes. So it is with anything that is no positive number. */
  get bytesPerSecond(): number | null {
    return this.#limit;
  }

  /** Counts at once, for those that wait too. */
  set bytesPerSecond(asked: number | null) {
    const limit = usable(asked);
    const now = this.clock.now();
    const debtMs = Math.max(0, this.#usedUntil - now);
    this.#usedUntil = limit && this.#limit ? now + (debtMs * this.#limit) / limit : now;
    this.#limit = limit;
    this.#waiting?.abort();
  }

  /** Resolves when so many bytes may be sent, in the order of the calls. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (this.#limit === null) return;
    await this.#line.run(() => this.#spend(bytes, signal), signal);
  }

  async #spend(bytes: number, signal: AbortSignal): Promise<void> {
    const calledAt = this.clock.now();
    while (this.#limit !== null) {
      const from = Math.max(this.#usedUntil, calledAt);
      const costMs = (bytes * 1000) / this.#limit;
      const left = from + Math.min(LEAD_MS, costMs) - this.clock.now();
      if (left <= 0) {
        this.#usedUntil = from + costMs;
        return;
      }
      await this.#wait(left, signal);
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await under(signal, async (own) => {
      this.#waiting = own;
      await this.clock.wait(ms, own.signal).catch(() => undefined);
      this.#waiting = null;
    });
    signal.throwIfAborted();
  }
}

function usable(limit: number | null): number | null {
  return limit !== null && limit > 0 && Number.isFinite(limit) ? limit : null;
}
