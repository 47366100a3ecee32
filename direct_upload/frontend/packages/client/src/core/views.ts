import type { ChosenFile, FileToUpload, UploadState, UploadView } from "../api.ts";

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

/** What is so in every state that says nothing else. */
export const STILL = {
  bytesPerSecond: null,
  secondsLeft: null,
  waiting: null,
  needs: null,
  failure: null,
  file: null,
} as const satisfies Partial<UploadView>;

/** A file with its path, however it was given. */
export function chosen(
  given: FileToUpload,
): Required<Omit<ChosenFile, "handle">> & Pick<ChosenFile, "handle"> {
  if (given instanceof File) return { file: given, path: given.webkitRelativePath || given.name };
  return { path: given.file.webkitRelativePath || given.file.name, ...given };
}

export function newView(key: string, path: string, { size, type }: Blob): UploadView {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { key, name, path, size, type, state: "queued", sentBytes: 0, ...STILL };
}
