import type { Failure } from "@direct-upload/client";
import type { Words } from "../i18n/words.ts";

/** The page asked for what the site does not know: they are of different ages. */
const ASKED_WRONGLY = 400;

/** Why it failed and what to do, in the reader's language; in the English of whoever said no where we know no better. */
export function failureText({ code, detail, limit, status }: Failure, words: Words): string {
  if (code === "file-too-large" && limit === undefined) return detail;
  const values = limit === undefined ? { detail } : { detail, limit: words.format.bytes(limit) };
  const known = words.find(`failure.${code}`, values);
  if (known === null && status === ASKED_WRONGLY) return words.t("failure.unexpected");
  return known ?? detail;
}
