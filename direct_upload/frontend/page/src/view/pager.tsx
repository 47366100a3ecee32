import type { FileTable } from "../model/fileTable.ts";
import { rangeText } from "../model/fileTexts.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";

export function Pager({ table }: { readonly table: FileTable }) {
  const words = useWords();
  const actions = useActions();
  const { page, pageCount } = table;
  return (
    <nav class="pager" aria-label={words.t("files.pages")}>
      <Button
        isBare
        icon="back"
        text={words.t("files.previous")}
        testId="files-previous"
        isDisabled={page === 0}
        onClick={() => actions.query({ page: page - 1 })}
      />
      <p data-testid="files-range">{rangeText(table, words)}</p>
      <Button
        isBare
        icon="forth"
        text={words.t("files.next")}
        testId="files-next"
        isDisabled={page === pageCount - 1}
        onClick={() => actions.query({ page: page + 1 })}
      />
    </nav>
  );
}
