import type { Lease, Target } from "../types.ts";
import type { SignatureBook } from "./signatureBook.ts";

/** A target as the control plane writes it. */
export interface SignedTarget {
  readonly url: string;
  /** Null where each segment has one of its own. */
  readonly query: string | null;
  /** ISO 8601, UTC, by the server's clock. */
  readonly expires_at: string;
}

const SHARE_TO_USE = 0.75;
/** When the answer does not tell the server's time, no lifetime can be known: renew often, which is cheap. */
const UNKNOWN_LIFETIME_MS = 60_000;

/**
 * When to ask for a new signature: the last quarter of its time is left unused. Its lifetime is the difference of two times
 * of the server, counted from `askedAt` on our steady clock: the wall clock of this machine, which may be hours off, has no
 * part in it.
 */
export function renewalTime(expiresAt: string, serverDate: string | null, askedAt: number): number {
  const lifetimeMs = Date.parse(expiresAt) - Date.parse(serverDate ?? "");
  const usableMs = (Number.isFinite(lifetimeMs) ? lifetimeMs : UNKNOWN_LIFETIME_MS) * SHARE_TO_USE;
  return askedAt + Math.max(0, usableMs);
}

/** The target as a lease, unless it is a bare one. */
export function targetFrom(
  { url, query, expires_at }: SignedTarget,
  serverDate: string | null,
  askedAt: number,
): Target {
  return query === null
    ? { url, query }
    : { url, query, renewAt: renewalTime(expires_at, serverDate, askedAt) };
}

/** Keeps one upload's leases fresh, with one renewal at a time however many segments ask. `target` null: it has none yet. */
export class LeaseKeeper {
  #distrusted = false;
  #renewal: Promise<Target> | null = null;

  constructor(
    private target: Target | null,
    private readonly renew: (signal: AbortSignal) => Promise<Target>,
    private readonly book: SignatureBook,
    private readonly now: () => number,
  ) {}

  /** A lease for the segment that is good for a while. Rejects as the renewal does. */
  async current(number: number, signal: AbortSignal): Promise<Lease> {
    const target = await this.#current(signal);
    return target.query === null ? this.book.leaseOf(target.url, number, signal) : target;
  }

  /** Says that `lease` may have been refused: the next one to ask gets a new one, unless there is one already. */
  distrust(lease: Lease): void {
    if (lease === this.target) this.#distrusted = true;
    this.book.distrust(lease);
  }

  #current(signal: AbortSignal): Promise<Target> {
    if (this.#renewal) return this.#renewal;
    if (this.target && !this.#distrusted && this.#isFresh(this.target)) return Promise.resolve(this.target);
    this.#renewal = this.#fetch(signal).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  #isFresh(target: Target): boolean {
    return target.query === null || this.now() < target.renewAt;
  }

  async #fetch(signal: AbortSignal): Promise<Target> {
    const target = await this.renew(signal);
    this.target = target;
    this.#distrusted = false;
    return target;
  }
}
