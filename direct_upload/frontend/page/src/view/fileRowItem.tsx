import type { Failure, StoredFile } from "@direct-upload/client";
import { useRef } from "preact/hooks";
import { failureText } from "../model/failureText.ts";
import { isPicture, splitPath } from "../model/fileTable.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { DownloadLink } from "./downloadLink.tsx";
import { Icon } from "./icon.tsx";
import { Path } from "./path.tsx";

interface FileRowItemProps {
  readonly file: StoredFile;
  /** Why it could not be deleted. */
  readonly refusal: Failure | null;
  readonly onVanishing: () => void;
}

export function FileRowItem({ file, refusal, onVanishing }: FileRowItemProps) {
  const words = useWords();
  const root = useRef<HTMLTableRowElement>(null);
  const { folder, name } = splitPath(file.name);
  const size = words.format.bytes(file.size);
  const moment = words.format.moment(file.createdAt);
  return (
    <tr ref={root} class="file" data-testid="file-row">
      <td class="name-column">
        <div class="name-cell">
          <span class="badge">
            <Icon name={isPicture(file) ? "picture" : "file"} />
          </span>
          <div class="about">
            <Path folder={folder} name={name} testId="file-name" />
            {file.state === "held" && (
              <p class="tag" data-testid="file-held">
                <Icon name="waiting" />
                {words.t("files.held")}
              </p>
            )}
            <p class="facts narrow-only">
              {size} · {moment}
            </p>
            {refusal && (
              <p class="detail" role="alert" data-testid="file-error">
                {words.t("files.notDeleted")} {failureText(refusal, words)}
              </p>
            )}
          </div>
        </div>
      </td>
      <td class="size-column" data-testid="file-size">
        {size}
      </td>
      <td class="date-column">
        <time dateTime={file.createdAt.toISOString()}>{moment}</time>
      </td>
      <td class="actions-column">
        <RowActions file={file} name={name} onDelete={() => leave(root.current, onVanishing)} />
      </td>
    </tr>
  );
}

interface RowActionsProps {
  readonly file: StoredFile;
  readonly name: string;
  readonly onDelete: () => void;
}

function RowActions({ file, name, onDelete }: RowActionsProps) {
  const words = useWords();
  const actions = useActions();
  const remove = words.t("files.delete");
  const press = () => {
    onDelete();
    actions.delete(file);
  };
  return (
    <div class="actions">
      {file.state === "stored" && <WaysToHave file={file} name={name} />}
      <Button
        kind="quiet"
        isBare
        icon="remove"
        text={remove}
        label={words.t("action.of", { action: remove, name })}
        testId="file-delete"
        onClick={press}
      />
    </div>
  );
}

/** A held file can only be deleted. */
function WaysToHave({ file, name }: { readonly file: StoredFile; readonly name: string }) {
  const words = useWords();
  const actions = useActions();
  const label = (action: string) => words.t("action.of", { action, name });
  const preview = words.t("files.preview");
  const share = words.t("files.share");
  return (
    <>
      {isPicture(file) && (
        <Button
          kind="quiet"
          isBare
          icon="look"
          text={preview}
          label={label(preview)}
          testId="file-preview"
          onClick={() => actions.preview(file)}
        />
      )}
      <DownloadLink file={file} />
      <Button
        kind="quiet"
        isBare
        icon="link"
        text={share}
        label={label(share)}
        testId="file-share"
        onClick={() => actions.sharing.open(file)}
      />
    </>
  );
}

/** The next row takes the focus of the one that vanishes. */
function leave(row: HTMLElement | null, otherwise: () => void): void {
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  const button = neighbour?.querySelector<HTMLElement>("[data-testid=file-delete]");
  if (button) button.focus();
  else otherwise();
}
