/** The values that pass between the parts of the client, and the ports behind which the browser hides. */

/** What a file is, as it is told to the control plane. `size` is in bytes, `type` a media type. */
export interface FileDescription {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** A file, and the segment size to cut it by; null leaves that to the site. */
export interface UploadWish extends FileDescription {
  readonly segmentBytes: number | null;
}

/** Where segments go for a while: an address is `url`, eight digits, `?`, `query`. */
export interface Lease {
  readonly url: string;
  readonly query: string;
  /** When to ask for a new signature, in milliseconds of `Clock.now()`. */
  readonly renewAt: number;
}

/** Where each segment has a query of its own, because the cluster takes no signature for all of them. */
export interface BareTarget {
  readonly url: string;
  readonly query: null;
}

export type Target = Lease | BareTarget;

/** A query for each segment that was asked for, in the same order. */
export interface SegmentSignatures {
  readonly queries: readonly string[];
  /** As in a `Lease`. */
  readonly renewAt: number;
}

/** All that identifies an upload to the control plane. */
export interface UploadTicket {
  readonly id: string;
  readonly ticket: string;
}

/** An upload that the control plane has agreed to. */
export interface BegunUpload extends UploadTicket {
  readonly segmentBytes: number;
  readonly target: Target;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  /** What the file is served under. */
  readonly type: string;
  /** Swift's ETag of the whole file, without quotes. */
  readonly etag: string;
  readonly createdAt: Date;
  /** A `held` file is complete, and nobody can download it until somebody has looked at it. */
  readonly state: "stored" | "held";
  readonly downloadUrl: string;
}

export interface FilePage {
  readonly files: readonly StoredFile[];
  /** Ask for the page after this; null on the last page. */
  readonly next: string | null;
}

/** What Swift holds under a segment's name. */
export interface StoredSegment {
  /** Null when the answer does not show it. */
  readonly md5: string | null;
  readonly size: number;
}

/**
 * The control plane's API for uploads. Every call rejects with `Problem` when the server says no, with `NetworkFailure` when
 * nothing readable came back, and with the signal's reason when it was aborted.
 */
export interface ControlPlane {
  create(wish: UploadWish, signal: AbortSignal): Promise<BegunUpload>;
  /** Results in the order of the wishes, at most 100; for one that is refused, the `Problem`. */
  createMany(wishes: readonly UploadWish[], signal: AbortSignal): Promise<readonly (BegunUpload | Error)[]>;
  renew(upload: UploadTicket, signal: AbortSignal): Promise<Target>;
  /** Signatures for single segments, at most 1000. */
  sign(upload: UploadTicket, numbers: readonly number[], signal: AbortSignal): Promise<SegmentSignatures>;
  complete(completion: Completion, signal: AbortSignal): Promise<StoredFile>;
  completeMany(
    completions: readonly Completion[],
    signal: AbortSignal,
  ): Promise<readonly (StoredFile | Error)[]>;
  discard(upload: UploadTicket, signal: AbortSignal): Promise<void>;
  findFile(id: string, signal: AbortSignal): Promise<StoredFile>;
}

/** An upload whose segments are all stored. */
export interface Completion {
  readonly upload: UploadTicket;
  readonly md5s: readonly string[];
}

/** The caller's stored files. Every call rejects as those of `ControlPlane` do. */
export interface StoredFilesApi {
  listFiles(after: string | null, signal: AbortSignal): Promise<FilePage>;
  findFile(id: string, signal: AbortSignal): Promise<StoredFile>;
  deleteFile(id: string, signal: AbortSignal): Promise<void>;
}

/** Swift, as far as one upload's signature reaches. Rejects with `SegmentRefused` or `NetworkFailure`. */
export interface SegmentStore {
  /**
   * Resolves when Swift has stored `body`, with the MD5 of what it stored; null when the answer does not show it.
   * With `md5`, Swift refuses a body that has another one. `onSent` hears the bytes sent so far.
   */
  put(
    url: string,
    body: Blob,
    md5: string | null,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<string | null>;
  /** What is stored there, or null. */
  head(url: string, signal: AbortSignal): Promise<StoredSegment | null>;
}

/** Computes MD5 as lower-case hex. Rejects with `FileUnreadable` when the bytes can't be had, and with `HasherLost`. */
export interface Hasher {
  md5(body: Blob, signal: AbortSignal): Promise<string>;
}

/** Time that only moves forward, in milliseconds from an arbitrary start: never the wall clock. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** What makes a file the same one again, as far as can be told without reading it. */
export interface Fingerprint {
  /** The site's address. */
  readonly endpoint: string;
  readonly path: string;
  readonly size: number;
  /** As `File.lastModified`. */
  readonly lastModified: number;
}

/** An upload that was begun, as it is kept for the time after a reload. Survives structured cloning. */
export interface ResumeRecord extends Fingerprint {
  /** `UploadView.key`. */
  readonly key: string;
  readonly uploadId: string;
  readonly ticket: string;
  readonly name: string;
  readonly type: string;
  readonly segmentBytes: number;
  /** The MD5 of every stored segment by its number; null where none is stored. */
  readonly md5s: readonly (string | null)[];
  /** Finds the file again, where the browser has such handles and gave one. */
  readonly handle: FileSystemFileHandle | null;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/**
 * Remembers uploads over a reload. Nothing here rejects: what can't be kept is not remembered, and what can't be read
 * was not kept, because a full or forbidden database must never stop an upload.
 */
export interface ResumeStore {
  /** The endpoint's records, oldest first. */
  list(endpoint: string): Promise<readonly ResumeRecord[]>;
  find(fingerprint: Fingerprint): Promise<ResumeRecord | null>;
  /** Keeps a record in place of the one with its key. */
  put(record: ResumeRecord): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What the tab that sends a file tells those that follow. Survives structured cloning. */
export type TabMessage =
  /** A tab that has begun to follow asks how far it is. */
  | { readonly kind: "asked" }
  | {
      readonly kind: "progress";
      readonly isVerifying: boolean;
      readonly sentBytes: number;
      readonly bytesPerSecond: number | null;
      readonly secondsLeft: number | null;
    }
  | { readonly kind: "done"; readonly file: StoredFile }
  /** It ended, or rests, because the person wants it so. */
  | { readonly kind: "paused" | "cancelled" };

/** The other tabs of this browser with the same site open. */
export interface Tabs {
  /**
   * Runs `whenHeld` if no tab, this one included, holds `name`, and holds it meanwhile. Resolves with true after
   * that, or with false at once when it is held. Rejects with what `whenHeld` rejects with, and with the reason of
   * `signal` when it aborts before. The signal that `whenHeld` gets aborts with `signal`, or when the name is lost.
   */
  hold(name: string, whenHeld: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<boolean>;
  /** Resolves when nobody holds `name` any more, which may have ended already. */
  whenFree(name: string, signal: AbortSignal): Promise<void>;
  /** Tells all other tabs that follow `name`. */
  publish(name: string, message: TabMessage): void;
  /** Hears what other tabs publish about `name`, until the function that it returns is called. */
  follow(name: string, listener: (message: TabMessage) => void): () => void;
}

export interface Network {
  /** As `navigator.onLine`: false is sometimes wrong, true is often wrong. */
  readonly isOnline: boolean;
  /** Calls at every change, until the function that it returns is called. */
  onChange(listener: () => void): () => void;
}

/** Keeps the page open and the machine awake: a wake lock, and the browser's question before the page is left. */
export interface PageGuard {
  /** Twice is as once. */
  hold(): void;
  release(): void;
}

/** Reads files again through the handles that the browser gave for them. Nothing here rejects. */
export interface FileHandles {
  /** Whether the file may be read without asking the person. */
  isAllowed(handle: FileSystemFileHandle): Promise<boolean>;
  /** Asks the person; needs a click. */
  ask(handle: FileSystemFileHandle): Promise<boolean>;
  /** The file as it is now, or null when it is gone or may not be read. */
  read(handle: FileSystemFileHandle): Promise<File | null>;
}
