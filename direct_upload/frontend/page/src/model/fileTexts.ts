import type { Words } from "../i18n/words.ts";
import type { FileTable } from "./fileTable.ts";
import type { FilesView } from "./storedFiles.ts";

/** How many files there are, or were found. */
export function countText({ files, load }: FilesView, search: string, found: number, words: Words): string {
  const total = files.length;
  if (load === "loading" && total === 0) return words.t("files.loading");
  if (load === "loading") return words.count("files.loadingMore", total);
  if (search.trim() !== "") return words.count("files.found", found, { total });
  return total > 0 ? words.count("files.count", total) : "";
}

/** Which files a page of the table shows. */
export function rangeText({ from, to, found }: FileTable, words: Words): string {
  return words.t("files.range", { from, to, total: found });
}
