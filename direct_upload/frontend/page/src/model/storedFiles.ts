import type { StoredFile, StoredFilesApi } from "@direct-upload/client";
import { Problem, reasonFor } from "@direct-upload/client";

export type LoadState = "loading" | "ready" | "failed";

export interface StoredFilesView {
  readonly files: readonly StoredFile[];
  readonly load: LoadState;
  /** Why the list could not be had. */
  readonly reason: string | null;
  readonly hasMore: boolean;
  /** Files whose deletion is under way, and why others could not be deleted, by id. */
  readonly deleting: ReadonlySet<string>;
  readonly refusals: ReadonlyMap<string, string>;
}

const EMPTY: StoredFilesView = {
  files: [],
  load: "loading",
  reason: null,
  hasMore: false,
  deleting: new Set(),
  refusals: new Map(),
};

/** The caller's stored files as far as they are shown, newest first. */
export class StoredFiles {
  #view = EMPTY;
  #next: string | null = null;

  constructor(
    private readonly control: StoredFilesApi,
    private readonly changed: () => void,
    /** Gives every call its time limit. */
    private readonly limit: () => AbortSignal,
  ) {}

  get view(): StoredFilesView {
    return this.#view;
  }

  /** Loads the next page: the first one at first, or the same one again after a failure. */
  async showMore(): Promise<void> {
    this.#show({ load: "loading", reason: null });
    try {
      const page = await this.control.listFiles(this.#next, this.limit());
      this.#next = page.next;
      const files = withoutDoubles([...this.#view.files, ...page.files]);
      this.#show({ load: "ready", files, hasMore: page.next !== null });
    } catch (error) {
      this.#show({ load: "failed", reason: reasonFor(error) });
    }
  }

  /** Puts a file that was just stored on top. */
  add(file: StoredFile): void {
    this.#show({ files: withoutDoubles([file, ...this.#view.files]) });
  }

  /** Resolves with whether the file is gone; if not, `refusals` says why. */
  async delete(id: string): Promise<boolean> {
    this.#mark(id, true, null);
    try {
      await this.control.deleteFile(id, this.limit());
    } catch (error) {
      if (!isAbsent(error)) {
        this.#mark(id, false, reasonFor(error));
        return false;
      }
    }
    this.#mark(id, false, null);
    this.#show({ files: this.#view.files.filter((file) => file.id !== id) });
    return true;
  }

  #mark(id: string, isDeleting: boolean, refusal: string | null): void {
    const deleting = new Set(this.#view.deleting);
    const refusals = new Map(this.#view.refusals);
    deleting.delete(id);
    refusals.delete(id);
    if (isDeleting) deleting.add(id);
    if (refusal !== null) refusals.set(id, refusal);
    this.#show({ deleting, refusals });
  }

  #show(change: Partial<StoredFilesView>): void {
    this.#view = { ...this.#view, ...change };
    this.changed();
  }
}

/** Deleted in another tab, perhaps: what was wanted is so. */
function isAbsent(error: unknown): boolean {
  return error instanceof Problem && error.status === 404;
}

/** A file stored while a page is read appears twice: the first one counts. */
function withoutDoubles(files: readonly StoredFile[]): StoredFile[] {
  const seen = new Set<string>();
  return files.filter(({ id }) => !seen.has(id) && seen.add(id));
}
