/** Names that one holds at a time. */
export interface Locks {
  /** Runs `whenHeld` and resolves with true after it; resolves with false at once when the name is held. */
  hold(name: string, whenHeld: () => Promise<void>): Promise<boolean>;
  whenFree(name: string, signal: AbortSignal): Promise<void>;
}

/** Held by one tab of the browser. A tab that is closed, or crashes, lets its names go. */
export class WebLocks implements Locks {
  constructor(private readonly manager: LockManager) {}

  hold(name: string, whenHeld: () => Promise<void>): Promise<boolean> {
    return this.manager.request(name, { ifAvailable: true }, async (lock) => {
      if (lock === null) return false;
      await whenHeld();
      return true;
    });
  }

  async whenFree(name: string, signal: AbortSignal): Promise<void> {
    // Who waits gets the name in turn, and lets it go at once: it may be held by the next one already.
    await this.manager.request(name, { signal }, () => {});
  }
}

/** Held within this page only, for browsers that have no locks: those that got the page over plain HTTP. */
export class PageLocks implements Locks {
  readonly #held = new Map<string, Set<() => void>>();

  async hold(name: string, whenHeld: () => Promise<void>): Promise<boolean> {
    if (this.#held.has(name)) return false;
    const waiting = new Set<() => void>();
    this.#held.set(name, waiting);
    try {
      await whenHeld();
      return true;
    } finally {
      this.#held.delete(name);
      for (const go of waiting) go();
    }
  }

  whenFree(name: string, signal: AbortSignal): Promise<void> {
    const waiting = this.#held.get(name);
    if (signal.aborted || !waiting) return signal.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = () => {
        waiting.delete(go);
        reject(signal.reason);
      };
      const go = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      waiting.add(go);
      signal.addEventListener("abort", stop, { once: true });
    });
  }
}
