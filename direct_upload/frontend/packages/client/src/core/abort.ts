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

/** Runs `work`, and rejects with the reason of `outer` as soon as that aborts, even if `work` goes on. */
export function unlessAborted<T>(outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return under(
    outer,
    ({ signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        work(signal).then(resolve, reject);
      }),
  );
}
