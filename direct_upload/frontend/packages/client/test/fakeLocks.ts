/** `navigator.locks` in memory, as far as it is used: exclusive, first come, first served. */
export class FakeLockManager {
  readonly #held = new Set<string>();
  readonly #waiting = new Map<string, Array<() => void>>();

  async request<T>(name: string, options: LockOptions, run: (lock: object | null) => T): Promise<Awaited<T>> {
    const { ifAvailable = false, signal } = options;
    signal?.throwIfAborted();
    if (ifAvailable && this.#held.has(name)) return await run(null);
    await this.#turn(name, signal);
    try {
      return await run({ name });
    } finally {
      this.#held.delete(name);
      this.#serve(name);
    }
  }

  #turn(name: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(name) ?? [];
      this.#waiting.set(name, waiting);
      waiting.push(resolve);
      signal?.addEventListener("abort", () => {
        if (waiting.includes(resolve)) waiting.splice(waiting.indexOf(resolve), 1);
        reject(signal.reason);
      });
      this.#serve(name);
    });
  }

  #serve(name: string): void {
    if (this.#held.has(name)) return;
    const start = this.#waiting.get(name)?.shift();
    if (!start) return;
    this.#held.add(name);
    start();
  }
}
