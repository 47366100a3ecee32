import type { Uploader } from "@direct-upload/client";
import DirectUpload from "@direct-upload/uppy";
import Audio from "@uppy/audio";
import Uppy from "@uppy/core";
import Dashboard from "@uppy/dashboard";
import ImageEditor from "@uppy/image-editor";
import ScreenCapture from "@uppy/screen-capture";
import Webcam from "@uppy/webcam";
import "@uppy/core/css/style.min.css";
import "@uppy/dashboard/css/style.min.css";
import "@uppy/audio/css/style.min.css";
import "@uppy/image-editor/css/style.min.css";
import "@uppy/screen-capture/css/style.min.css";
import "@uppy/webcam/css/style.min.css";
import type { LanguageCode } from "../i18n/languages.ts";
import type { Words } from "../i18n/words.ts";
import { uppyLocale } from "./locales.ts";

/** Closing the window stops no upload, so there is one window for as long as the page lives. */
let opened: { readonly uppy: Uppy; readonly language: LanguageCode } | null = null;

/** Opens Uppy's Dashboard to record and edit; what it uploads is uploaded by `uploader`, and shown with the rest. */
export async function openRecorder(uploader: Uploader, words: Words): Promise<void> {
  if (opened && opened.language !== words.language && isIdle(opened.uppy)) {
    opened.uppy.destroy();
    opened = null;
  }
  opened ??= { uppy: await makeUppy(uploader, words), language: words.language };
  await opened.uppy
    .getPlugin<Dashboard<Record<string, unknown>, Record<string, never>>>("Dashboard")
    ?.openModal();
}

async function makeUppy(uploader: Uploader, words: Words): Promise<Uppy> {
  const locale = await uppyLocale(words.language);
  const uppy = new Uppy({ id: "recorder", ...(locale && { locale }) })
    .use(Dashboard, {
      theme: "auto",
      closeAfterFinish: true,
      closeModalOnClickOutside: true,
      proudlyDisplayPoweredByUppy: false,
    })
    .use(Webcam)
    .use(ScreenCapture)
    .use(Audio)
    .use(ImageEditor)
    .use(DirectUpload, { uploader, locale: { strings: stringsOf(words) } });
  // What was uploaded is in the page's own list: the next recording begins with an empty window.
  uppy.on("dashboard:modal-closed", () => isIdle(uppy) && uppy.clear());
  return uppy;
}

function isIdle(uppy: Uppy): boolean {
  return Object.keys(uppy.getState().currentUploads).length === 0;
}

function stringsOf(words: Words) {
  return {
    remoteFilesNotSupported: words.t("choose.unreadable"),
    fileMissing: words.t("failure.file-unreadable"),
    waitingForNetwork: words.t("upload.waitingNetwork"),
    waitingForRetry: words.t("upload.retryingNow"),
  };
}
