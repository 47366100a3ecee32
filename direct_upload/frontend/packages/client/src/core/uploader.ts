import type {
  FileToUpload,
  Uploader,
  UploaderEvents,
  UploadOptions,
  UploadsSummary,
  UploadView,
} from "../api.ts";
import type { Network, StoredFile } from "../types.ts";
import { Listeners } from "./events.ts";
import { failureOf, UploadFailed } from "./failures.ts";
import { RateMeter, secondsLeft } from "./rate.ts";
import { Totals } from "./totals.ts";
import { Transfer } from "./transfer.ts";
import { chosen, isFinished, isUnderWay, newView, STILL } from "./views.ts";
import type { Workshop } from "./workshop.ts";

const TICK_MS = 500;

interface Entry {
  view: UploadView;
  run: AbortController;
  running: Promise<void>;
  readonly transfer: Transfer;
  readonly meter: RateMeter;
}

/** The uploads of a page: what the person asked for, and how far each has come. */
export class UploadList implements Uploader {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Listeners<UploaderEvents>();
  readonly #totals = new Totals();
  readonly #meter = new RateMeter();
  readonly #changed = new Set<string>();
  readonly #closing = new AbortController();
  #lastKey = 0;
  #isTicking = false;

  constructor(
    private readonly workshop: Workshop,
    private readonly network: Network,
  ) {
    network.onChange(() => this.#tick());
  }

  get views(): readonly UploadView[] {
    return Array.from(this.#entries.values(), (entry) => entry.view);
  }

  get summary(): UploadsSummary {
    return this.#totals.summary(this.#meter.bytesPerSecond, this.network.isOnline);
  }

  view(key: string): UploadView | undefined {
    return this.#entries.get(key)?.view;
  }

  add(files: Iterable<FileToUpload>): readonly string[] {
    return Array.from(files, (file) => {
      const entry = this.#newEntry(file);
      this.#start(entry);
      return entry.view.key;
    });
  }

  async upload(file: FileToUpload, { signal, onProgress }: UploadOptions = {}): Promise<StoredFile> {
    signal?.throwIfAborted();
    const [key = ""] = this.add([file]);
    return new Promise((resolve, reject) => {
      const ending = new AbortController();
      const look = () => {
        const view = this.view(key);
        if (view) onProgress?.(view);
        if (view && (isFinished(view) || view.state === "failed")) ending.abort();
        if (view?.file) resolve(view.file);
        else if (view?.failure) reject(new UploadFailed(view.failure));
        else if (view?.state === "cancelled")
          reject(signal?.reason ?? new DOMException("Cancelled", "AbortError"));
      };
      this.on("changed", (keys) => keys.includes(key) && look(), ending);
      signal?.addEventListener("abort", () => void this.cancel(key), { signal: ending.signal });
    });
  }

  pause(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry || !isUnderWay(entry.view)) return;
    this.#show(entry, { ...STILL, state: "paused" });
    entry.run.abort();
  }

  resume(key: string): void {
    const entry = this.#entries.get(key);
    if (entry?.view.state === "failed" || entry?.view.state === "paused") this.#start(entry);
  }

  pauseAll(): void {
    for (const key of this.#entries.keys()) this.pause(key);
  }

  resumeAll(): void {
    for (const key of this.#entries.keys()) this.resume(key);
  }

  async cancel(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (!entry || isFinished(entry.view)) return;
    this.#show(entry, { ...STILL, state: "cancelled" });
    this.#listeners.tell("settled", entry.view);
    entry.run.abort();
    // A segment still on its way would be stored after the others are gone.
    await entry.running;
    await this.#discard(entry);
  }

  async cancelAll(): Promise<void> {
    await Promise.all(Array.from(this.#entries.keys(), (key) => this.cancel(key)));
  }

  clearFinished(): void {
    for (const [key, entry] of this.#entries) {
      if (!isFinished(entry.view)) continue;
      this.#entries.delete(key);
      this.#totals.replace(entry.view, null);
      this.#note(key);
    }
  }

  restore(): Promise<void> {
    return Promise.resolve();
  }

  allow(_key: string): Promise<boolean> {
    return Promise.resolve(false);
  }

  supply(_key: string, _file: FileToUpload): Promise<boolean> {
    return Promise.resolve(false);
  }

  setMaxBytesPerSecond(_limit: number | null): void {}

  on<K extends keyof UploaderEvents>(
    event: K,
    listener: (detail: UploaderEvents[K]) => void,
    options?: { readonly signal?: AbortSignal },
  ): () => void {
    return this.#listeners.on(event, listener, options);
  }

  close(): void {
    this.#closing.abort();
    for (const { run } of this.#entries.values()) run.abort();
  }

  #newEntry(given: FileToUpload): Entry {
    const { file, path } = chosen(given);
    this.#lastKey += 1;
    const key = String(this.#lastKey);
    const observer = {
      progressed: () => this.#show(entry, { sentBytes: entry.transfer.sentBytes }),
      paused: (retrying: boolean) =>
        this.#show(entry, {
          waiting: retrying ? { for: "retry", until: this.workshop.clock.now() } : null,
        }),
      verifying: () => this.#show(entry, { ...STILL, state: "verifying" }),
      resending: () => this.#show(entry, { state: "uploading", sentBytes: entry.transfer.sentBytes }),
    };
    const entry: Entry = {
      view: newView(key, path, file),
      run: new AbortController(),
      running: Promise.resolve(),
      transfer: new Transfer(file, this.workshop, observer),
      meter: new RateMeter(),
    };
    this.#entries.set(key, entry);
    this.#totals.replace(null, entry.view);
    return entry;
  }

  #start(entry: Entry): void {
    const former = entry.running;
    entry.run = new AbortController();
    this.#show(entry, { ...STILL, state: "queued" });
    entry.running = former.then(() => this.#run(entry, entry.run.signal));
    if (!this.#isTicking) void this.#keepTicking();
  }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      const work = () => {
        this.#show(entry, { state: "uploading" });
        return entry.transfer.run(signal);
      };
      this.#done(entry, await this.workshop.files.run(work, signal));
    } catch (error) {
      if (!signal.aborted) this.#settle(entry, { ...STILL, state: "failed", failure: failureOf(error) });
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
    this.#settle(entry, { ...STILL, state: "done", sentBytes: entry.view.size, file });
  }

  #settle(entry: Entry, change: Partial<UploadView>): void {
    this.#show(entry, change);
    this.#listeners.tell("settled", entry.view);
  }

  async #keepTicking(): Promise<void> {
    this.#isTicking = true;
    try {
      while (this.#totals.underWay > 0) {
        await this.workshop.clock.wait(TICK_MS, this.#closing.signal);
        this.#tick();
      }
    } catch {
      // Closed.
    } finally {
      this.#isTicking = false;
    }
  }

  #tick(): void {
    this.#meter.note(this.workshop.clock.now(), this.#totals.sentBytes);
    for (const entry of this.#entries.values()) if (entry.view.state === "uploading") this.#measure(entry);
  }

  #measure(entry: Entry): void {
    const { sentBytes, size } = entry.view;
    entry.meter.note(this.workshop.clock.now(), sentBytes);
    const { bytesPerSecond } = entry.meter;
    this.#show(entry, { bytesPerSecond, secondsLeft: secondsLeft(size - sentBytes, bytesPerSecond) });
  }

  #show(entry: Entry, change: Partial<UploadView>): void {
    const before = entry.view;
    if (before.state === "cancelled" && change.state !== "done") return;
    if (before.state === "paused" && change.state === undefined) return;
    const wasBusy = this.#totals.underWay > 0;
    entry.view = { ...before, ...change };
    this.#totals.replace(before, entry.view);
    this.#note(entry.view.key);
    if (wasBusy && this.#totals.underWay === 0)
      queueMicrotask(() => this.#listeners.tell("idle", this.summary));
  }

  #note(key: string): void {
    this.#changed.add(key);
    if (this.#changed.size > 1) return;
    queueMicrotask(() => {
      const keys = [...this.#changed];
      this.#changed.clear();
      this.#listeners.tell("changed", keys);
    });
  }
}
