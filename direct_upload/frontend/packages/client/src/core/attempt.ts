import type { Clock } from "../types.ts";
import { NetworkFailure } from "./failures.ts";

/**
 * Runs one attempt under an abort controller of its own. It is aborted with `outer`, and with a `NetworkFailure` when
 * it neither ends nor calls `alive` for `quietMs`: lost connections often end without an error.
 */
export async function attempt<T>(
  work: (signal: AbortSignal, alive: () => void) => Promise<T>,
  quietMs: number,
  clock: Clock,
  outer: AbortSignal,
): Promise<T> {
  const own = new AbortController();
  let lastSign = clock.now();
  const watch = async () => {
    for (let left = quietMs; left > 0; left = lastSign + quietMs - clock.now())
      await clock.wait(left, own.signal);
    own.abort(new NetworkFailure(`Nothing happened for ${quietMs} ms`));
  };
  const alive = () => {
    lastSign = clock.now();
  };
  const watching = watch().catch(() => undefined);
  try {
    return await work(AbortSignal.any([outer, own.signal]), alive);
  } finally {
    own.abort();
    await watching;
  }
}
