import type { UploadState, UploadsSummary, UploadView } from "@direct-upload/client";
import type { Words } from "../i18n/words.ts";
import { paceTexts, SEPARATOR } from "./uploadRow.ts";

/** Which uploads the list shows. */
export type Show = "all" | "underWay" | "trouble" | "finished";

export const SHOWS: readonly Show[] = ["all", "underWay", "trouble", "finished"];

const KINDS: Readonly<Record<UploadState, Exclude<Show, "all">>> = {
  queued: "underWay",
  uploading: "underWay",
  verifying: "underWay",
  paused: "underWay",
  following: "underWay",
  interrupted: "trouble",
  failed: "trouble",
  done: "finished",
  cancelled: "finished",
};

export function countByKind(views: readonly UploadView[]): Readonly<Record<Show, number>> {
  const counts = { all: views.length, underWay: 0, trouble: 0, finished: 0 };
  for (const { state } of views) counts[KINDS[state]] += 1;
  return counts;
}

export function uploadsToShow(views: readonly UploadView[], show: Show): readonly UploadView[] {
  return show === "all" ? views : views.filter(({ state }) => KINDS[state] === show);
}

/** All uploads in one line: how many are stored, what went wrong, how fast it goes and how long it will take. */
export function summaryText(summary: UploadsSummary, words: Words): string {
  const parts = [words.count("uploads.stored", summary.total, { done: summary.done })];
  if (summary.failed > 0) parts.push(words.count("uploads.failed", summary.failed));
  if (summary.interrupted > 0) parts.push(words.count("uploads.interrupted", summary.interrupted));
  if (summary.isOffline) parts.push(words.t("uploads.offline"));
  else if (summary.underWay > 0) parts.push(...paceTexts(summary, words));
  return parts.join(SEPARATOR);
}

/** What can be done with all of them at once. */
export interface BulkActions {
  readonly canPause: boolean;
  readonly canResume: boolean;
  /** Whether several wait for the person's permission to read their files. */
  readonly canContinue: boolean;
  readonly canCancel: boolean;
  readonly canClear: boolean;
}

export function bulkActions(
  summary: UploadsSummary,
  counts: Readonly<Record<Show, number>>,
  views: readonly UploadView[],
): BulkActions {
  return {
    canPause: summary.underWay > 0,
    canResume: summary.underWay === 0 && summary.paused > 0,
    // A single one has a button of its own.
    canContinue: summary.interrupted > 1 && views.filter(({ needs }) => needs === "permission").length > 1,
    canCancel: counts.underWay + counts.trouble > 1,
    canClear: counts.finished > 0,
  };
}
