import type { Uploader } from "@direct-upload/client";
import type { Words } from "../i18n/words.ts";

export function openRecorder(_uploader: Uploader, _words: Words): void {}
