import type { Failure } from "@direct-upload/client";
import { type FileTable, type Sort, type SortKey, sortedBy } from "../model/fileTable.ts";
import { useActions, useWords } from "./context.ts";
import { FileRowItem } from "./fileRowItem.tsx";
import { Icon } from "./icon.tsx";

interface FileRowsProps {
  readonly table: FileTable;
  readonly sort: Sort;
  readonly refusals: ReadonlyMap<string, Failure>;
  readonly copiedLinkOf: string | null;
  /** Called when the last row is about to vanish with the focus in it. */
  readonly onVanishing: () => void;
}

export function FileRows({ table, sort, refusals, copiedLinkOf, onVanishing }: FileRowsProps) {
  const words = useWords();
  return (
    <table class="files" data-testid="files-table">
      <caption class="unseen">{words.t("files.heading")}</caption>
      <thead>
        <tr>
          <SortableHeading by="name" sort={sort} />
          <SortableHeading by="size" sort={sort} />
          <SortableHeading by="date" sort={sort} />
          <th scope="col" class="actions-column">
            <span class="unseen">{words.t("files.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {table.rows.map((file) => (
          <FileRowItem
            key={file.id}
            file={file}
            refusal={refusals.get(file.id) ?? null}
            isLinkCopied={file.id === copiedLinkOf}
            onVanishing={onVanishing}
          />
        ))}
      </tbody>
    </table>
  );
}

function SortableHeading({ by, sort }: { readonly by: SortKey; readonly sort: Sort }) {
  const words = useWords();
  const actions = useActions();
  const isSorted = sort.by === by;
  return (
    <th scope="col" class={`${by}-column`} aria-sort={isSorted ? sort.direction : "none"}>
      <button
        type="button"
        class="sort"
        data-testid={`sort-${by}`}
        onClick={() => actions.query({ sort: sortedBy(sort, by) })}
      >
        <span>{words.t(`files.${by}`)}</span>
        <Icon name={isSorted && sort.direction === "descending" ? "down" : "up"} />
      </button>
    </th>
  );
}
