import type { Clock } from "../types.ts";
import { isTransient, Problem } from "./failures.ts";

export interface RetryPolicy {
  /** How often in all, the first time included. */
  readonly tries: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

export const PATIENT: RetryPolicy = { tries: 6, firstDelayMs: 500, longestDelayMs: 15_000 };

/** A server that asks for more patience than this is overruled. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** How long to wait after the failure number `failures` (from 1): doubling, its upper half by chance. */
export function backoffMs(failures: number, policy: RetryPolicy, random: () => number): number {
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (failures - 1));
  return full / 2 + (full / 2) * random();
}

/** Repeats what may succeed later, with growing pauses. */
export class Retrier {
  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
    private readonly policy: RetryPolicy = PATIENT,
  ) {}

  /**
   * Calls `work` until it succeeds, fails for good or has been tried often enough; rejects with its last error.
   * `onPause` hears of every failure that will be tried again.
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, onPause: () => void = () => {}): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        if (failures >= this.policy.tries || !isTransient(error)) throw error;
        onPause();
        await this.clock.wait(this.#pauseMs(failures, error), signal);
      }
    }
  }

  #pauseMs(failures: number, error: unknown): number {
    const asked = error instanceof Problem ? Math.min(error.retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0;
    return Math.max(asked, backoffMs(failures, this.policy, this.random));
  }
}
