import type { PageGuard } from "../types.ts";

/** What is used of `window`, `document` and `navigator`. */
export interface GuardedPage {
  readonly window: Pick<EventTarget, "addEventListener" | "removeEventListener">;
  readonly document: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener">;
  readonly wakeLock: WakeLock | undefined;
}

/**
 * Keeps the device awake and asks before the page is left, while held. Let go, it leaves no trace: a page with a
 * listener for `beforeunload` is not kept for the back button.
 */
export class BrowserPageGuard implements PageGuard {
  #isHeld = false;
  #lock: Promise<WakeLockSentinel | null> = Promise.resolve(null);

  constructor(private readonly page: GuardedPage = thisPage()) {}

  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.page.window.addEventListener("beforeunload", askFirst);
    this.page.document.addEventListener("visibilitychange", this.#stayAwake);
    this.#stayAwake();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.page.window.removeEventListener("beforeunload", askFirst);
    this.page.document.removeEventListener("visibilitychange", this.#stayAwake);
    this.#lock = this.#lock.then(letGo);
  }

  /** The browser takes the lock away from a page that is hidden, and refuses it to one: hence each time it is shown. */
  readonly #stayAwake = (): void => {
    if (this.page.document.visibilityState !== "visible") return;
    // One after the other, so that a lock which comes late is let go too.
    this.#lock = this.#lock.then((lock) => (lock?.released === false ? lock : this.#request()));
  };

  async #request(): Promise<WakeLockSentinel | null> {
    try {
      // Refused on a low battery, for instance: then the uploads go on for as long as the device is awake.
      return (await this.page.wakeLock?.request("screen")) ?? null;
    } catch {
      return null;
    }
  }
}

async function letGo(lock: WakeLockSentinel | null): Promise<null> {
  await lock?.release();
  return null;
}

function askFirst(event: Event): void {
  event.preventDefault();
}

function thisPage(): GuardedPage {
  // Only secure pages have it, whatever TypeScript says.
  const { wakeLock } = navigator as { readonly wakeLock?: WakeLock };
  return { window: globalThis, document, wakeLock };
}
