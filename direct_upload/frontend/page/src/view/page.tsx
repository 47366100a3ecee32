import type { PageActions, PageState } from "../model/pageState.ts";
import { bulkActions, countByKind } from "../model/uploadList.ts";
import { CancelAllDialog } from "./cancelAllDialog.tsx";
import { Chooser } from "./chooser.tsx";
import { ProvideActions, ProvideWords } from "./context.ts";
import { FileSection } from "./fileSection.tsx";
import { Header } from "./header.tsx";
import { NoticeBar } from "./noticeBar.tsx";
import { PreviewDialog } from "./previewDialog.tsx";
import { ShareDialog } from "./shareDialog.tsx";
import { SignInBar } from "./signInBar.tsx";
import { UndoBar } from "./undoBar.tsx";
import { UploadSection } from "./uploadSection.tsx";

interface PageProps {
  readonly state: PageState;
  readonly actions: PageActions;
}

/** The whole page, from its state alone. */
export function Page({ state, actions }: PageProps) {
  const { words, uploads } = state;
  const counts = countByKind(uploads.views);
  return (
    <ProvideWords value={words}>
      <ProvideActions value={actions}>
        <Header session={state.session} />
        <main>
          <SignInBar isNeeded={state.session.isSignInNeeded} />
          <Chooser isCompact={uploads.views.length > 0} isOpeningRecorder={state.isOpeningRecorder} />
          <NoticeBar notice={state.notice} />
          {uploads.views.length > 0 && (
            <UploadSection
              uploads={uploads}
              counts={counts}
              bulk={bulkActions(uploads.summary, counts, uploads.views)}
              now={state.now}
            />
          )}
          <FileSection files={state.files} query={state.query} copiedLinkOf={state.copiedLinkOf} />
        </main>
        <UndoBar files={state.files.undoable} />
        <p class="unseen" role="status" aria-live="polite" data-testid="said">
          {state.said}
        </p>
        <CancelAllDialog isOpen={state.isAskingToCancelAll} count={counts.underWay + counts.trouble} />
        <PreviewDialog file={state.preview} />
        <ShareDialog sharing={state.sharing} />
        {state.isDragging && (
          <div class="drop-overlay" data-testid="drop-overlay">
            <p>{words.t("choose.drop")}</p>
          </div>
        )}
      </ProvideActions>
    </ProvideWords>
  );
}
