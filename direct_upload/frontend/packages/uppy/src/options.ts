import type { Uploader, UploaderOptions } from "@direct-upload/client";
import type { PluginOpts } from "@uppy/core";

/**
 * Either the options of the uploader that the plugin makes and closes itself, or an uploader that is shared with the
 * rest of the page: the plugin then touches only the uploads that came from Uppy, and never closes it.
 */
export type DirectUploadOptions = PluginOpts & (UploaderOptions | { readonly uploader: Uploader });

/** What the plugin says; the other texts are Uppy's own. Translate them with the option `locale`. */
export const defaultLocale = {
  strings: {
    remoteFilesNotSupported:
      "Files from other services can't be sent straight to the storage. Download it, then choose it from this device.",
    fileMissing: "The file itself is not there any more. Remove it, then choose it again.",
    waitingForNetwork: "Waiting for the network. The upload goes on by itself.",
    waitingForRetry: "The upload is interrupted, and will be tried again in a moment.",
  },
};

export function hasUploader(
  options: DirectUploadOptions,
): options is PluginOpts & { readonly uploader: Uploader } {
  return "uploader" in options && options.uploader != null;
}
