import type { TabMessage, Tabs } from "../types.ts";
import { type Locks, PageLocks, WebLocks } from "./locks.ts";

type Listener = (message: TabMessage) => void;

interface Letter {
  readonly name: string;
  readonly message: TabMessage;
}

/** With a number that changes with the messages: tabs with another version of the page don't disturb this one. */
const CHANNEL = "direct-upload/1";
const LOCK_PREFIX = "direct-upload/";

/** The tabs of this browser that show pages of one origin. Without locks, each is on its own. */
export class BrowserTabs implements Tabs {
  readonly #listeners = new Map<string, Set<Listener>>();
  #channel: BroadcastChannel | null = null;

  constructor(
    private readonly locks: Locks = browserLocks(),
    private readonly newChannel: (name: string) => BroadcastChannel = (name) => new BroadcastChannel(name),
  ) {}

  hold(
    name: string,
    whenHeld: (signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.locks.hold(LOCK_PREFIX + name, async () => {
      signal.throwIfAborted();
      await whenHeld(signal);
    });
  }

  whenFree(name: string, signal: AbortSignal): Promise<void> {
    return this.locks.whenFree(LOCK_PREFIX + name, signal);
  }

  publish(name: string, message: TabMessage): void {
    this.#open().postMessage({ name, message } satisfies Letter);
  }

  follow(name: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    this.#open();
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(name);
    };
  }

  /** Hears nothing any more. Names that are held stay so until their work ends. */
  close(): void {
    this.#channel?.close();
    this.#channel = null;
    this.#listeners.clear();
  }

  /** One channel for all names: an upload of ten thousand files must not open as many. */
  #open(): BroadcastChannel {
    if (this.#channel === null) {
      this.#channel = this.newChannel(CHANNEL);
      this.#channel.onmessage = ({ data }: MessageEvent<Letter>) => this.#deliver(data);
    }
    return this.#channel;
  }

  #deliver({ name, message }: Letter): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(message);
  }
}

function browserLocks(): Locks {
  // Only secure pages have them, whatever TypeScript says.
  const { locks } = navigator as { readonly locks?: LockManager };
  return locks ? new WebLocks(locks) : new PageLocks();
}
