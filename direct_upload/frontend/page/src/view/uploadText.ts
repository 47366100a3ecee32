import type { UploadState, UploadsSummary, UploadView } from "@direct-upload/client";
import { formatBytes, formatCount, formatSpeed, formatTimeLeft } from "./format.ts";
import type { IconName } from "./icons.ts";

export const STATE_ICONS: Readonly<Record<UploadState, IconName>> = {
  interrupted: "file",
  queued: "file",
  uploading: "file",
  verifying: "file",
  paused: "file",
  following: "file",
  done: "done",
  failed: "failed",
  cancelled: "cancelled",
};

const SIZES: Readonly<Record<UploadState, (size: string, sent: string) => string>> = {
  interrupted: (size, sent) => `${sent} of ${size} · Interrupted`,
  queued: (size) => `${size} · Waiting`,
  uploading: (size, sent) => `${sent} of ${size}`,
  verifying: (size) => `${size} · Verifying`,
  paused: (size, sent) => `${sent} of ${size} · Paused`,
  following: (size, sent) => `${sent} of ${size} · Uploading in another tab`,
  done: (size) => `${size} · Stored and verified`,
  failed: (size, sent) => `${sent} of ${size} stored`,
  cancelled: () => "Cancelled",
};

/** How far an upload has come. */
export function progressText(view: UploadView): string {
  return SIZES[view.state](formatBytes(view.size), formatBytes(view.sentBytes));
}

/** How fast it goes and how long it will take, as far as that is known. */
export function speedText(view: UploadView): string {
  if (view.state !== "uploading") return "";
  return view.waiting ? "Connection trouble, trying again" : paceText(view.bytesPerSecond, view.secondsLeft);
}

/** All uploads in one line. */
export function summaryText(summary: UploadsSummary): string {
  const { total, done, failed, underWay } = summary;
  const failures = failed > 0 ? ` · ${failed} failed` : "";
  if (underWay === 0) return `${done} of ${formatCount(total, "file")} stored${failures}`;
  const pace = paceText(summary.bytesPerSecond, summary.secondsLeft);
  return `${done} of ${formatCount(total, "file")} stored${failures}${pace && ` · ${pace}`}`;
}

function paceText(bytesPerSecond: number | null, secondsLeft: number | null): string {
  if (!bytesPerSecond) return "";
  if (secondsLeft === null) return formatSpeed(bytesPerSecond);
  return `${formatSpeed(bytesPerSecond)} · ${formatTimeLeft(secondsLeft)}`;
}

/** What is said aloud when an upload has come to an end. */
export function settledText(view: UploadView): string {
  return view.state === "done"
    ? `${view.name} is stored.`
    : `${view.name} failed. ${view.failure?.detail ?? ""}`;
}
