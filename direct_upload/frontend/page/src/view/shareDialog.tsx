import { failureText } from "../model/failureText.ts";
import { splitPath } from "../model/fileTable.ts";
import type { SharingView } from "../model/sharing.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Modal } from "./modal.tsx";
import { ShareLinks } from "./shareLinks.tsx";
import { NewLink, ShareWish } from "./shareWish.tsx";

/** Links to a file, for whoever gets them: make one, copy it, revoke it. */
export function ShareDialog({ sharing }: { readonly sharing: SharingView | null }) {
  const words = useWords();
  const { sharing: actions } = useActions();
  const heading = sharing ? words.t("share.heading", { name: splitPath(sharing.file.name).name }) : "";
  return (
    <Modal
      isOpen={sharing !== null}
      label={heading}
      testId="share-dialog"
      class="question share"
      onClose={() => actions.close()}
    >
      {sharing && (
        <>
          <h2>{heading}</h2>
          <p class="soft">{words.t("share.hint")}</p>
          <ShareWish wish={sharing.wish} isAsking={sharing.isAsking} />
          <Outcome sharing={sharing} />
          {sharing.created && <NewLink link={sharing.created} />}
          <ShareLinks sharing={sharing} />
          <div class="modal-actions">
            <Button text={words.t("preview.close")} testId="share-close" onClick={() => actions.close()} />
          </div>
        </>
      )}
    </Modal>
  );
}

/** What came of it. Outside of the dialog nothing is said aloud while it is open. */
function Outcome({ sharing: { said, failure } }: { readonly sharing: SharingView }) {
  const words = useWords();
  return (
    <>
      <p class="share-said" role="status" data-testid="share-said">
        {said && words.t(said)}
      </p>
      <p class="detail" role="alert" data-testid="share-error">
        {failure && failureText(failure, words)}
      </p>
    </>
  );
}
