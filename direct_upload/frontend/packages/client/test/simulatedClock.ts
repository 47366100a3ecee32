import type { Clock } from "../src/types.ts";

declare const setImmediate: (run: () => void) => void;

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Lets everything run that can run without time passing. */
export async function settle(): Promise<void> {
  // A blob's bytes come after some turns of Node's event loop.
  for (let turn = 0; turn < 4; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Time that passes only when a test says so: hours take no time. */
export class SimulatedClock implements Clock {
  /** What was asked for, in order. */
  readonly waits: number[] = [];
  #time = 0;
  #timers: Timer[] = [];

  now(): number {
    return this.#time;
  }

  get timers(): number {
    return this.#timers.length;
  }

  wait(ms: number, signal: AbortSignal): Promise<void> {
    this.waits.push(ms);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason);
      };
      const fire = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const timer = { at: this.#time + Math.max(0, ms), fire };
      this.#timers.push(timer);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Lets so much time pass; what is due happens in between, each thing at its time. */
  async advance(ms: number): Promise<void> {
    const end = this.#time + ms;
    await settle();
    while (this.#nextAt() <= end) await this.#step();
    this.#time = end;
    await settle();
  }

  /** The machine sleeps: all timers that come due meanwhile fire afterwards, at once. */
  async sleep(ms: number): Promise<void> {
    this.#time += ms;
    await this.advance(0);
  }

  /** Lets time pass until something is so. Fails when that takes longer than a day, or nothing will happen any more. */
  async until(isSo: () => boolean): Promise<void> {
    const end = this.#time + 86_400_000;
    await settle();
    while (!isSo()) {
      if (this.#nextAt() > end) throw new Error(`Nothing happens any more at ${this.#time} ms`);
      await this.#step();
    }
  }

  #nextAt(): number {
    return Math.min(...this.#timers.map(({ at }) => at));
  }

  async #step(): Promise<void> {
    const at = this.#nextAt();
    this.#time = Math.max(this.#time, at);
    const due = this.#timers.filter((timer) => timer.at <= at);
    this.#timers = this.#timers.filter((timer) => timer.at > at);
    for (const { fire } of due) fire();
    await settle();
  }
}
