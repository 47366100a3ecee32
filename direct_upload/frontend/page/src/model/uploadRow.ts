import { type Offer, offersFor, shareOf, type UploadState, type UploadView } from "@direct-upload/client";
import type { TextKey, Words } from "../i18n/words.ts";
import { failureText } from "./failureText.ts";

/** Between the parts of a line. */
export const SEPARATOR = " · ";

export type Tone = "calm" | "active" | "good" | "waiting" | "bad";

/** What the row of an upload shows. */
export interface UploadRow {
  readonly key: string;
  readonly name: string;
  /** The folders it was chosen in, with a slash at the end, or nothing. */
  readonly folder: string;
  readonly state: UploadState;
  readonly tone: Tone;
  readonly status: string;
  /** What happened, and what to do about it. */
  readonly detail: string | null;
  /** Between 0 and 1; null shows no bar. */
  readonly share: number | null;
  readonly actions: readonly Offer[];
}

interface Look {
  readonly tone: Tone;
  readonly words: TextKey | null;
  readonly hasBar: boolean;
}

const LOOKS: Readonly<Record<UploadState, Look>> = {
  queued: { tone: "calm", words: "upload.queued", hasBar: false },
  uploading: { tone: "active", words: null, hasBar: true },
  verifying: { tone: "active", words: "upload.verifying", hasBar: true },
  paused: { tone: "calm", words: "upload.paused", hasBar: true },
  following: { tone: "active", words: "upload.following", hasBar: true },
  interrupted: { tone: "waiting", words: "upload.interrupted", hasBar: true },
  done: { tone: "good", words: "upload.done", hasBar: false },
  failed: { tone: "bad", words: "upload.failed", hasBar: true },
  cancelled: { tone: "calm", words: "upload.cancelled", hasBar: false },
};

/** Stored, but nobody can have it yet. */
const HELD: Look = { tone: "waiting", words: "upload.held", hasBar: false };

/** The states in which how much is sent says more than how much there is. */
const IN_PARTS: ReadonlySet<UploadState> = new Set([
  "uploading",
  "paused",
  "following",
  "interrupted",
  "failed",
]);

/** What there is to know beside the upload itself. */
export interface Circumstances {
  /** A time of `performance.now()`. */
  readonly now: number;
  readonly isOffline?: boolean;
  /** The file that was chosen for an interrupted upload was not the one that it needs. */
  readonly isOtherFile?: boolean;
}

export function describeUpload(given: UploadView, words: Words, around: Circumstances): UploadRow {
  const view = around.isOffline ? withoutNetwork(given) : given;
  const look = lookOf(view);
  return {
    key: view.key,
    name: view.name,
    folder: view.path.slice(0, Math.max(0, view.path.length - view.name.length)),
    state: view.state,
    tone: view.waiting ? "waiting" : look.tone,
    status: statusText(view, words, around.now),
    detail: detailText(view, words, around.isOtherFile ?? false),
    share: look.hasBar ? shareOf(view) : null,
    actions: offersFor(view),
  };
}

function lookOf({ state, file }: UploadView): Look {
  return file?.state === "held" ? HELD : LOOKS[state];
}

/** What is on its way can't move, whether its own requests have noticed or not. */
function withoutNetwork(view: UploadView): UploadView {
  const isOnItsWay = view.state === "uploading" || view.state === "verifying";
  return isOnItsWay ? { ...view, waiting: { for: "network" } } : view;
}

/** Speed and time left, as far as they are known. */
export function paceTexts(
  pace: { readonly bytesPerSecond: number | null; readonly secondsLeft: number | null },
  words: Words,
): string[] {
  if (!pace.bytesPerSecond) return [];
  const speed = words.format.speed(pace.bytesPerSecond);
  if (pace.secondsLeft === null) return [speed];
  return [speed, words.t("upload.left", { time: words.format.duration(pace.secondsLeft) })];
}

function statusText(view: UploadView, words: Words, now: number): string {
  const { words: state } = lookOf(view);
  const waiting = waitingText(view, words, now);
  const parts = waiting ? [waiting] : state ? [words.t(state)] : paceTexts(view, words);
  const size = sizeText(view, words);
  return (size ? [size, ...parts] : parts).join(SEPARATOR);
}

function sizeText(view: UploadView, words: Words): string | null {
  const size = words.format.bytes(view.size);
  if (view.state === "cancelled") return null;
  if (!IN_PARTS.has(view.state)) return size;
  return words.t("upload.sent", { sent: words.format.bytes(view.sentBytes), size });
}

function waitingText({ waiting }: UploadView, words: Words, now: number): string | null {
  if (!waiting) return null;
  if (waiting.for === "network") return words.t("upload.waitingNetwork");
  const seconds = Math.ceil((waiting.until - now) / 1000);
  if (seconds <= 0) return words.t("upload.retryingNow");
  return words.t("upload.waitingRetry", { time: words.format.duration(seconds) });
}

function detailText(view: UploadView, words: Words, isOtherFile: boolean): string | null {
  if (view.failure) return failureText(view.failure, words);
  if (view.state !== "interrupted") return null;
  if (isOtherFile) return words.t("upload.otherFile", { name: view.name });
  return words.t(view.needs === "permission" ? "upload.needsPermission" : "upload.needsFile");
}
