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
  ) {
    super(detail);
  }
}

/** Nothing readable came back: no network, no server, or an answer that CORS hides from scripts. */
export class NetworkFailure extends Error {
  override readonly name = "NetworkFailure";
}

/** Swift answered a segment with something else than success. */
export class SegmentRefused extends Error {
  override readonly name = "SegmentRefused";

  constructor(readonly status: number) {
    super(`The storage answered ${status}`);
  }
}

/** The file on disk was changed, moved or removed since it was chosen. */
export class FileUnreadable extends Error {
  override readonly name = "FileUnreadable";
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
  if (error instanceof NetworkFailure) return true;
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

const SEGMENT_CODES: Readonly<Record<number, string>> = { 413: "storage-full", 422: "damaged" };

/** A failure as a view shows it. */
export function failureOf(error: unknown): Failure {
  const status = error instanceof Problem || error instanceof SegmentRefused ? error.status : null;
  return { code: codeOf(error), detail: reasonFor(error), status };
}

function codeOf(error: unknown): string {
  if (error instanceof Problem) return error.code || "unexpected";
  if (error instanceof NetworkFailure || isTimeout(error)) return "network";
  if (error instanceof FileUnreadable) return "file-unreadable";
  if (error instanceof SegmentRefused) return SEGMENT_CODES[error.status] ?? "storage-refused";
  return "unexpected";
}

const SEGMENT_REASONS: Readonly<Record<number, string>> = {
  401: "The storage did not accept our signature. Try again.",
  413: "The storage has no room for this file.",
  422: "The data was damaged on its way, several times. Try again, perhaps on another network.",
};

/** One sentence or two for the person who waits: what happened, and what to do. */
export function reasonFor(error: unknown): string {
  if (error instanceof Problem) return error.message;
  if (error instanceof NetworkFailure || isTimeout(error))
    return "The network failed, or the server could not be reached. Check your connection, then try again.";
  if (error instanceof FileUnreadable)
    return "The file can no longer be read. It may have been changed or moved: choose it again.";
  if (error instanceof SegmentRefused)
    return SEGMENT_REASONS[error.status] ?? `The storage answered ${error.status}. Try again in a while.`;
  return "Something unexpected happened in this page. Reload it, then choose the file again.";
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
