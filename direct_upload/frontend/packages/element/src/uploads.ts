import {
  createUploader,
  HttpControlPlane,
  type StoredFile,
  steadyClock,
  type Uploader,
  type UploadsSummary,
  type UploadView,
} from "@direct-upload/client";

const UNSEEN_MS = 500;
const DELETION_MS = 30_000;

/** The uploads behind an element: opened by the first use, and told of at most once a frame. */
export class Uploads {
  /** Those that the person does not want to see any more. */
  readonly #gone = new Set<string>();
  #uploader: Uploader | null = null;
  #isDue = false;
  /** Since they were told of last. */
  #ended: UploadView[] = [];

  /** `changed` hears which have ended since, and how all are. */
  constructor(
    private readonly endpoint: () => string,
    private readonly changed: (ended: readonly UploadView[], summary: UploadsSummary | null) => void,
  ) {}

  get uploader(): Uploader {
    this.#uploader ??= this.#open();
    return this.#uploader;
  }

  /** Those to be seen. */
  get views(): readonly UploadView[] {
    const views = this.#uploader?.views ?? [];
    return views.filter(({ key, state }) => state !== "cancelled" && !this.#gone.has(key));
  }

  hide(key: string): void {
    this.#gone.add(key);
  }

  unhide(key: string): void {
    this.#gone.delete(key);
  }

  async delete(file: StoredFile): Promise<void> {
    const site = new HttpControlPlane(this.endpoint(), (url, init) => fetch(url, init), steadyClock.now);
    await site.deleteFile(file.id, AbortSignal.timeout(DELETION_MS));
  }

  close(): void {
    this.#uploader?.close();
    this.#uploader = null;
  }

  #open(): Uploader {
    const uploader = createUploader({ endpoint: this.endpoint() });
    uploader.on("changed", () => this.#tellSoon());
    uploader.on("settled", (view) => {
      this.#ended.push(view);
      this.#tellSoon();
    });
    return uploader;
  }

  /** Seldom while nobody sees it, where there are no frames. */
  #tellSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    if (document.hidden) setTimeout(() => this.#tell(), UNSEEN_MS);
    else requestAnimationFrame(() => this.#tell());
  }

  #tell(): void {
    this.#isDue = false;
    const ended = this.#ended;
    this.#ended = [];
    this.changed(ended, this.#uploader?.summary ?? null);
  }
}
