import type { UploaderEvents, UploadsSummary, UploadView } from "../api.ts";
import type { Clock } from "../types.ts";
import { Listeners } from "./events.ts";
import { Totals } from "./totals.ts";
import { isUnderWay } from "./views.ts";

/** Changes within a frame are told in one event. */
const FRAME_MS = 16;

const ENDS: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

/** Tells what changes: all changes of a frame at once, and each end as it comes. */
export class Changes {
  readonly listeners = new Listeners<UploaderEvents>();
  readonly totals = new Totals();
  #keys = new Set<string>();
  #isTelling = false;
  #isIdle = true;

  constructor(
    private readonly clock: Clock,
    private readonly summary: () => UploadsSummary,
    private readonly closing: AbortSignal,
  ) {}

  /** `before` is null for an upload that was added, `after` for one that was taken out. */
  note(before: UploadView | null, after: UploadView | null): void {
    this.totals.replace(before, after);
    this.touch((after ?? before)?.key ?? "");
    if (!after || before?.state === after.state) return;
    if (isUnderWay(after)) this.#isIdle = false;
    if (before && ENDS.has(after.state)) this.listeners.tell("settled", after);
    if (!this.#isIdle && this.totals.underWay === 0) queueMicrotask(() => this.#tellIdle());
  }

  /** Something about it changed that is not in its view, or will be told with the next frame. */
  touch(key: string): void {
    if (this.closing.aborted) return;
    this.#keys.add(key);
    if (!this.#isTelling) void this.#tellSoon();
  }

  async #tellSoon(): Promise<void> {
    this.#isTelling = true;
    await this.clock.wait(FRAME_MS, this.closing).catch(() => undefined);
    this.#isTelling = false;
    const keys = [...this.#keys];
    this.#keys = new Set();
    if (!this.closing.aborted) this.listeners.tell("changed", keys);
  }

  #tellIdle(): void {
    if (this.#isIdle || this.totals.underWay > 0 || this.closing.aborted) return;
    this.#isIdle = true;
    this.listeners.tell("idle", this.summary());
  }
}
