/** Lets the next one in; calling it twice is harmless. */
export type Leave = () => void;

interface Waiting {
  readonly order: number;
  readonly admit: () => void;
}

/**
 * Admits `width` at a time; the others wait, those of the lowest order before, equals as they came. Once a `crowd` has come
 * in, or it was full, nobody is admitted until there is room for another.
 */
export class Gate {
  readonly #waiting: Waiting[] = [];
  #admitted = 0;
  /** How many more of a crowd may come in. */
  #expected = 0;

  constructor(
    private breadth: number,
    private readonly crowd = 1,
  ) {}

  get width(): number {
    return this.breadth;
  }

  /** Whoever is inside stays, even if there is less room from now on. */
  set width(width: number) {
    this.breadth = width;
    this.#admit();
  }

  get inside(): number {
    return this.#admitted;
  }

  /** Resolves when there is room; rejects with the signal's reason if it is aborted before that. */
  async enter(signal: AbortSignal, order = 0): Promise<Leave> {
    signal.throwIfAborted();
    if (this.#opens()) this.#letIn();
    else await this.#turn(signal, order);
    return this.#leaveOnce();
  }

  /** Runs `work` inside, and leaves however it ends. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, order = 0): Promise<T> {
    const leave = await this.enter(signal, order);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  #turn(signal: AbortSignal, order: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const waiting = { order, admit };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      const after = this.#waiting.findLastIndex((other) => other.order <= order);
      this.#waiting.splice(after + 1, 0, waiting);
    });
  }

  #admit(): void {
    while (this.#waiting.length > 0 && this.#opens()) {
      this.#letIn();
      this.#waiting.shift()?.admit();
    }
  }

  #opens(): boolean {
    if (this.#admitted >= this.breadth) this.#expected = 0;
    else if (this.#expected === 0 && this.#admitted <= Math.max(0, this.breadth - this.crowd))
      this.#expected = this.crowd;
    return this.#expected > 0;
  }

  #letIn(): void {
    this.#admitted += 1;
    this.#expected -= 1;
  }

  #leaveOnce(): Leave {
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#admitted -= 1;
      this.#admit();
    };
  }
}
