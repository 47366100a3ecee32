import type { StoredFile } from "../types.ts";
import { reasonFor } from "./failures.ts";
import { RateMeter, secondsLeft } from "./rate.ts";
import { describe, type SourceFile, Transfer } from "./transfer.ts";
import type { Workshop } from "./workshop.ts";

export type UploadState = "queued" | "uploading" | "verifying" | "done" | "failed" | "cancelled";

/** All that a row shows. Never changed: a new one takes its place. */
export interface UploadView {
  readonly key: number;
  readonly name: string;
  readonly size: number;
  readonly state: UploadState;
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** The last attempt at something failed, and the next one is on its way. */
  readonly retrying: boolean;
  /** Why it failed, for people; null in every other state. */
  readonly reason: string | null;
}

export interface UploadsListener {
  changed(): void;
  /** An upload is done or has failed. */
  settled(view: UploadView): void;
  stored(file: StoredFile): void;
}

interface Entry {
  view: UploadView;
  run: AbortController;
  running: Promise<void>;
  readonly transfer: Transfer;
  readonly meter: RateMeter;
}

const UNDER_WAY: ReadonlySet<UploadState> = new Set(["queued", "uploading", "verifying"]);
const STILL = { bytesPerSecond: null, secondsLeft: null, retrying: false, reason: null } as const;

export function isUnderWay(view: UploadView): boolean {
  return UNDER_WAY.has(view.state);
}

/** The uploads of a page, oldest first: what the person asked for, and how far each has come. */
export class Uploads {
  readonly #entries = new Map<number, Entry>();
  #lastKey = 0;

  constructor(
    private readonly workshop: Workshop,
    private readonly listener: UploadsListener,
  ) {}

  get views(): readonly UploadView[] {
    return Array.from(this.#entries.values(), (entry) => entry.view);
  }

  add(files: readonly SourceFile[]): void {
    for (const file of files) this.#start(this.#newEntry(file));
    this.listener.changed();
  }

  /** Stops an upload and has what it stored removed. */
  async cancel(key: number): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry || entry.view.state === "done" || entry.view.state === "cancelled") return;
    this.#show(entry, { ...STILL, state: "cancelled" });
    entry.run.abort();
    // A segment still on its way would be stored after the others are gone.
    await entry.running;
    await this.#discard(entry);
  }

  /** Continues a failed upload where it stopped. */
  retry(key: number): void {
    const entry = this.#entries.get(key);
    if (entry?.view.state === "failed") this.#start(entry);
  }

  /** Takes the uploads that have ended well or were cancelled out of the list. */
  clearFinished(): void {
    for (const [key, { view }] of this.#entries)
      if (view.state === "done" || view.state === "cancelled") this.#entries.delete(key);
    this.listener.changed();
  }

  /** Measures speeds; to be called about twice a second. */
  tick(): void {
    for (const entry of this.#entries.values()) if (entry.view.state === "uploading") this.#measure(entry);
  }

  #newEntry(file: SourceFile): Entry {
    this.#lastKey += 1;
    const { name, size } = describe(file);
    const observer = {
      progressed: () => this.#show(entry, { sentBytes: entry.transfer.sentBytes }),
      paused: (retrying: boolean) => this.#show(entry, { retrying }),
      verifying: () => this.#show(entry, { ...STILL, state: "verifying" }),
      resending: () => this.#show(entry, { state: "uploading", sentBytes: entry.transfer.sentBytes }),
    };
    const entry: Entry = {
      view: { key: this.#lastKey, name, size, state: "queued", sentBytes: 0, ...STILL },
      run: new AbortController(),
      running: Promise.resolve(),
      transfer: new Transfer(file, this.workshop, observer),
      meter: new RateMeter(),
    };
    this.#entries.set(this.#lastKey, entry);
    return entry;
  }

  #start(entry: Entry): void {
    entry.run = new AbortController();
    this.#show(entry, { ...STILL, state: "queued" });
    entry.running = this.#run(entry, entry.run.signal);
  }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      const work = () => {
        this.#show(entry, { state: "uploading" });
        return entry.transfer.run(signal);
      };
      this.#done(entry, await this.workshop.files.run(work, signal));
    } catch (error) {
      if (!signal.aborted) this.#settle(entry, { ...STILL, state: "failed", reason: reasonFor(error) });
    }
  }

  async #discard(entry: Entry): Promise<void> {
    try {
      const file = await entry.transfer.discard(AbortSignal.timeout(120_000));
      if (file) this.#done(entry, file);
    } catch {
      // The server's sweep removes what stays behind; the person has asked for nothing more.
    }
  }

  #done(entry: Entry, file: StoredFile): void {
    this.listener.stored(file);
    this.#settle(entry, { ...STILL, state: "done", sentBytes: entry.view.size });
  }

  #settle(entry: Entry, change: Partial<UploadView>): void {
    this.#show(entry, change);
    this.listener.settled(entry.view);
  }

  #measure(entry: Entry): void {
    const { sentBytes, size } = entry.view;
    entry.meter.note(this.workshop.clock.now(), sentBytes);
    const { bytesPerSecond } = entry.meter;
    this.#show(entry, { bytesPerSecond, secondsLeft: secondsLeft(size - sentBytes, bytesPerSecond) });
  }

  #show(entry: Entry, change: Partial<UploadView>): void {
    if (entry.view.state === "cancelled" && change.state !== "done") return;
    entry.view = { ...entry.view, ...change };
    this.listener.changed();
  }
}
