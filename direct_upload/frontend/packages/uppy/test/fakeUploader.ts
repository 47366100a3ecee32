import type {
  ChosenFile,
  Failure,
  FileToUpload,
  StoredFile,
  Uploader,
  UploaderEvents,
  UploadState,
  UploadView,
} from "@direct-upload/client";

type Listener<K extends keyof UploaderEvents> = (detail: UploaderEvents[K]) => void;
type Used = "views" | "view" | "add" | "pause" | "resume" | "cancel" | "clearFinished" | "on" | "close";

export const LOST: Failure = { code: "network", detail: "The network failed. Try again.", status: null };
const ENDED: ReadonlySet<UploadState> = new Set(["done", "failed", "cancelled"]);
const FRESH = {
  state: "uploading",
  sentBytes: 0,
  bytesPerSecond: null,
  secondsLeft: null,
  waiting: null,
  needs: null,
  failure: null,
  file: null,
} as const;

/** An uploader that sends nothing: a test says what becomes of its uploads, and reads in `calls` what was asked. */
export class FakeUploader implements Pick<Uploader, Used> {
  readonly calls: string[] = [];
  readonly added: ChosenFile[] = [];
  /** What `cancel` returns, after the upload is shown as cancelled. */
  cancelled: Promise<void> = Promise.resolve();
  listeners = 0;
  viewsRead = 0;
  readonly #views = new Map<string, UploadView>();
  readonly #keys = new Map<string, string>();
  readonly #listeners = new Map<string, Set<(detail: never) => void>>();

  get views(): readonly UploadView[] {
    this.viewsRead += 1;
    return [...this.#views.values()];
  }

  view(key: string): UploadView | undefined {
    return this.#views.get(key);
  }

  add(files: Iterable<FileToUpload>): readonly string[] {
    const keys = Array.from(files, (each) => this.#add("file" in each ? each : { file: each }));
    this.calls.push(`add ${keys.length}`);
    this.tell("changed", keys);
    return keys;
  }

  pause(key: string): void {
    this.calls.push(`pause ${key}`);
    this.show(key, { state: "paused" });
  }

  resume(key: string): void {
    this.calls.push(`resume ${key}`);
    if (this.view(key)?.state !== "done") this.show(key, { state: "uploading", failure: null });
  }

  cancel(key: string): Promise<void> {
    this.calls.push(`cancel ${key}`);
    this.#settle(key, { state: "cancelled" });
    return this.cancelled;
  }

  clearFinished(): void {
    this.calls.push("clearFinished");
  }

  close(): void {
    this.calls.push("close");
  }

  on<K extends keyof UploaderEvents>(
    event: K,
    listener: Listener<K>,
    options?: { readonly signal?: AbortSignal },
  ): () => void {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all);
    all.add(listener);
    this.listeners += 1;
    const off = () => {
      if (all.delete(listener)) this.listeners -= 1;
    };
    options?.signal?.addEventListener("abort", off);
    return off;
  }

  tell<K extends keyof UploaderEvents>(event: K, detail: UploaderEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as Listener<K>)(detail);
  }

  show(key: string, change: Partial<UploadView>): void {
    const view = this.#views.get(key);
    if (!view) return;
    this.#views.set(key, { ...view, ...change });
    this.tell("changed", [key]);
  }

  finish(key: string): void {
    const { name = "", size = 0 } = this.view(key) ?? {};
    this.#settle(key, { state: "done", sentBytes: size, failure: null, file: storedFile(key, name, size) });
  }

  fail(key: string, failure = LOST): void {
    this.#settle(key, { state: "failed", failure });
  }

  /** As the client does: a file of the same path, size and time as one that is under way is taken for that one. */
  #add(chosen: ChosenFile): string {
    const { file, path = file.name } = chosen;
    this.added.push(chosen);
    const fingerprint = `${path} ${file.size} ${file.lastModified}`;
    const known = this.#keys.get(fingerprint);
    const state = this.#views.get(known ?? "")?.state;
    if (known !== undefined && state !== undefined && !ENDED.has(state)) return known;
    const key = `upload-${this.#views.size + 1}`;
    const name = path.split("/").at(-1) ?? "";
    this.#keys.set(fingerprint, key);
    this.#views.set(key, { ...FRESH, key, name, path, size: file.size, type: file.type });
    return key;
  }

  #settle(key: string, change: Partial<UploadView>): void {
    this.show(key, change);
    const view = this.#views.get(key);
    if (view) this.tell("settled", view);
  }
}

export function storedFile(id: string, name: string, size: number): StoredFile {
  const downloadUrl = `https://upload.example/files/${id}`;
  return { id, name, size, createdAt: new Date("2026-11-22T12:00:00Z"), downloadUrl } as StoredFile;
}
