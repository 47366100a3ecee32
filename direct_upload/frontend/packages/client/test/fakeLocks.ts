interface Request {
  readonly mode: LockMode;
  start(): void;
}

/** `navigator.locks` in memory, as far as it is used: first come, first served; shared requests at once. */
export class FakeLockManager {
  readonly #held = new Map<string, LockMode[]>();
  readonly #waiting = new Map<string, Request[]>();

  async request<T>(name: string, options: LockOptions, run: (lock: object | null) => T): Promise<Awaited<T>> {
    const { mode = "exclusive", ifAvailable = false, signal } = options;
    signal?.throwIfAborted();
    if (ifAvailable && !this.#isFree(name, mode)) return await run(null);
    await this.#turn(name, mode, signal);
    try {
      return await run({ name, mode });
    } finally {
      const held = this.#of(this.#held, name);
      held.splice(held.indexOf(mode), 1);
      this.#serve(name);
    }
  }

  #turn(name: string, mode: LockMode, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#of(this.#waiting, name);
      const request = { mode, start: resolve };
      waiting.push(request);
      signal?.addEventListener("abort", () => {
        if (waiting.includes(request)) waiting.splice(waiting.indexOf(request), 1);
        reject(signal.reason);
      });
      this.#serve(name);
    });
  }

  #serve(name: string): void {
    const waiting = this.#of(this.#waiting, name);
    for (let next = waiting[0]; next && this.#isFree(name, next.mode); next = waiting[0]) {
      waiting.shift();
      this.#of(this.#held, name).push(next.mode);
      next.start();
    }
  }

  #isFree(name: string, mode: LockMode): boolean {
    const held = this.#of(this.#held, name);
    return mode === "shared" ? !held.includes("exclusive") : held.length === 0;
  }

  #of<T>(lists: Map<string, T[]>, name: string): T[] {
    const list = lists.get(name) ?? [];
    lists.set(name, list);
    return list;
  }
}
