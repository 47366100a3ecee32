import type {
  FileToUpload,
  Retry,
  Uploader,
  UploaderEvents,
  UploadOptions,
  UploadsSummary,
  UploadView,
} from "../api.ts";
import type { PageGuard, ResumeRecord, StoredFile } from "../types.ts";
import { Changes } from "./changes.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Memory } from "./memory.ts";
import { fingerprintOf, nameOf, type Office, type Source, type UploaderPorts } from "./office.ts";
import { untilSettled } from "./promised.ts";
import { Upload } from "./upload.ts";
import { isFinished, isUnderWay, sourceOf } from "./views.ts";
import { openWorkshop, type SendingSettings } from "./workshop.ts";

const TICK_MS = 500;

/** The uploads of a page. */
export class UploadList implements Uploader {
  readonly #uploads = new Map<string, Upload>();
  /** Those that are not finished, by file. */
  readonly #byFile = new Map<string, Upload>();
  /** Those whose work has begun and not ended. */
  readonly #active = new Set<Upload>();
  readonly #closing = new AbortController();
  readonly #changes: Changes;
  readonly #heartbeat: Heartbeat;
  readonly #office: Office;
  readonly #guard: PageGuard | null;
  readonly #pageId: string;
  #lastOrder = 0;

  constructor(
    endpoint: string,
    private readonly ports: UploaderPorts,
    settings: SendingSettings,
  ) {
    const { clock, tabs, handles, wallClock, resumeStore } = ports;
    const { signal } = this.#closing;
    const workshop = openWorkshop(ports, settings, signal);
    const memory = resumeStore && new Memory(resumeStore, clock);
    const changed = (before: UploadView, after: UploadView) => this.#note(before, after);
    const retrying = (retry: Retry) => this.#changes.listeners.tell("retrying", retry);
    this.#office = { endpoint, workshop, memory, tabs, handles, wallClock, changed, retrying };
    this.#changes = new Changes(clock, () => this.summary, signal);
    this.#heartbeat = new Heartbeat(() => this.#tick(), TICK_MS, clock, signal);
    this.#guard = ports.guard;
    this.#pageId = Math.floor(ports.random() * 2 ** 48).toString(36);
    workshop.connectivity.onLost(() => this.#touchActive());
    workshop.connectivity.onFound(() => this.#hurry());
  }

  get views(): readonly UploadView[] {
    return Array.from(this.#uploads.values(), ({ view }) => view);
  }

  get summary(): UploadsSummary {
    const { flow, connectivity } = this.#office.workshop;
    return this.#changes.totals.summary(flow.bytesPerSecond, connectivity.isOnline);
  }

  view(key: string): UploadView | undefined {
    return this.#uploads.get(key)?.view;
  }

  add(files: Iterable<FileToUpload>): readonly string[] {
    return Array.from(files, (file) => this.#addOne(sourceOf(file)).view.key);
  }

  upload(file: FileToUpload, options: UploadOptions = {}): Promise<StoredFile> {
    if (options.signal?.aborted) return Promise.reject(options.signal.reason);
    return untilSettled(this, this.#addOne(sourceOf(file)).view.key, options);
  }

  pause(key: string): void {
    this.#uploads.get(key)?.pause();
  }

  resume(key: string): void {
    this.#uploads.get(key)?.resume();
  }

  pauseAll(): void {
    for (const upload of this.#uploads.values()) upload.pause();
  }

  resumeAll(): void {
    for (const upload of this.#uploads.values()) upload.resume();
  }

  async cancel(key: string): Promise<void> {
    const upload = this.#uploads.get(key) ?? (await this.#restored((record) => record.key === key))[0];
    await upload?.cancel();
  }

  async cancelAll(): Promise<void> {
    await Promise.all(Array.from(this.#uploads.values(), (upload) => upload.cancel()));
  }

  clearFinished(): void {
    for (const [key, { view }] of this.#uploads) {
      if (!isFinished(view)) continue;
      this.#uploads.delete(key);
      this.#changes.note(view, null);
    }
  }

  async restore(): Promise<void> {
    const restored = await this.#restored(() => true);
    for (const upload of restored) upload.watch();
    await Promise.all(restored.map((upload) => this.#supplyIfAllowed(upload)));
  }

  async allow(key: string): Promise<boolean> {
    const upload = this.#uploads.get(key);
    const { handles } = this.#office;
    if (!upload?.handle || !handles || !(await handles.ask(upload.handle))) return false;
    for (const other of this.#askable) if (other !== upload) void this.#supplyIfAllowed(other);
    return this.#supplyFromHandle(upload);
  }

  async allowAll(): Promise<void> {
    const { handles } = this.#office;
    for (const upload of this.#askable) {
      const { handle } = upload;
      if (!handle || !handles) continue;
      if (!(await handles.isAllowed(handle)) && !(await handles.ask(handle))) return;
      void this.#supplyFromHandle(upload);
    }
  }

  supply(key: string, file: FileToUpload): Promise<boolean> {
    const upload = this.#uploads.get(key);
    return upload ? this.#supply(upload, sourceOf(file)) : Promise.resolve(false);
  }

  setMaxBytesPerSecond(limit: number | null): void {
    this.#office.workshop.flow.pacer.bytesPerSecond = limit;
  }

  on<K extends keyof UploaderEvents>(
    event: K,
    listener: (detail: UploaderEvents[K]) => void,
    options?: { readonly signal?: AbortSignal },
  ): () => void {
    return this.#changes.listeners.on(event, listener, options);
  }

  close(): void {
    for (const upload of this.#uploads.values()) upload.close();
    void this.#office.memory?.flush();
    this.#closing.abort();
    this.#office.workshop.connectivity.close();
    this.#guard?.release();
    this.ports.close();
  }

  /** Those whose files the browser may let us read. */
  get #askable(): readonly Upload[] {
    return [...this.#uploads.values()].filter(({ needsFile, handle }) => needsFile && handle !== null);
  }

  #addOne(source: Source): Upload {
    const former = this.#byFile.get(nameOf(fingerprintOf(source, this.#office.endpoint)));
    if (former) {
      former.takeUp(source);
      return former;
    }
    const order = this.#nextOrder();
    const upload = Upload.of(source, `${this.#pageId}-${order}`, order, this.#office);
    this.#enlist(upload).start();
    return upload;
  }

  /** Takes up records that no upload here knows of. */
  async #restored(isWanted: (record: ResumeRecord) => boolean): Promise<readonly Upload[]> {
    const { memory, endpoint } = this.#office;
    const records = (await memory?.list(endpoint)) ?? [];
    const isUnknown = (record: ResumeRecord) =>
      !this.#uploads.has(record.key) && !this.#byFile.has(nameOf(record));
    return records
      .filter((record) => isWanted(record) && isUnknown(record))
      .map((record) => this.#enlist(Upload.from(record, this.#nextOrder(), this.#office)));
  }

  #nextOrder(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  #enlist(upload: Upload): Upload {
    this.#uploads.set(upload.view.key, upload);
    this.#byFile.set(upload.fileName, upload);
    this.#changes.note(null, upload.view);
    this.#keepAwake();
    return upload;
  }

  async #supplyIfAllowed(upload: Upload): Promise<void> {
    const { handles } = this.#office;
    if (upload.handle && handles && (await handles.isAllowed(upload.handle)))
      await this.#supplyFromHandle(upload);
  }

  async #supplyFromHandle(upload: Upload): Promise<boolean> {
    const { handle } = upload;
    const file = handle && (await this.#office.handles?.read(handle));
    const isIt = file ? await this.#supply(upload, { file, path: upload.view.path, handle }) : false;
    // It was moved or changed: only the person can find it.
    if (!isIt) upload.loseHandle();
    return isIt;
  }

  async #supply(upload: Upload, source: Source): Promise<boolean> {
    const former = upload.fileName;
    if (!(await upload.supply(source))) return false;
    this.#byFile.delete(former);
    this.#byFile.set(upload.fileName, upload);
    return true;
  }

  #note(before: UploadView, after: UploadView): void {
    const upload = this.#uploads.get(after.key);
    this.#changes.note(before, after);
    if (before.state === after.state || !upload) return;
    if (after.state === "uploading" || after.state === "verifying") this.#active.add(upload);
    else this.#active.delete(upload);
    if (isFinished(after) && this.#byFile.get(upload.fileName) === upload)
      this.#byFile.delete(upload.fileName);
    this.#keepAwake();
    if (isUnderWay(after)) void this.#heartbeat.start(() => this.#changes.totals.underWay > 0);
  }

  #keepAwake(): void {
    if (this.#changes.totals.underWay > 0) this.#guard?.hold();
    else this.#guard?.release();
  }

  #tick(): void {
    this.#office.workshop.flow.tick();
    for (const upload of this.#active) upload.tick();
  }

  #hurry(): void {
    for (const upload of this.#active) upload.hurry();
    this.#touchActive();
  }

  /** Whether the page is online shows in no view, but those who render want to know. */
  #touchActive(): void {
    for (const { view } of this.#active) this.#changes.touch(view.key);
  }
}
