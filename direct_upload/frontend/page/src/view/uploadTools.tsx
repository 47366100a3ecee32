import type { TextKey } from "../i18n/words.ts";
import type { PageActions } from "../model/pageState.ts";
import { type BulkActions, SHOWS, type Show } from "../model/uploadList.ts";
import { LIMITS, type UploadsState } from "../model/uploadsPanel.ts";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import type { IconName } from "./icon.tsx";
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
  return (
    <div class="tools">
      {counts.all >= FEWEST_TO_FILTER && <ShowSelect show={uploads.show} counts={counts} />}
      <BulkButtons bulk={bulk} onVanishing={onVanishing} />
      <LimitSelect limit={uploads.limit} />
    </div>
  );
}

interface BulkButton {
  readonly isOffered: keyof BulkActions;
  /** Buttons with the same slot take each other's place, and with it the focus. */
  readonly slot: string;
  readonly icon: IconName;
  readonly text: TextKey;
  readonly testId: string;
  readonly vanishes?: boolean;
  readonly press: (actions: PageActions) => void;
}

const BULK_BUTTONS: readonly BulkButton[] = [
  {
    isOffered: "canPause",
    slot: "toggle",
    icon: "pause",
    text: "uploads.pauseAll",
    testId: "pause-all",
    press: (actions) => actions.pauseAll(),
  },
  {
    isOffered: "canResume",
    slot: "toggle",
    icon: "resume",
    text: "uploads.resumeAll",
    testId: "resume-all",
    press: (actions) => actions.resumeAll(),
  },
  {
    isOffered: "canContinue",
    slot: "continue",
    icon: "resume",
    text: "uploads.continueAll",
    testId: "continue-all",
    vanishes: true,
    press: (actions) => actions.continueAll(),
  },
  {
    isOffered: "canCancel",
    slot: "cancel",
    icon: "close",
    text: "uploads.cancelAll",
    testId: "cancel-all",
    press: (actions) => actions.askToCancelAll(true),
  },
  {
    isOffered: "canClear",
    slot: "clear",
    icon: "done",
    text: "uploads.clear",
    testId: "uploads-clear",
    vanishes: true,
    press: (actions) => actions.clearFinished(),
  },
];

function BulkButtons({ bulk, onVanishing }: Pick<UploadToolsProps, "bulk" | "onVanishing">) {
  const words = useWords();
  const actions = useActions();
  const press = (button: BulkButton) => {
    if (button.vanishes) onVanishing();
    button.press(actions);
  };
  return (
    <div class="bulk">
      {BULK_BUTTONS.filter(({ isOffered }) => bulk[isOffered]).map((button) => (
        <Button
          key={button.slot}
          kind="quiet"
          icon={button.icon}
          text={words.t(button.text)}
          testId={button.testId}
          onClick={() => press(button)}
        />
      ))}
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
