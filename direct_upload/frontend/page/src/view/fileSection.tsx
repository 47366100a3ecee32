import type { StoredFile } from "@direct-upload/client";
import { useMemo, useRef } from "preact/hooks";
import { failureText } from "../model/failureText.ts";
import { type FileQuery, findFiles, PAGE_SIZE, pageOf, sortFiles } from "../model/fileTable.ts";
import { countText } from "../model/fileTexts.ts";
import type { FilesView } from "../model/storedFiles.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { FileRows } from "./fileRows.tsx";
import { FileTools } from "./fileTools.tsx";
import { Pager } from "./pager.tsx";

interface FileSectionProps {
  readonly files: FilesView;
  readonly query: FileQuery;
  readonly copiedLinkOf: string | null;
}

/** The caller's stored files, as a table. */
export function FileSection({ files, query, copiedLinkOf }: FileSectionProps) {
  const words = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  const found = useFound(files.files, query);
  const table = pageOf(found, query.page, PAGE_SIZE);
  const total = files.files.length;
  return (
    <section class="card" aria-labelledby="files-heading" data-testid="files">
      <div class="section-head">
        <h2 id="files-heading" tabIndex={-1} ref={heading}>
          {words.t("files.heading")}
        </h2>
        <p class="summary" data-testid="files-summary">
          {countText(files, query.search, table.found, words)}
        </p>
        {total > 0 && <FileTools query={query} />}
      </div>
      {table.rows.length > 0 && (
        <FileRows
          table={table}
          sort={query.sort}
          refusals={files.refusals}
          copiedLinkOf={copiedLinkOf}
          onVanishing={() => heading.current?.focus()}
        />
      )}
      {table.rows.length === 0 && <NoFiles files={files} search={query.search} />}
      {table.pageCount > 1 && <Pager table={table} />}
      <More files={files} />
    </section>
  );
}

function NoFiles({ files, search }: { readonly files: FilesView; readonly search: string }) {
  const words = useWords();
  if (files.files.length > 0)
    return (
      <p class="empty" data-testid="files-none">
        {words.t("files.noMatch", { search })}
      </p>
    );
  if (files.load !== "ready") return null;
  return (
    <p class="empty" data-testid="files-empty">
      {words.t("files.empty")}
    </p>
  );
}

function useFound(files: readonly StoredFile[], { search, sort }: FileQuery): readonly StoredFile[] {
  const { format } = useWords();
  const sorted = useMemo(() => sortFiles(files, sort, format.compareNames), [files, sort, format]);
  return useMemo(() => findFiles(sorted, search), [sorted, search]);
}

/** What is missing in the list, and how to have it. */
function More({ files }: { readonly files: FilesView }) {
  const words = useWords();
  const actions = useActions();
  const { failure } = files;
  if (failure === null && (files.load === "loading" || !files.hasMore)) return null;
  return (
    <div class="more">
      {failure ? (
        <p class="detail" role="alert" data-testid="files-error">
          {words.t("files.unavailable")} {failureText(failure, words)}
        </p>
      ) : (
        <p class="soft">{words.count("files.onlyNewest", files.files.length)}</p>
      )}
      <Button
        text={words.t(failure ? "files.retry" : "files.more")}
        testId="files-more"
        onClick={() => actions.loadFiles()}
      />
    </div>
  );
}
