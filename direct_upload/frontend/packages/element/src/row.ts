import { type Offer, offersFor, shareOf, type UploadState, type UploadView } from "@direct-upload/client";
import type { LabelName, Words } from "./labels.ts";

export type Action = Exclude<Offer, "now" | "supply"> | "remove";

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
}

const LOOKS: Readonly<Record<Row["state"], Look>> = {
  queued: { label: "queued", hasBar: false },
  uploading: { label: null, hasBar: true },
  verifying: { label: "verifying", hasBar: true },
  paused: { label: "paused", hasBar: true },
  following: { label: "following", hasBar: true },
  interrupted: { label: "interrupted", hasBar: true },
  failed: { label: "failed", hasBar: true },
  done: { label: "done", hasBar: false },
  held: { label: "held", hasBar: false },
  cancelled: { label: null, hasBar: false },
};

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
    actions: view.file ? ["remove"] : offersFor(view).flatMap(actionFor),
  };
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

/** A file that is needed is chosen as any other is. */
function actionFor(offer: Offer): readonly Action[] {
  if (offer === "supply") return [];
  return [offer === "now" ? "retry" : offer];
}
