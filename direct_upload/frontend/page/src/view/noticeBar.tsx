import type { Notice } from "../model/pageState.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";

/** A word about what was just done. Its region is always there, so that what comes into it is said aloud. */
export function NoticeBar({ notice }: { readonly notice: Notice | null }) {
  const words = useWords();
  const actions = useActions();
  return (
    <div class="notice" data-testid="notice" role="status">
      {notice && (
        <>
          <p>{words.t(notice.text, notice.values)}</p>
          <Button
            kind="quiet"
            isBare
            icon="close"
            text={words.t("notice.close")}
            onClick={() => actions.dismissNotice()}
          />
        </>
      )}
    </div>
  );
}
