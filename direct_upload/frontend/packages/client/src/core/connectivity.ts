import type { Clock, Network } from "../types.ts";
import { under } from "./abort.ts";

/** Some machines say that they are offline when they are not: so often it is tried all the same. */
const TRIAL_MS = 15_000;

/** Whether there is any use in sending, from what the browser says and what was seen. */
export class Connectivity {
  readonly #losing = new Set<() => void>();
  readonly #finding = new Set<() => void>();
  readonly #stop: () => void;
  #isDisproved = false;

  constructor(
    private readonly network: Network,
    private readonly clock: Clock,
  ) {
    this.#stop = network.onChange(() => this.#change());
  }

  get isOnline(): boolean {
    return this.#isDisproved || this.network.isOnline;
  }

  /** Says that an answer came: whatever the browser says, there is a network. */
  worked(): void {
    if (this.isOnline) return;
    this.#isDisproved = true;
    call(this.#finding);
  }

  /** Calls when the network goes, until the function that it returns is called. */
  onLost(listener: () => void): () => void {
    return listen(this.#losing, listener);
  }

  /** Calls when the network is back. */
  onFound(listener: () => void): () => void {
    return listen(this.#finding, listener);
  }

  /** Resolves when there is a network again, or when it is time to see for oneself. */
  async untilOnline(signal: AbortSignal): Promise<void> {
    if (this.isOnline) return;
    await under(signal, async (own) => {
      const stop = this.onFound(() => own.abort());
      await this.clock.wait(TRIAL_MS, own.signal).catch(() => undefined);
      stop();
    });
    signal.throwIfAborted();
  }

  close(): void {
    this.#stop();
  }

  #change(): void {
    this.#isDisproved = false;
    call(this.network.isOnline ? this.#finding : this.#losing);
  }
}

function listen(listeners: Set<() => void>, listener: () => void): () => void {
  const own = () => listener();
  listeners.add(own);
  return () => listeners.delete(own);
}

function call(listeners: ReadonlySet<() => void>): void {
  for (const listener of [...listeners]) listener();
}
