import type { Failure, StoredFile } from "@direct-upload/client";
import { useRef } from "preact/hooks";
import type { TextKey } from "../i18n/words.ts";
import { failureText } from "../model/failureText.ts";
import { isPicture, splitPath } from "../model/fileTable.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { DownloadLink } from "./downloadLink.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { Path } from "./path.tsx";

interface FileRowItemProps {
  readonly file: StoredFile;
  /** Why it could not be deleted. */
  readonly refusal: Failure | null;
  /** A moment ago, from here. */
  readonly isLinkCopied: boolean;
  readonly onVanishing: () => void;
}

export function FileRowItem({ file, refusal, isLinkCopied, onVanishing }: FileRowItemProps) {
  const { format } = useWords();
  const actions = useActions();
  const root = useRef<HTMLTableRowElement>(null);
  const size = format.bytes(file.size);
  const moment = format.moment(file.createdAt);
  const remove = () => {
    leave(root.current, onVanishing);
    actions.delete(file);
  };
  return (
    <tr ref={root} class="file" data-testid="file-row">
      <td class="name-column">
        <NameCell file={file} facts={`${size} · ${moment}`} refusal={refusal} />
      </td>
      <td class="size-column" data-testid="file-size">
        {size}
      </td>
      <td class="date-column">
        <time dateTime={file.createdAt.toISOString()}>{moment}</time>
      </td>
      <td class="actions-column">
        <div class="actions">
          {file.state === "stored" && <WaysToHave file={file} isLinkCopied={isLinkCopied} />}
          <FileAction file={file} icon="remove" text="files.delete" testId="file-delete" onClick={remove} />
        </div>
      </td>
    </tr>
  );
}

interface NameCellProps {
  readonly file: StoredFile;
  /** What narrow windows have no columns for. */
  readonly facts: string;
  readonly refusal: Failure | null;
}

function NameCell({ file, facts, refusal }: NameCellProps) {
  const words = useWords();
  const { folder, name } = splitPath(file.name);
  return (
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
        <p class="facts narrow-only">{facts}</p>
        {refusal && (
          <p class="detail" role="alert" data-testid="file-error">
            {words.t("files.notDeleted")} {failureText(refusal, words)}
          </p>
        )}
      </div>
    </div>
  );
}

/** A held file can only be deleted. */
function WaysToHave({ file, isLinkCopied }: Pick<FileRowItemProps, "file" | "isLinkCopied">) {
  const actions = useActions();
  return (
    <>
      {isPicture(file) && (
        <FileAction
          file={file}
          icon="look"
          text="files.preview"
          testId="file-preview"
          onClick={() => actions.preview(file)}
        />
      )}
      <DownloadLink file={file} />
      <FileAction
        file={file}
        icon={isLinkCopied ? "done" : "link"}
        text="files.copyLink"
        testId="file-copy-link"
        onClick={() => actions.sharing.copyLink(file)}
      />
      <FileAction
        file={file}
        icon="share"
        text="files.share"
        testId="file-share"
        onClick={() => actions.sharing.open(file)}
      />
    </>
  );
}

interface FileActionProps {
  readonly file: StoredFile;
  readonly icon: IconName;
  readonly text: TextKey;
  readonly testId: string;
  readonly onClick: () => void;
}

function FileAction({ file, icon, text, testId, onClick }: FileActionProps) {
  const words = useWords();
  const action = words.t(text);
  return (
    <Button
      kind="quiet"
      isBare
      icon={icon}
      text={action}
      label={words.t("action.of", { action, name: splitPath(file.name).name })}
      testId={testId}
      onClick={onClick}
    />
  );
}

/** The next row takes the focus of the one that vanishes. */
function leave(row: HTMLElement | null, otherwise: () => void): void {
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  const button = neighbour?.querySelector<HTMLElement>("[data-testid=file-delete]");
  if (button) button.focus();
  else otherwise();
}
