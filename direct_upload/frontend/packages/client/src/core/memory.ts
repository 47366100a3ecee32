import type { Clock, Fingerprint, ResumeRecord, ResumeStore } from "../types.ts";

/** Segments are stored more often than a disk should be asked to remember. */
const COALESCE_MS = 1_000;

/** What a record is now; null when there is nothing to remember any more. */
export type Recall = () => ResumeRecord | null;

/** Remembers how far uploads are, seldom enough to cost nothing and often enough to lose little. */
export class Memory {
  readonly #dirty = new Map<string, Recall>();
  /** One write after the other, so that the last one counts. */
  #writing: Promise<void> = Promise.resolve();
  #isWaiting = false;

  constructor(
    private readonly store: ResumeStore,
    private readonly clock: Clock,
  ) {}

  list(endpoint: string): Promise<readonly ResumeRecord[]> {
    return this.store.list(endpoint);
  }

  async find(fingerprint: Fingerprint): Promise<ResumeRecord | null> {
    await this.#writing;
    return this.store.find(fingerprint);
  }

  /** Says that an upload has got on. It is written down within a second. */
  note(key: string, recall: Recall): void {
    this.#dirty.set(key, recall);
    void this.#flushLater();
  }

  forget(key: string): Promise<void> {
    this.#dirty.delete(key);
    return this.#then(() => this.store.delete(key));
  }

  /** Writes what has changed now. */
  async flush(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    await this.#then(async () => {
      for (const [key, recall] of dirty) {
        const record = recall();
        await (record ? this.store.put(record) : this.store.delete(key));
      }
    });
  }

  async #flushLater(): Promise<void> {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    await this.clock.wait(COALESCE_MS, new AbortController().signal);
    this.#isWaiting = false;
    await this.flush();
  }

  #then(write: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(write);
    return this.#writing;
  }
}
