/** Hears what happens, by event name. A listener that throws harms neither the others nor the one who tells. */
export class Listeners<Events> {
  readonly #lists = new Map<keyof Events, Set<(detail: never) => void>>();

  /** Returns the function that ends the listening; `signal` ends it too. */
  on<K extends keyof Events>(
    event: K,
    listener: (detail: Events[K]) => void,
    options: { readonly signal?: AbortSignal } = {},
  ): () => void {
    const list = this.#lists.get(event) ?? new Set();
    this.#lists.set(event, list);
    // A copy of its own: the same function may listen twice.
    const own = (detail: Events[K]) => listener(detail);
    const stop = () => {
      list.delete(own);
      options.signal?.removeEventListener("abort", stop);
    };
    if (options.signal?.aborted) return stop;
    list.add(own);
    options.signal?.addEventListener("abort", stop, { once: true });
    return stop;
  }

  tell<K extends keyof Events>(event: K, detail: Events[K]): void {
    for (const listener of [...(this.#lists.get(event) ?? [])]) {
      try {
        (listener as (detail: Events[K]) => void)(detail);
      } catch (error) {
        reportError(error);
      }
    }
  }
}
