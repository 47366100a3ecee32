import type { Failure, FilePage, StoredFile } from "@direct-upload/client";
import type { Timers } from "./timers.ts";

/** Where the list of stored files comes from. Every call rejects with a `SiteFailure`. */
export interface FileStore {
  list(after: string | null): Promise<FilePage>;
  /** Goes through even when the page is left meanwhile. A file that is gone already is deleted. */
  delete(id: string): Promise<void>;
}

/** The site said no, or could not be reached. */
export class SiteFailure extends Error {
  override readonly name = "SiteFailure";

  constructor(readonly failure: Failure) {
    super(failure.detail);
  }
}

export type LoadState = "loading" | "ready" | "failed";

export interface FilesView {
  /** Newest first, without those that are being deleted. */
  readonly files: readonly StoredFile[];
  readonly load: LoadState;
  readonly failure: Failure | null;
  /** There are older ones that are not loaded. */
  readonly hasMore: boolean;
  /** Files that will be deleted unless somebody undoes it. */
  readonly undoable: readonly StoredFile[];
  /** Why files could not be deleted, by id. */
  readonly refusals: ReadonlyMap<string, Failure>;
}

/** As many as the page searches and sorts by itself. */
export const MOST_LOADED = 10_000;
export const UNDO_MS = 10_000;
/** Many small files end at once: the list takes them in together. */
const GATHER_MS = 100;
const FILES_PER_GATHER_MS = 10;

/** The caller's stored files: loaded on and on, added to by uploads, deleted when the time to undo is over. */
export class StoredFiles {
  readonly #files = new Map<string, StoredFile>();
  /** What a page of the list that was asked for earlier may still bring: it stays hidden. */
  readonly #gone = new Set<string>();
  readonly #leaving = new Set<string>();
  readonly #refusals = new Map<string, Failure>();
  #undoable: StoredFile[] = [];
  #added: StoredFile[] = [];
  #load: LoadState = "loading";
  #failure: Failure | null = null;
  #next: string | null = null;
  #room = MOST_LOADED;
  #view: FilesView | null = null;
  #keepThem: () => void = () => {};

  constructor(
    private readonly store: FileStore,
    private readonly timers: Timers,
    private readonly changed: () => void,
  ) {}

  get view(): FilesView {
    this.#view ??= {
      files: [...this.#files.values()].filter(({ id }) => !this.#leaving.has(id) && !this.#gone.has(id)),
      load: this.#load,
      failure: this.#failure,
      hasMore: this.#next !== null,
      undoable: this.#undoable,
      refusals: new Map(this.#refusals),
    };
    return this.#view;
  }

  /** Ids of files whose deletion is not certain yet. */
  get leaving(): readonly string[] {
    return [...this.#leaving];
  }

  /** Loads page after page until all are there, or `MOST_LOADED` more. Goes on where it failed. */
  async load(): Promise<void> {
    this.#room = this.#files.size + MOST_LOADED;
    this.#load = "loading";
    this.#failure = null;
    this.#show();
    try {
      do await this.#loadPage();
      while (this.#next !== null && this.#files.size < this.#room);
      this.#load = "ready";
    } catch (error) {
      this.#load = "failed";
      this.#failure = failureOf(error);
    }
    this.#show();
  }

  /** Takes in a file that was just stored. */
  add(file: StoredFile): void {
    this.#added.push(file);
    if (this.#added.length > 1) return;
    this.timers.after(Math.max(GATHER_MS, this.#files.size / FILES_PER_GATHER_MS), () => this.#takeIn());
  }

  /** Hides the file, and deletes it when nobody has called `undo` for `UNDO_MS` after the last of them. */
  delete(file: StoredFile): void {
    if (this.#leaving.has(file.id)) return;
    this.#keepThem();
    this.#refusals.delete(file.id);
    this.#leaving.add(file.id);
    this.#undoable = [...this.#undoable, file];
    this.#keepThem = this.timers.after(UNDO_MS, () => void this.deleteNow());
    this.#show();
  }

  /** Returns how many files stay. */
  undo(): number {
    this.#keepThem();
    const kept = this.#undoable;
    this.#undoable = [];
    for (const { id } of kept) this.#leaving.delete(id);
    this.#show();
    return kept.length;
  }

  /** Doesn't wait for the time to undo: when the page is left, say. */
  async deleteNow(): Promise<void> {
    this.#keepThem();
    const files = this.#undoable;
    this.#undoable = [];
    this.#show();
    await Promise.all(files.map(({ id }) => this.#delete(id)));
  }

  /** Ends deletions that an earlier page began and may not have got through. */
  async finishDeleting(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#leaving.add(id);
    await Promise.all(ids.map((id) => this.#delete(id)));
  }

  async #loadPage(): Promise<void> {
    const page = await this.store.list(this.#next);
    for (const file of page.files) this.#files.set(file.id, file);
    this.#next = page.next;
    this.#show();
  }

  #takeIn(): void {
    const old = [...this.#files];
    const added = this.#added.toReversed();
    this.#added = [];
    this.#files.clear();
    for (const file of added) this.#files.set(file.id, file);
    for (const [id, file] of old) if (!this.#files.has(id)) this.#files.set(id, file);
    this.#show();
  }

  async #delete(id: string): Promise<void> {
    try {
      await this.store.delete(id);
      this.#gone.add(id);
    } catch (error) {
      this.#refusals.set(id, failureOf(error));
    }
    this.#leaving.delete(id);
    this.#show();
  }

  #show(): void {
    this.#view = null;
    this.changed();
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof SiteFailure) return error.failure;
  return { code: "unexpected", detail: String(error), status: null };
}
