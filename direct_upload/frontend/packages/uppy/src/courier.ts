import type { Retry, Uploader, UploadView } from "@direct-upload/client";
import type { Body, Meta, Uppy, UppyFile } from "@uppy/core";
import { type Assignment, Assignments, type KeptAssignment } from "./assignments.ts";
import { chosenFrom, pathOf } from "./fileMapping.ts";
import type { Reporter } from "./reporter.ts";

/** Every report costs Uppy a copy of the list of its files: it can't hear of every packet. */
const REPORT_MS = 200;
const SETTLED: ReadonlySet<string> = new Set(["done", "failed", "cancelled"]);

/** A file of Uppy's whose bytes are at hand. */
export interface Sendable<M extends Meta, B extends Body> {
  readonly file: UppyFile<M, B>;
  readonly data: Blob;
}

/** Carries Uppy's files to an uploader, and the news of them back. Its work for a file does not grow with their number. */
export class Courier<M extends Meta, B extends Body> {
  readonly #assignments = new Assignments();
  readonly #changed = new Set<string>();
  readonly #cancelling = new Set<Promise<void>>();
  readonly #listening = new AbortController();
  #reporting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly uppy: Uppy<M, B>,
    private readonly uploader: Uploader,
    private readonly reporter: Reporter<M, B>,
  ) {
    const { signal } = this.#listening;
    uploader.on("changed", (keys) => this.#note(keys), { signal });
    uploader.on("settled", (view) => this.#settle(view), { signal });
    uploader.on("retrying", (retry) => this.#log(retry), { signal });
  }

  /** Resolves when all of them are done, have failed, or are given up. */
  async send(files: readonly Sendable<M, B>[]): Promise<void> {
    const fresh: Sendable<M, B>[] = [];
    const ends: Promise<void>[] = [];
    for (const each of files) {
      const former = this.#takeUp(each);
      if (former) ends.push(former.ended);
      else fresh.push(each);
    }
    await Promise.all([...ends, ...this.#begin(fresh)]);
  }

  pause(fileId: string): void {
    this.#forOpen(fileId, ({ key }) => this.uploader.pause(key));
  }

  resume(fileId: string): void {
    this.#forOpen(fileId, ({ key }) => this.uploader.resume(key));
  }

  pauseAll(): void {
    for (const { fileId } of this.#assignments.all) this.pause(fileId);
  }

  resumeAll(): void {
    for (const { fileId } of this.#assignments.all) this.resume(fileId);
  }

  /** Gives a file up that is not stored, and has what is stored of it removed. */
  giveUp(file: UppyFile<M, B>): void {
    const assignment = this.#assignments.ofFile(file.id);
    if (assignment) this.#release(assignment);
    else if (file.isRestored && file.directUpload && !file.progress.uploadComplete)
      this.#cancel(file.directUpload.key);
  }

  /** Gives everything up that is under way; resolves when nothing of it is left in the storage. */
  async close(): Promise<void> {
    this.#listening.abort();
    clearTimeout(this.#reporting);
    for (const assignment of this.#assignments.all) this.#release(assignment);
    await Promise.all(this.#cancelling);
  }

  /** Goes on with the upload of the very same file that was begun before, where there is one. */
  #takeUp({ file, data }: Sendable<M, B>): KeptAssignment | null {
    const former = this.#assignments.ofFile(file.id);
    if (!former || former.isOpen) return former ?? null;
    const isSame = former.data === data && former.path === pathOf(file);
    if (!isSame || !this.uploader.view(former.key)) {
      this.#release(former);
      return null;
    }
    const reopened = this.#assignments.open(former);
    this.uploader.resume(former.key);
    // The page may have tried it again itself, and be done.
    const view = this.uploader.view(former.key);
    if (view) this.#settle(view);
    return reopened;
  }

  #begin(files: readonly Sendable<M, B>[]): Promise<void>[] {
    if (files.length === 0) return [];
    const foreign = new Set(this.uploader.views.filter(isUnderWay).map(({ key }) => key));
    const keys = this.uploader.add(files.map(({ file, data }) => chosenFrom(file, data)));
    const pairs = files.flatMap((each, index) => {
      const key = keys[index];
      return key === undefined ? [] : [{ ...each, key }];
    });
    this.#keepKeys(pairs);
    return pairs.map(({ file, data, key }) => {
      const assignment = { fileId: file.id, key, data, path: pathOf(file), isOurs: !foreign.has(key) };
      return this.#assign(assignment, file.isPaused ?? false);
    });
  }

  #assign(assignment: Assignment, isPaused: boolean): Promise<void> {
    const { fileId, key } = assignment;
    const rival = this.#assignments.ofUpload(key);
    // The uploader takes two files of one name, size and time for one. Uppy has both, and each must arrive.
    if (rival?.isOpen && rival.fileId !== fileId) return rival.ended.then(() => this.#sendLater(assignment));
    const { ended } = this.#assignments.open(assignment);
    if (isPaused) this.uploader.pause(key);
    return ended;
  }

  async #sendLater({ fileId, data }: Assignment): Promise<void> {
    const file = this.uppy.getFile(fileId);
    if (file && !this.#listening.signal.aborted) await Promise.all(this.#begin([{ file, data }]));
  }

  /** In one change of Uppy's state, however many they are. Golden Retriever brings them back after a reload. */
  #keepKeys(pairs: readonly { readonly file: UppyFile<M, B>; readonly key: string }[]): void {
    const states = pairs.map(({ file, key }) => [file.id, { directUpload: { key } }] as const);
    this.uppy.patchFilesState(Object.fromEntries(states));
  }

  #forOpen(fileId: string, act: (assignment: Assignment) => void): void {
    const assignment = this.#assignments.ofFile(fileId);
    if (assignment?.isOpen) act(assignment);
  }

  #note(keys: readonly string[]): void {
    for (const key of keys) if (this.#assignments.ofUpload(key)?.isOpen) this.#changed.add(key);
    if (this.#changed.size > 0) this.#reporting ??= setTimeout(() => this.#report(), REPORT_MS);
  }

  #log({ key, segment, failure, delayMs }: Retry): void {
    const assignment = this.#assignments.ofUpload(key);
    if (!assignment?.isOpen) return;
    const what = segment === null ? assignment.path : `Segment ${segment} of ${assignment.path}`;
    const seconds = (delayMs / 1000).toFixed(1);
    this.uppy.log(`[DirectUpload] ${what}: ${failure.detail} Next attempt in ${seconds} s.`, "warning");
  }

  #report(): void {
    this.#reporting = undefined;
    for (const key of this.#changed) {
      const assignment = this.#assignments.ofUpload(key);
      const view = this.uploader.view(key);
      if (!assignment?.isOpen || !view) continue;
      const file = this.uppy.getFile(assignment.fileId);
      // `uppy.clear()` takes files away without a word.
      if (file) this.reporter.progress(file, view);
      else this.#release(assignment);
    }
    this.#changed.clear();
  }

  #settle(view: UploadView): void {
    const assignment = this.#assignments.ofUpload(view.key);
    if (!assignment?.isOpen || !SETTLED.has(view.state)) return;
    const file = this.uppy.getFile(assignment.fileId);
    if (view.failure) {
      if (file) this.reporter.failed(file, view.failure);
      this.#assignments.end(assignment);
      return;
    }
    this.#assignments.drop(assignment);
    if (!file) return;
    if (view.file) this.reporter.stored(file, view.file);
    else this.uppy.removeFile(file.id);
  }

  #release(assignment: Assignment): void {
    this.#assignments.drop(assignment);
    this.reporter.forget(assignment.fileId);
    if (assignment.isOurs) this.#cancel(assignment.key);
  }

  #cancel(key: string): void {
    const cancelling = this.uploader
      .cancel(key)
      .catch((error: unknown) => this.uppy.log(error, "warning"))
      .finally(() => this.#cancelling.delete(cancelling));
    this.#cancelling.add(cancelling);
  }
}

function isUnderWay({ state }: UploadView): boolean {
  return !SETTLED.has(state) && state !== "interrupted";
}
