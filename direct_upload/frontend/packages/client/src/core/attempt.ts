import type { Clock } from "../types.ts";
import { under } from "./abort.ts";
import type { Connectivity } from "./connectivity.ts";
import { NetworkFailure, WentOffline } from "./failures.ts";

/** A timer this late was not the peer's doing: the machine slept, or the browser let a hidden page wait. */
const LATE_MS = 5_000;

export interface Surroundings {
  readonly clock: Clock;
  readonly connectivity: Connectivity;
}

/**
 * Runs one attempt under an abort controller of its own. It is aborted with `outer`; with `WentOffline` when the network
 * goes; and with a `NetworkFailure` when it neither ends nor calls `alive` for `quietMs`, since lost connections often
 * end without an error.
 */
export function attempt<T>(
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
  quietMs: number,
  { clock, connectivity }: Surroundings,
  outer: AbortSignal,
): Promise<T> {
  return under(outer, async (own) => {
    const watch = new Watch(quietMs, clock);
    const stopListening = connectivity.onLost(() => own.abort(new WentOffline()));
    const watching = watch.run(own).catch(() => undefined);
    try {
      const result = await work(own.signal, () => watch.reset());
      connectivity.worked();
      return result;
    } catch (error) {
      // A request may fail before the browser says why.
      throw error instanceof NetworkFailure && !connectivity.isOnline ? new WentOffline() : error;
    } finally {
      stopListening();
      own.abort();
      await watching;
    }
  });
}

/** Aborts when there was no sign of life for some time of wakefulness. */
class Watch {
  #lastSign: number;

  constructor(
    private readonly quietMs: number,
    private readonly clock: Clock,
  ) {
    this.#lastSign = clock.now();
  }

  reset(): void {
    this.#lastSign = this.clock.now();
  }

  async run(controller: AbortController): Promise<void> {
    for (let left = this.quietMs; left > 0; left = this.#lastSign + this.quietMs - this.clock.now()) {
      const due = this.clock.now() + left;
      await this.clock.wait(left, controller.signal);
      if (this.clock.now() - due > LATE_MS) this.reset();
    }
    controller.abort(new NetworkFailure(`Nothing happened for ${this.quietMs} ms`));
  }
}
