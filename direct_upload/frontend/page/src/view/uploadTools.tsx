import { type BulkActions, SHOWS, type Show } from "../model/uploadList.ts";
import { LIMITS, type UploadsState } from "../model/uploadsPanel.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Select } from "./select.tsx";

/** Fewer are seen at a glance. */
const FEWEST_TO_FILTER = 8;

interface UploadToolsProps {
  readonly uploads: UploadsState;
  readonly counts: Readonly<Record<Show, number>>;
  readonly bulk: BulkActions;
  /** Called when the pressed button is about to vanish. */
  readonly onVanishing: () => void;
}

/** What can be done with all uploads at once. */
export function UploadTools({ uploads, counts, bulk, onVanishing }: UploadToolsProps) {
  const words = useWords();
  const actions = useActions();
  const clear = () => {
    onVanishing();
    actions.clearFinished();
  };
  return (
    <div class="tools">
      {counts.all >= FEWEST_TO_FILTER && <ShowSelect show={uploads.show} counts={counts} />}
      {(bulk.canPause || bulk.canResume) && (
        <Button
          key="toggle"
          kind="quiet"
          icon={bulk.canPause ? "pause" : "resume"}
          text={words.t(bulk.canPause ? "uploads.pauseAll" : "uploads.resumeAll")}
          testId={bulk.canPause ? "pause-all" : "resume-all"}
          onClick={() => (bulk.canPause ? actions.pauseAll() : actions.resumeAll())}
        />
      )}
      {bulk.canCancel && (
        <Button
          kind="quiet"
          icon="close"
          text={words.t("uploads.cancelAll")}
          testId="cancel-all"
          onClick={() => actions.askToCancelAll(true)}
        />
      )}
      {bulk.canClear && (
        <Button
          kind="quiet"
          icon="done"
          text={words.t("uploads.clear")}
          testId="uploads-clear"
          onClick={clear}
        />
      )}
      <LimitSelect limit={uploads.limit} />
    </div>
  );
}

function ShowSelect({
  show,
  counts,
}: {
  readonly show: Show;
  readonly counts: Readonly<Record<Show, number>>;
}) {
  const words = useWords();
  const actions = useActions();
  return (
    <Select
      label={words.t("uploads.show")}
      value={show}
      options={SHOWS.map((each) => ({
        value: each,
        text: words.t(`uploads.show.${each}`, { n: counts[each] }),
      }))}
      testId="uploads-show"
      onChange={(value) => actions.show(value as Show)}
    />
  );
}

const UNLIMITED = "";

function LimitSelect({ limit }: { readonly limit: number | null }) {
  const words = useWords();
  const actions = useActions();
  const options = [
    { value: UNLIMITED, text: words.t("uploads.unlimited") },
    ...LIMITS.map((each) => ({ value: String(each), text: words.format.roundSpeed(each) })),
  ];
  return (
    <Select
      label={words.t("uploads.limit")}
      isLabelShown
      class="limit"
      value={limit === null ? UNLIMITED : String(limit)}
      options={options}
      testId="speed-limit"
      onChange={(value) => actions.setLimit(value === UNLIMITED ? null : Number(value))}
    />
  );
}
