import type { ChosenFile, FileToUpload, UploadState, UploadView } from "../api.ts";
import type { Source } from "./office.ts";

const UNDER_WAY: ReadonlySet<UploadState> = new Set(["queued", "uploading", "verifying", "following"]);
const FINISHED: ReadonlySet<UploadState> = new Set(["done", "cancelled"]);

/** Whether it goes on by itself. */
export function isUnderWay(view: UploadView): boolean {
  return UNDER_WAY.has(view.state);
}

/** Whether nothing can happen to it any more. */
export function isFinished(view: UploadView): boolean {
  return FINISHED.has(view.state);
}

/** How much of an upload, or of all of them, is sent: between 0 and 1. */
export function shareOf({ size, sentBytes }: Pick<UploadView, "size" | "sentBytes">): number {
  return size === 0 ? 1 : Math.min(1, sentBytes / size);
}

/** What is so in every state that says nothing else. */
export const STILL = {
  bytesPerSecond: null,
  secondsLeft: null,
  waiting: null,
  needs: null,
  failure: null,
  file: null,
} as const satisfies Partial<UploadView>;

/** A file with its path and handle, however it was given. */
export function sourceOf(given: FileToUpload): Source {
  const { file, path, handle }: ChosenFile = given instanceof File ? { file: given } : given;
  return { file, path: path ?? (file.webkitRelativePath || file.name), handle: handle ?? null };
}

export function newView(key: string, path: string, { size, type }: Pick<File, "size" | "type">): UploadView {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { key, name, path, size, type, state: "queued", sentBytes: 0, ...STILL };
}
