import type { StoredFile } from "@direct-upload/client";
import { useState } from "preact/hooks";
import { splitPath } from "../model/fileTable.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { DownloadLink } from "./downloadLink.tsx";
import { Modal } from "./modal.tsx";

/** A stored picture, fetched when it is looked at. */
export function PreviewDialog({ file }: { readonly file: StoredFile | null }) {
  const words = useWords();
  const actions = useActions();
  const name = file ? splitPath(file.name).name : "";
  const close = () => actions.preview(null);
  return (
    <Modal isOpen={file !== null} label={name} testId="preview" class="preview" onClose={close}>
      {file && (
        <>
          <div class="preview-head">
            <h2 dir="auto">{name}</h2>
            <DownloadLink file={file} />
            <Button
              kind="quiet"
              isBare
              icon="close"
              text={words.t("preview.close")}
              testId="preview-close"
              onClick={close}
            />
          </div>
          <Picture key={file.id} file={file} name={name} />
        </>
      )}
    </Modal>
  );
}

type Loading = "loading" | "shown" | "failed";

function Picture({ file, name }: { readonly file: StoredFile; readonly name: string }) {
  const words = useWords();
  const [loading, setLoading] = useState<Loading>("loading");
  return (
    <div class="preview-picture" aria-busy={loading === "loading"}>
      {loading === "loading" && <p class="soft">{words.t("preview.loading")}</p>}
      {loading === "failed" ? (
        <p class="soft" role="alert">
          {words.t("preview.unavailable")}
        </p>
      ) : (
        <img
          src={file.downloadUrl}
          alt={name}
          data-testid="preview-image"
          onLoad={() => setLoading("shown")}
          onError={() => setLoading("failed")}
        />
      )}
    </div>
  );
}
