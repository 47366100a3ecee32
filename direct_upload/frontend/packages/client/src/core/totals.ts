import type { UploadState, UploadsSummary, UploadView } from "../api.ts";
import { secondsLeft } from "./rate.ts";

type Count = "done" | "failed" | "underWay" | "paused" | "interrupted";

const COUNTED_AS: Readonly<Record<UploadState, Count | null>> = {
  queued: "underWay",
  uploading: "underWay",
  verifying: "underWay",
  following: "underWay",
  done: "done",
  failed: "failed",
  paused: "paused",
  interrupted: "interrupted",
  cancelled: null,
};

/** The sums over all views, kept up to date change by change: ten thousand uploads cost no more than one. */
export class Totals {
  readonly #counts: Record<Count, number> = { done: 0, failed: 0, underWay: 0, paused: 0, interrupted: 0 };
  #total = 0;
  #size = 0;
  #sentBytes = 0;
  #bytesToGo = 0;

  /** `before` is null for a new upload, `after` for one that is taken out of the list. */
  replace(before: UploadView | null, after: UploadView | null): void {
    if (before) this.#count(before, -1);
    if (after) this.#count(after, 1);
  }

  get underWay(): number {
    return this.#counts.underWay;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  summary(bytesPerSecond: number | null, isOnline: boolean): UploadsSummary {
    const isBusy = this.underWay > 0;
    const speed = isBusy ? bytesPerSecond : null;
    return {
      ...this.#counts,
      total: this.#total,
      size: this.#size,
      sentBytes: this.#sentBytes,
      bytesPerSecond: speed,
      secondsLeft: secondsLeft(this.#bytesToGo, speed),
      isOffline: isBusy && !isOnline,
    };
  }

  #count({ state, size, sentBytes }: UploadView, sign: 1 | -1): void {
    const count = COUNTED_AS[state];
    if (count === null) return;
    this.#counts[count] += sign;
    this.#total += sign;
    this.#size += sign * size;
    this.#sentBytes += sign * sentBytes;
    if (count === "underWay") this.#bytesToGo += sign * (size - sentBytes);
  }
}
