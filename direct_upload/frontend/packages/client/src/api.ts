/** What a program that uses this package sees: options, views and events. */
import type { StoredFile } from "./types.ts";

/**
 * `interrupted`: begun before a reload or a crash, waits for its file (see `UploadView.needs`).
 * `following`: another tab of this browser sends the same file; this one shows how far it is, and takes over if it ends.
 * `verifying`: all bytes are sent, and Swift compares every segment before the file becomes visible.
 */
export type UploadState =
  | "interrupted"
  | "queued"
  | "uploading"
  | "verifying"
  | "paused"
  | "following"
  | "done"
  | "failed"
  | "cancelled";

/** Why an upload that is under way does not move. `until` is a time of `performance.now()`. */
export type Waiting = { readonly for: "network" } | { readonly for: "retry"; readonly until: number };

/**
 * Why an upload failed. `code` is a control plane's problem code, or one of the client's own: `network`,
 * `file-unreadable`, `file-changed`, `damaged`, `storage-refused`, `storage-full`, `unexplained`, `unexpected`.
 */
export interface Failure {
  readonly code: string;
  /** One or two English sentences: what happened, and what to do. */
  readonly detail: string;
  /** The answer's HTTP status, where there was one. */
  readonly status: number | null;
  /** The most that is taken, where that was exceeded and the site tells it. */
  readonly limit?: number;
}

/** All that is known of one upload. Never changed: a new view takes its place. Sizes in bytes. */
export interface UploadView {
  readonly key: string;
  /** The last part of `path`. */
  readonly name: string;
  /** With the folders in which it was chosen, as in `holiday/beach.jpg`; else the name alone. */
  readonly path: string;
  readonly size: number;
  readonly type: string;
  readonly state: UploadState;
  /** Stored or on their way. */
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly waiting: Waiting | null;
  /** What an interrupted upload needs from the person: a click that allows reading the file, or the file itself. */
  readonly needs: "permission" | "file" | null;
  /** In the state `failed` only. */
  readonly failure: Failure | null;
  /** In the state `done` only. */
  readonly file: StoredFile | null;
}

/**
 * What a person can do with an upload; most are `Uploader`'s methods of that name. `now` tries at once what waits, `retry`
 * what has failed: both are `resume`.
 */
export type Offer = "pause" | "resume" | "now" | "retry" | "allow" | "supply" | "cancel";

/** All uploads of an uploader together; cancelled ones are not counted. */
export interface UploadsSummary {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Queued, uploading, verifying or following. */
  readonly underWay: number;
  readonly paused: number;
  readonly interrupted: number;
  readonly size: number;
  readonly sentBytes: number;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** True while the browser is offline and something is under way. */
  readonly isOffline: boolean;
}

/** A file, or a file with the folder it lies in and the handle with which it is found again after a reload. */
export type FileToUpload = File | ChosenFile;

export interface ChosenFile {
  readonly file: File;
  readonly path?: string;
  readonly handle?: FileSystemFileHandle;
}

export interface UploaderOptions {
  /** The address of the site; its API is below it. Default: `document.baseURI`. */
  readonly endpoint?: string | URL;
  /**
   * Sent with every request to the site (never to Swift): `{ Authorization: "Bearer …" }`, for instance. Asked for each
   * time, with a signal that aborts when the request is given up. Rejecting is a failure of the network: it is tried again.
   */
  readonly headers?: (
    signal: AbortSignal,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Compute each segment's MD5, so that what was damaged on its way is refused and sent again. Default: true. */
  readonly verify?: boolean;
  /** Segments in flight at most, 1 to 6; how many it is at a time is measured. Default: 5. */
  readonly connections?: number;
  /** On average, over all files; null, or what is no positive number: as fast as it goes. Default: null. */
  readonly maxBytesPerSecond?: number | null;
  /** Ask the site for segments of this size; null: chosen by file size and measured speed. Default: null. */
  readonly segmentBytes?: number | null;
  /** Remember uploads in IndexedDB, so that they go on after a reload. Default: true where there is IndexedDB. */
  readonly remember?: boolean;
  /** Hold a wake lock, and ask before the page is left, while something is under way. Default: true. */
  readonly guardPage?: boolean;
}

/** Something failed, and is tried again by itself. `waiting` is for people; this is for your records. */
export interface Retry {
  readonly key: string;
  /** The number of the segment that failed, from 0; null when it was something else, such as a request to the site. */
  readonly segment: number | null;
  /** What an upload would fail with that is not tried again. */
  readonly failure: Failure;
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;
}

export interface UploaderEvents {
  /** Uploads were added, removed or changed. May come often: render at most once a frame. */
  changed: readonly string[];
  /** One upload came to its end: `done`, `failed` or `cancelled`. */
  settled: UploadView;
  /** An attempt failed, and another one follows. Not told of a lost network, which `isOffline` tells. */
  retrying: Retry;
  /** Nothing is under way any more. */
  idle: UploadsSummary;
}

export interface UploadOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (view: UploadView) => void;
}

/** The uploads of a page, oldest first. Every method may be called at any time; an unknown key does nothing. */
export interface Uploader {
  readonly views: readonly UploadView[];
  readonly summary: UploadsSummary;
  view(key: string): UploadView | undefined;
  /** Starts uploading; returns the keys. A file that is under way already is not added twice: its key is returned. */
  add(files: Iterable<FileToUpload>): readonly string[];
  /**
   * Uploads one file. Resolves with what is stored; rejects with the failure (an `Error` whose `code` is
   * `Failure.code`), or with the signal's reason, after which the upload is cancelled.
   */
  upload(file: FileToUpload, options?: UploadOptions): Promise<StoredFile>;
  pause(key: string): void;
  /** Goes on with a paused upload, tries a waiting one now, and starts a failed one again where it stopped. */
  resume(key: string): void;
  pauseAll(): void;
  resumeAll(): void;
  /** Stops it and has what it stored removed from Swift. Also one of an earlier page that was not restored. */
  cancel(key: string): Promise<void>;
  cancelAll(): Promise<void>;
  /** Takes uploads that are done or cancelled out of the list. */
  clearFinished(): void;
  /** Finds the uploads that a reload or a crash interrupted; those whose file can be read go on at once. */
  restore(): Promise<void>;
  /**
   * Asks the browser's permission to read an interrupted upload's file, which then goes on. Needs a click. Browsers may
   * allow others along with it: those go on too.
   */
  allow(key: string): Promise<boolean>;
  /** The same for all interrupted uploads, with as few questions as the browser asks. A no ends it. */
  allowAll(): Promise<void>;
  /** Gives an interrupted upload its file. False when it is not the same file: nothing changes then. */
  supply(key: string, file: FileToUpload): Promise<boolean>;
  setMaxBytesPerSecond(limit: number | null): void;
  on<K extends keyof UploaderEvents>(
    event: K,
    listener: (detail: UploaderEvents[K]) => void,
    options?: { readonly signal?: AbortSignal },
  ): () => void;
  /** Aborts all that is under way (resumable later), ends the workers, lets the wake lock go. */
  close(): void;
}
