import type { Failure } from "@direct-upload/client";
import type { Words } from "../i18n/words.ts";

/** Why it failed and what to do, in the reader's language; in the English of whoever said no where we know no better. */
export function failureText(failure: Failure, words: Words): string {
  const limit = failure.limit ?? null;
  if (failure.code === "file-too-large" && limit === null) return failure.detail;
  const values = limit === null ? {} : { limit: words.format.bytes(limit) };
  return words.find(`failure.${failure.code}`, values) ?? failure.detail;
}
