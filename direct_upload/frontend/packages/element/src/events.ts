import type { Failure, StoredFile, UploadsSummary } from "@direct-upload/client";

/** The element's events by name, each with what is in `detail`. All of them bubble. */
export interface DirectUploadEvents {
  "upload-stored": { readonly file: StoredFile };
  /** Also for a file that is not taken, by its type or size. */
  "upload-failed": { readonly name: string; readonly failure: Failure };
  "upload-removed": { readonly file: StoredFile };
  /** At most once a frame. */
  "upload-progress": UploadsSummary;
}
