import type { UploadView } from "../api.ts";
import type { Clock, TabMessage, Tabs } from "../types.ts";
import { under } from "./abort.ts";

/** The last message of a tab may come a moment after it has let the name go. */
const GRACE_MS = 300;

type Progress = Extract<TabMessage, { readonly kind: "progress" }>;
/** How it ended in the other tab. `free`: nobody said anything, as after a crash. */
export type Ending = Exclude<TabMessage, { readonly kind: "progress" | "asked" }> | { readonly kind: "free" };

/** One file among the tabs of a browser: one tab sends it, the others follow. */
export class Sharing {
  constructor(
    private readonly name: string,
    private readonly tabs: Tabs,
    private readonly clock: Clock,
  ) {}

  /** Runs `send` unless another tab sends the file: false then. Who follows can ask for `progress` meanwhile. */
  send(
    send: (signal: AbortSignal) => Promise<void>,
    progress: () => TabMessage,
    signal: AbortSignal,
  ): Promise<boolean> {
    const whenHeld = async (own: AbortSignal) => {
      const stop = this.#hear((message) => message.kind === "asked" && this.tell(progress()));
      await send(own).finally(stop);
    };
    return this.tabs.hold(this.name, whenHeld, signal);
  }

  /** Whether another tab sends the file. */
  async isTaken(signal: AbortSignal): Promise<boolean> {
    return !(await this.tabs.hold(this.name, () => Promise.resolve(), signal));
  }

  /** Resolves when another tab sends the file, perhaps at once. */
  async untilTaken(signal: AbortSignal): Promise<void> {
    if (await this.isTaken(signal)) return;
    await under(signal, (own) => this.#first((message) => message.kind === "progress", own));
  }

  /** Resolves with how it ended in the tab that sends the file now. */
  follow(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Ending> {
    return under(signal, async (own) => {
      const ended = this.#first((message) => {
        if (message.kind === "progress") onProgress(message);
        return message.kind !== "progress" && message.kind !== "asked";
      }, own);
      this.tell({ kind: "asked" });
      try {
        return (await Promise.race([ended, this.#free(own.signal)])) as Ending;
      } finally {
        own.abort();
      }
    });
  }

  tell(message: TabMessage): void {
    this.tabs.publish(this.name, message);
  }

  async #free(signal: AbortSignal): Promise<Ending> {
    await this.tabs.whenFree(this.name, signal);
    await this.clock.wait(GRACE_MS, signal);
    return { kind: "free" };
  }

  /** The first message that `isIt`. */
  #first(isIt: (message: TabMessage) => boolean, { signal }: AbortController): Promise<TabMessage> {
    return new Promise((resolve, reject) => {
      const stop = this.#hear((message) => {
        if (!isIt(message)) return;
        stop();
        resolve(message);
      });
      const giveUp = () => {
        stop();
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  #hear(listener: (message: TabMessage) => void): () => void {
    return this.tabs.follow(this.name, listener);
  }
}

/** How far an upload is, as other tabs are told. */
export function progressOf({ state, sentBytes, bytesPerSecond, secondsLeft }: UploadView): TabMessage {
  return { kind: "progress", isVerifying: state === "verifying", sentBytes, bytesPerSecond, secondsLeft };
}
