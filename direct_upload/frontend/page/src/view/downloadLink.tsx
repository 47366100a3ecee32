import type { StoredFile } from "@direct-upload/client";
import { splitPath } from "../model/fileTable.ts";
import { useWords } from "./context.ts";
import { Icon } from "./icon.tsx";

export function DownloadLink({ file }: { readonly file: StoredFile }) {
  const words = useWords();
  const text = words.t("files.download");
  return (
    <a
      class="button quiet bare download"
      href={file.downloadUrl}
      download=""
      title={text}
      aria-label={words.t("action.of", { action: text, name: splitPath(file.name).name })}
      data-testid="file-download"
    >
      <Icon name="download" />
    </a>
  );
}
