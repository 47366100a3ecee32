import type { StoredFile } from "@direct-upload/client";
import { splitPath } from "../model/fileTable.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";

/** Says what is deleted, and takes it back. */
export function UndoBar({ files }: { readonly files: readonly StoredFile[] }) {
  const words = useWords();
  const actions = useActions();
  const [only] = files;
  const text =
    files.length === 1 && only
      ? words.t("files.deletedNamed", { name: splitPath(only.name).name })
      : words.count("files.deleted", files.length);
  return (
    <div class="undo-place">
      <div role="status">
        {files.length > 0 && (
          <div class="undo" data-testid="undo-bar">
            <p>{text}</p>
            <Button kind="quiet" text={words.t("files.undo")} testId="undo" onClick={() => actions.undo()} />
          </div>
        )}
      </div>
    </div>
  );
}
