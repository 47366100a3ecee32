import type { UploadState, UploadView } from "@direct-upload/client";
import type { LabelName, Words } from "./labels.ts";

export type Action = "pause" | "resume" | "retry" | "allow" | "cancel" | "remove";

/** What the row of an upload shows. */
export interface Row {
  readonly key: string;
  readonly name: string;
  /** For styles: the upload's state, or `held` for a file that somebody has to look at first. */
  readonly state: UploadState | "held";
  readonly status: string;
  /** What happened, and what to do about it. */
  readonly detail: string | null;
  /** Between 0 and 1; null shows no bar. */
  readonly share: number | null;
  readonly downloadUrl: string | null;
  readonly actions: readonly Action[];
}

interface Look {
  readonly label: LabelName | null;
  readonly hasBar: boolean;
  readonly actions: readonly Action[];
}

const UNDER_WAY = ["pause", "cancel"] as const;
const LOOKS: Readonly<Record<Row["state"], Look>> = {
  queued: { label: "queued", hasBar: false, actions: UNDER_WAY },
  uploading: { label: null, hasBar: true, actions: UNDER_WAY },
  verifying: { label: "verifying", hasBar: true, actions: ["cancel"] },
  paused: { label: "paused", hasBar: true, actions: ["resume", "cancel"] },
  following: { label: "following", hasBar: true, actions: [] },
  interrupted: { label: "interrupted", hasBar: true, actions: ["cancel"] },
  failed: { label: "failed", hasBar: false, actions: ["retry", "cancel"] },
  done: { label: "done", hasBar: false, actions: ["remove"] },
  held: { label: "held", hasBar: false, actions: ["remove"] },
  cancelled: { label: null, hasBar: false, actions: [] },
};

/** Trying the same again can't help. */
const HOPELESS: ReadonlySet<string> = new Set([
  "file-too-large",
  "invalid-name",
  "file-changed",
  "type-refused",
]);
const SEPARATOR = " · ";

export function rowOf(view: UploadView, words: Words): Row {
  const state = view.file?.state === "held" ? "held" : view.state;
  const look = LOOKS[state];
  return {
    key: view.key,
    name: view.path,
    state,
    status: statusOf(view, look, words),
    detail: detailOf(view, words),
    share: look.hasBar ? shareOf(view) : null,
    downloadUrl: state === "done" ? (view.file?.downloadUrl ?? null) : null,
    actions: actionsOf(view, look),
  };
}

function shareOf({ size, sentBytes }: UploadView): number {
  return size === 0 ? 1 : Math.min(1, sentBytes / size);
}

function statusOf(view: UploadView, look: Look, words: Words): string {
  const size = words.size(view.size);
  const sent = look.hasBar ? words.say("sent", { sent: words.size(view.sentBytes), size }) : size;
  return [sent, paceOf(view, look, words)].filter((part) => part !== null).join(SEPARATOR);
}

function paceOf(view: UploadView, { label }: Look, words: Words): string | null {
  if (view.waiting) return words.say(view.waiting.for === "network" ? "waitingNetwork" : "waitingRetry");
  const name = view.file?.state === "held" ? "held" : label;
  if (name) return words.say(name);
  return view.secondsLeft === null ? null : words.say("left", { time: words.time(view.secondsLeft) });
}

function detailOf({ failure, state, needs }: UploadView, words: Words): string | null {
  if (failure) return words.failure(failure.code) ?? failure.detail;
  if (state !== "interrupted") return null;
  return words.say(needs === "permission" ? "needsPermission" : "needsFile");
}

function actionsOf(view: UploadView, { actions }: Look): readonly Action[] {
  if (view.waiting?.for === "retry") return ["retry", ...actions];
  if (view.state === "interrupted" && view.needs === "permission") return ["allow", ...actions];
  if (view.failure && HOPELESS.has(view.failure.code)) return actions.filter((action) => action !== "retry");
  return actions;
}
