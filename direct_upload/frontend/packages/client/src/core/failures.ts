import type { Failure } from "../api.ts";

/** The control plane said no, in the words of RFC 9457. `message` is its `detail`, meant for people. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterMs: number = 0,
    /** The numbers of the segments that Swift did not take into the file. */
    readonly rejected: readonly number[] = [],
    /** What would be taken instead, where the answer says so: of a segment size, in bytes. */
    readonly range: { readonly minimum: number; readonly maximum: number } | null = null,
    /** The most that is taken, where the answer says so: of a file, in bytes. */
    readonly limit: number | null = null,
  ) {
    super(detail);
  }
}

/** Nothing readable came back: no network, no server, or an answer that CORS hides from scripts. */
export class NetworkFailure extends Error {
  override readonly name = "NetworkFailure";
}

/** The browser is offline: no request failed by itself. */
export class WentOffline extends Error {
  override readonly name = "WentOffline";
}

/** Swift answered a segment with something else than success. */
export class SegmentRefused extends Error {
  override readonly name = "SegmentRefused";

  constructor(readonly status: number) {
    super(`The storage answered ${status}`);
  }
}

/** The file can't be read: it was changed on disk since it was chosen, or is gone. */
export class FileUnreadable extends Error {
  override readonly name = "FileUnreadable";

  /** `cause` is the name of the browser's error; a file that was changed fails with `NotReadableError`. */
  constructor(override readonly cause: string) {
    super(`The file can't be read: ${cause}`);
  }

  get isChanged(): boolean {
    return this.cause === "NotReadableError";
  }
}

/** Whoever computes checksums did not start, or has ended. Another one may do better. */
export class HasherLost extends Error {
  override readonly name = "HasherLost";
}

/** All is stored, but the file that Swift made of it is not the one that was sent. */
export class FileDamaged extends Error {
  override readonly name = "FileDamaged";
}

const TRANSIENT_ANSWERS: ReadonlySet<number> = new Set([408, 425, 429, 499]);
/** A signature can be renewed and a corrupted body sent again; both are final for any other request. */
const TRANSIENT_SEGMENT_ANSWERS: ReadonlySet<number> = new Set([401, 422]);
/** The ticket is worth nothing any more: only a new upload helps. */
const LOST_TICKETS: ReadonlySet<string> = new Set([
  "ticket-expired",
  "invalid-ticket",
  "foreign-ticket",
  "wrong-upload",
]);

/** Whether the same request may well succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof NetworkFailure || error instanceof HasherLost) return true;
  if (error instanceof SegmentRefused)
    return TRANSIENT_SEGMENT_ANSWERS.has(error.status) || isTransientAnswer(error.status);
  return error instanceof Problem && isTransientAnswer(error.status);
}

function isTransientAnswer(status: number): boolean {
  return status >= 500 || TRANSIENT_ANSWERS.has(status);
}

/** Whether the upload itself is gone, so that trying again must begin a new one. */
export function isLostUpload(error: unknown): boolean {
  return error instanceof Problem && (error.status === 410 || LOST_TICKETS.has(error.code));
}

/** What `upload()` rejects with. */
export class UploadFailed extends Error {
  override readonly name = "UploadFailed";
  readonly code: string;
  readonly status: number | null;

  constructor(failure: Failure) {
    super(failure.detail);
    this.code = failure.code;
    this.status = failure.status;
  }
}

/** A failure as a view shows it. */
export function failureOf(error: unknown): Failure {
  const status = error instanceof Problem || error instanceof SegmentRefused ? error.status : null;
  return { ...described(error), status };
}

type Described = Omit<Failure, "status">;

const NETWORK: Described = {
  code: "network",
  detail: "The network failed, or the server could not be reached. Check your connection, then try again.",
};
const CHANGED: Described = {
  code: "file-changed",
  detail: "The file was changed or moved while it was being uploaded. Choose it again.",
};
const UNREADABLE: Described = {
  code: "file-unreadable",
  detail: "The file can no longer be read. It may have been moved or deleted: choose it again.",
};
const DAMAGED: Described = {
  code: "damaged",
  detail: "The data was damaged on its way, several times. Try again, perhaps on another network.",
};
const UNEXPECTED: Described = {
  code: "unexpected",
  detail: "Something unexpected happened in this page. Reload it, then choose the file again.",
};
/** What no site of ours says: the answer of something before it. */
const UNEXPLAINED: Described = {
  code: "unexplained",
  detail: "The site did not take it, and did not say why. Try again in a while.",
};
const BY_STATUS: Readonly<Record<number, Described>> = {
  401: { code: "storage-refused", detail: "The storage did not accept our signature. Try again." },
  413: { code: "storage-full", detail: "The storage has no room for this file." },
  422: DAMAGED,
  507: { code: "storage-full", detail: "The storage has no room for this file." },
};

function described(error: unknown): Described {
  if (error instanceof Problem) return refusal(error);
  if (error instanceof NetworkFailure || error instanceof WentOffline || isTimeout(error)) return NETWORK;
  if (error instanceof FileUnreadable) return error.isChanged ? CHANGED : UNREADABLE;
  if (error instanceof FileDamaged) return DAMAGED;
  return error instanceof SegmentRefused ? refused(error.status) : UNEXPECTED;
}

function refusal({ code, message, limit }: Problem): Described {
  if (!code) return UNEXPLAINED;
  const about = { code, detail: message };
  return limit === null ? about : { ...about, limit };
}

function refused(status: number): Described {
  const detail = `The storage answered ${status}. Try again in a while.`;
  return BY_STATUS[status] ?? { code: "storage-refused", detail };
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
