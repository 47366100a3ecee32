import type { Offer, UploadState, UploadView } from "../api.ts";

const UNDER_WAY = ["pause", "cancel"] as const;
const USUAL: Readonly<Record<UploadState, readonly Offer[]>> = {
  queued: UNDER_WAY,
  uploading: UNDER_WAY,
  verifying: ["cancel"],
  paused: ["resume", "cancel"],
  following: [],
  interrupted: ["cancel"],
  done: [],
  failed: ["retry", "cancel"],
  cancelled: [],
};

/** Trying the same again can't help: the file must change first, or be chosen again. */
const HOPELESS: ReadonlySet<string> = new Set([
  "file-too-large",
  "file-changed",
  "invalid-name",
  "name-refused",
  "type-refused",
  "refused",
]);

/** What there is to do with an upload as it is now, what matters most first. */
export function offersFor(view: UploadView): readonly Offer[] {
  const usual = USUAL[view.state];
  if (view.waiting?.for === "retry") return ["now", ...usual];
  if (view.state === "interrupted") return [view.needs === "permission" ? "allow" : "supply", ...usual];
  if (view.failure && HOPELESS.has(view.failure.code)) return usual.filter((offer) => offer !== "retry");
  return usual;
}
