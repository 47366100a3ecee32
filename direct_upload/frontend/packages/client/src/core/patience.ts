import type { Waiting } from "../api.ts";
import { under } from "./abort.ts";
import { attempt, type Surroundings } from "./attempt.ts";
import { isTransient, Problem, SegmentRefused, WentOffline } from "./failures.ts";

export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** How long something may fail without a success before it has failed for good. */
  readonly patienceMs: number;
  /** How often in a row a body may arrive damaged: more is not chance. */
  readonly damages: number;
}

export const PATIENT: RetryPolicy = {
  firstDelayMs: 500,
  longestDelayMs: 30_000,
  patienceMs: 600_000,
  damages: 8,
};

/** A server that asks for more patience than this is overruled. */
const LONGEST_RETRY_AFTER_MS = 300_000;
/** Who wakes up this much later than asked has slept, and what failed before is no longer true. */
const LATE_MS = 5_000;

/** How long to wait after the failure number `failures` (from 1): doubling, its upper half by chance. */
export function backoffMs(failures: number, policy: RetryPolicy, random: () => number): number {
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** Math.min(30, failures - 1));
  return full / 2 + (full / 2) * random();
}

/** The failures in a row of one thing that is being tried. */
interface Streak {
  failures: number;
  damages: number;
  since: number;
}

/** Who wants to know how an upload bears it. */
export interface PatienceObserver {
  /** `waiting` may have changed. */
  changed(): void;
  /** An attempt failed, and after the pause there will be another. `segment` is what was given to `repeat`. */
  retrying(error: unknown, segment: number | null, delayMs: number): void;
}

interface Pause {
  readonly until: number;
  readonly wake: () => void;
}

/** How one upload bears failures: what may succeed later is repeated, with growing pauses. */
export class Patience {
  readonly #pauses = new Set<Pause>();
  readonly #streaks = new Set<Streak>();
  #attempts = 0;
  #offline = 0;

  constructor(
    private readonly around: Surroundings,
    private readonly random: () => number,
    private readonly observer: PatienceObserver,
    private readonly policy: RetryPolicy = PATIENT,
  ) {}

  /** Why nothing of the upload moves; null while something does. */
  get waiting(): Waiting | null {
    if (this.#attempts > 0) return null;
    if (this.#offline > 0) return { for: "network" };
    if (this.#pauses.size === 0) return null;
    return { for: "retry", until: Math.min(...Array.from(this.#pauses, ({ until }) => until)) };
  }

  /** Ends all pauses now, and forgets how long things have been failing. */
  hurry(): void {
    for (const streak of this.#streaks) Object.assign(streak, { failures: 0, damages: 0, since: this.#now });
    for (const pause of [...this.#pauses]) pause.wake();
  }

  /**
   * Calls `work` until it succeeds, fails for good or patience ends; rejects with its last error. `segment`: whose it is, if
   * it is a segment's.
   */
  async repeat<T>(work: () => Promise<T>, signal: AbortSignal, segment: number | null = null): Promise<T> {
    const streak: Streak = { failures: 0, damages: 0, since: this.#now };
    this.#streaks.add(streak);
    try {
      for (;;) {
        await this.#untilOnline(streak, signal);
        try {
          return await work();
        } catch (error) {
          signal.throwIfAborted();
          if (error instanceof WentOffline) continue;
          const delayMs = this.#bear(error, streak);
          this.observer.retrying(error, segment, delayMs);
          await this.#pause(delayMs, streak, signal);
        }
      }
    } finally {
      this.#streaks.delete(streak);
    }
  }

  /** One attempt, as the function of this name; while it runs, the upload is not waiting. */
  async attempt<T>(
    work: (signal: AbortSignal, alive: () => void) => Promise<T>,
    quietMs: number,
    signal: AbortSignal,
  ): Promise<T> {
    this.#attempts += 1;
    this.observer.changed();
    try {
      return await attempt(work, quietMs, this.around, signal);
    } finally {
      this.#attempts -= 1;
    }
  }

  /** One request, repeated until it is answered. */
  ask<T>(call: (signal: AbortSignal) => Promise<T>, quietMs: number, signal: AbortSignal): Promise<T> {
    return this.repeat(() => this.attempt(call, quietMs, signal), signal);
  }

  get #now(): number {
    return this.around.clock.now();
  }

  async #untilOnline(streak: Streak, signal: AbortSignal): Promise<void> {
    if (this.around.connectivity.isOnline) return;
    this.#offline += 1;
    this.observer.changed();
    try {
      await this.around.connectivity.untilOnline(signal);
    } finally {
      this.#offline -= 1;
      Object.assign(streak, { failures: 0, damages: 0, since: this.#now });
      this.observer.changed();
    }
  }

  /** Returns how long to wait before the next attempt; throws the error when there is to be none. */
  #bear(error: unknown, streak: Streak): number {
    if (streak.failures === 0) streak.since = this.#now;
    streak.failures += 1;
    if (error instanceof SegmentRefused && error.status === 422) streak.damages += 1;
    const isOver =
      this.#now - streak.since >= this.policy.patienceMs || streak.damages >= this.policy.damages;
    if (isOver || !isTransient(error)) throw error;
    const asked = error instanceof Problem ? Math.min(error.retryAfterMs, LONGEST_RETRY_AFTER_MS) : 0;
    return Math.max(asked, backoffMs(streak.failures, this.policy, this.random));
  }

  async #pause(ms: number, streak: Streak, signal: AbortSignal): Promise<void> {
    const until = this.#now + ms;
    await under(signal, async (own) => {
      const pause: Pause = { until, wake: () => own.abort() };
      this.#pauses.add(pause);
      this.observer.changed();
      await this.around.clock.wait(ms, own.signal).catch(() => undefined);
      this.#pauses.delete(pause);
    });
    signal.throwIfAborted();
    if (this.#now - until > LATE_MS) Object.assign(streak, { failures: 0, since: this.#now });
    this.observer.changed();
  }
}
