import type { Lease } from "../types.ts";

/** A target as the control plane writes it. */
export interface SignedTarget {
  readonly url: string;
  readonly query: string;
  /** ISO 8601, UTC, by the server's clock. */
  readonly expires_at: string;
}

const SHARE_TO_USE = 0.75;
/** When the answer does not tell the server's time, no lifetime can be known: renew often, which is cheap. */
const UNKNOWN_LIFETIME_MS = 60_000;

/**
 * A lease whose last quarter is left unused. Its lifetime is the difference of two times of the server, counted from
 * `askedAt` on our steady clock: the wall clock of this machine, which may be hours off, has no part in it.
 */
export function leaseFrom(target: SignedTarget, serverDate: string | null, askedAt: number): Lease {
  const lifetimeMs = Date.parse(target.expires_at) - Date.parse(serverDate ?? "");
  const usableMs = (Number.isFinite(lifetimeMs) ? lifetimeMs : UNKNOWN_LIFETIME_MS) * SHARE_TO_USE;
  return { url: target.url, query: target.query, renewAt: askedAt + Math.max(0, usableMs) };
}

/** Keeps one upload's lease fresh, with one renewal at a time however many segments ask. Null: it has none yet. */
export class LeaseKeeper {
  #distrusted = false;
  #renewal: Promise<Lease> | null = null;

  constructor(
    private lease: Lease | null,
    private readonly renew: (signal: AbortSignal) => Promise<Lease>,
    private readonly now: () => number,
  ) {}

  /** A lease that is good for a while. Rejects as the renewal does. */
  current(signal: AbortSignal): Promise<Lease> {
    if (this.#renewal) return this.#renewal;
    if (this.lease && !this.#distrusted && this.now() < this.lease.renewAt)
      return Promise.resolve(this.lease);
    this.#renewal = this.#fetch(signal).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** Says that `lease` may have been refused: the next one to ask gets a new one, unless there is one already. */
  distrust(lease: Lease): void {
    if (lease === this.lease) this.#distrusted = true;
  }

  async #fetch(signal: AbortSignal): Promise<Lease> {
    const lease = await this.renew(signal);
    this.lease = lease;
    this.#distrusted = false;
    return lease;
  }
}
