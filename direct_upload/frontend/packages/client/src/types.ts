/** The values that pass between the parts of the page, and the ports behind which the browser hides. */

/** What a file is, as it is told to the control plane. `size` is in bytes, `type` a media type. */
export interface FileDescription {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

/** Where segments go for a while: an address is `url`, eight digits, `?`, `query`. */
export interface Lease {
  readonly url: string;
  readonly query: string;
  /** When to ask for a new signature, in milliseconds of `Clock.now()`. */
  readonly renewAt: number;
}

/** An upload that the control plane has agreed to. All that identifies it later is `id` and `ticket`. */
export interface BegunUpload {
  readonly id: string;
  readonly ticket: string;
  readonly segmentBytes: number;
  readonly segmentCount: number;
  readonly lease: Lease;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly createdAt: Date;
  readonly downloadUrl: string;
}

export interface FilePage {
  readonly files: readonly StoredFile[];
  /** Ask for the page after this; null on the last page. */
  readonly next: string | null;
}

/** What Swift holds under a segment's name. */
export interface StoredSegment {
  readonly md5: string;
  readonly size: number;
}

/**
 * The control plane's API. Every call rejects with `Problem` when the server says no, with `NetworkFailure` when
 * nothing readable came back, and with the signal's reason when it was aborted.
 */
export interface ControlPlane {
  create(file: FileDescription, signal: AbortSignal): Promise<BegunUpload>;
  renew(upload: BegunUpload, signal: AbortSignal): Promise<Lease>;
  complete(upload: BegunUpload, md5s: readonly string[], signal: AbortSignal): Promise<StoredFile>;
  discard(upload: BegunUpload, signal: AbortSignal): Promise<void>;
  listFiles(after: string | null, signal: AbortSignal): Promise<FilePage>;
  findFile(id: string, signal: AbortSignal): Promise<StoredFile>;
  deleteFile(id: string, signal: AbortSignal): Promise<void>;
}

/** Swift, as far as one upload's signature reaches. Rejects with `SegmentRefused` or `NetworkFailure`. */
export interface SegmentStore {
  /** Resolves when Swift has stored `body` and found its MD5 right. `onSent` hears the bytes sent so far. */
  put(
    url: string,
    body: Blob,
    md5: string,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** What is stored there, or null. */
  head(url: string, signal: AbortSignal): Promise<StoredSegment | null>;
}

/** Computes MD5 as lower-case hex. Rejects with `FileUnreadable` when the bytes can't be had. */
export interface Hasher {
  md5(body: Blob, signal: AbortSignal): Promise<string>;
}

/** Time that only moves forward, in milliseconds from an arbitrary start: never the wall clock. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}
