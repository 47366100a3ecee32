import type { Network } from "../types.ts";

/** What is used of `window`. */
interface NetworkEvents {
  addEventListener(type: "online" | "offline", listener: () => void): void;
  removeEventListener(type: "online" | "offline", listener: () => void): void;
}

/**
 * What the browser knows of its network. Offline is sure; online means no more than that some network is there, with
 * or without a way to the server.
 */
export class BrowserNetwork implements Network {
  constructor(
    private readonly state: { readonly onLine: boolean } = navigator,
    private readonly events: NetworkEvents = globalThis,
  ) {}

  get isOnline(): boolean {
    return this.state.onLine;
  }

  onChange(listener: () => void): () => void {
    // Its own function each time: who listens twice hears twice, and stops each for itself.
    const hear = () => listener();
    this.events.addEventListener("online", hear);
    this.events.addEventListener("offline", hear);
    return () => {
      this.events.removeEventListener("online", hear);
      this.events.removeEventListener("offline", hear);
    };
  }
}
