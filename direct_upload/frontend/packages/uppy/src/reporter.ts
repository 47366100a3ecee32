import type { Failure, StoredFile, UploadView, Waiting } from "@direct-upload/client";
import type { Body, Meta, Uppy, UppyFile } from "@uppy/core";
import { bodyFrom } from "./fileMapping.ts";

/** A failure in the form that Uppy shows; `code` is `Failure.code`. */
export class UploadFailed extends Error {
  override readonly name = "UploadFailed";

  constructor(
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Says in Uppy's events what becomes of its files. */
export class Reporter<M extends Meta, B extends Body> {
  readonly #waiting = new Map<string, Waiting["for"]>();

  constructor(
    private readonly uppy: Uppy<M, B>,
    private readonly textOf: (waiting: Waiting) => string,
  ) {}

  progress(file: UppyFile<M, B>, view: UploadView): void {
    this.#showPause(file, view);
    this.#showWaiting(file, view.waiting);
    if (view.sentBytes === file.progress.bytesUploaded) return;
    const uploadStarted = file.progress.uploadStarted ?? Date.now();
    const progress = { uploadStarted, bytesUploaded: view.sentBytes, bytesTotal: view.size };
    this.uppy.emit("upload-progress", file, progress);
  }

  stored(file: UppyFile<M, B>, stored: StoredFile): void {
    this.forget(file.id);
    const body = bodyFrom(stored) as unknown as B;
    this.uppy.emit("upload-success", file, { status: 200, body, uploadURL: stored.downloadUrl });
  }

  failed(file: UppyFile<M, B>, { code, detail, status }: Failure): void {
    this.forget(file.id);
    this.#showPercentage(file);
    const response = status === null ? undefined : { status };
    this.uppy.emit("upload-error", file, new UploadFailed(code, detail), response);
  }

  forget(fileId: string): void {
    this.#waiting.delete(fileId);
  }

  /** Uppy draws no buttons, not even the one to try again, for a file of which it knows no percentage. */
  #showPercentage({ id }: UppyFile<M, B>): void {
    const { progress } = this.uppy.getFile(id) ?? {};
    if (progress && progress.percentage === undefined) {
      this.uppy.setFileState(id, { progress: { ...progress, percentage: 0 } });
    }
  }

  /** A shared uploader may be paused without Uppy. */
  #showPause(file: UppyFile<M, B>, { state }: UploadView): void {
    const isPaused = state === "paused";
    if (isPaused !== (file.isPaused ?? false)) this.uppy.setFileState(file.id, { isPaused });
  }

  /** Once for each time that it begins to wait. */
  #showWaiting(file: UppyFile<M, B>, waiting: Waiting | null): void {
    if (waiting?.for === this.#waiting.get(file.id)) return;
    this.forget(file.id);
    if (!waiting) return;
    this.#waiting.set(file.id, waiting.for);
    this.uppy.emit("upload-stalled", { message: this.textOf(waiting) }, [file]);
  }
}
