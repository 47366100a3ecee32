import type { Failure } from "@direct-upload/client";
import type { Words } from "../i18n/words.ts";

/** A failure as the site or the client tells it; `limit` is the most bytes that are taken, where that was the trouble. */
export type KnownFailure = Failure & { readonly limit?: number | null };

/** Why it failed and what to do, in the reader's language; in the English of whoever said no where we know no better. */
export function failureText(failure: KnownFailure, words: Words): string {
  const limit = failure.limit ?? null;
  if (failure.code === "file-too-large" && limit === null) return failure.detail;
  const values = limit === null ? {} : { limit: words.format.bytes(limit) };
  return words.find(`failure.${failure.code}`, values) ?? failure.detail;
}
