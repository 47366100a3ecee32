/**
 * Runs `work` under a controller of its own, which aborts with `outer` too. `AbortSignal.any` would do the same, but a
 * signal that lives as long as the page would keep a trace of every request that was ever made under it.
 */
export async function under<T>(outer: AbortSignal, work: (own: AbortController) => Promise<T>): Promise<T> {
  outer.throwIfAborted();
  const own = new AbortController();
  const pass = () => own.abort(outer.reason);
  outer.addEventListener("abort", pass, { once: true });
  try {
    return await work(own);
  } finally {
    outer.removeEventListener("abort", pass);
  }
}

/** Resolves when `signal` aborts: never, if it does not. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
