import type { Uploader, UploadOptions, UploadView } from "../api.ts";
import type { StoredFile } from "../types.ts";
import { UploadFailed } from "./failures.ts";

/**
 * Waits for the end of one upload. Resolves with what is stored; rejects with the failure, or when it is cancelled. When
 * the signal aborts, the upload is cancelled and the signal's reason is what this rejects with.
 */
export function untilSettled(
  uploader: Uploader,
  key: string,
  { signal, onProgress }: UploadOptions,
): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const listening = new AbortController();
    const settle = ({ file, failure }: UploadView) => {
      listening.abort();
      if (file) resolve(file);
      else if (failure) reject(new UploadFailed(failure));
      else
        reject(signal?.aborted ? signal.reason : new DOMException("The upload was cancelled", "AbortError"));
    };
    const tell = (keys: readonly string[]) => {
      const view = keys.includes(key) ? uploader.view(key) : undefined;
      if (view) onProgress?.(view);
    };
    uploader.on("settled", (view) => view.key === key && settle(view), listening);
    if (onProgress) uploader.on("changed", tell, listening);
    signal?.addEventListener("abort", () => void uploader.cancel(key), listening);
  });
}
