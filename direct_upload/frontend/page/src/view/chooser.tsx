import { filesFromInput } from "@direct-upload/client";
import { useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";

interface ChooserProps {
  /** Takes less room, for uploads that are under way. */
  readonly isCompact: boolean;
  readonly isOpeningRecorder: boolean;
}

/** All the ways to choose files that need a click. */
export function Chooser({ isCompact, isOpeningRecorder }: ChooserProps) {
  const words = useWords();
  return (
    <section
      class={isCompact ? "chooser compact" : "chooser"}
      data-testid="drop-zone"
      aria-labelledby="chooser-heading"
    >
      <svg class="drop-art" viewBox="0 0 64 64" aria-hidden="true">
        <path class="tray" d="M10 38v10a6 6 0 0 0 6 6h32a6 6 0 0 0 6-6V38" />
        <path class="arrow" d="M32 42V12M20 23l12-12 12 12" />
      </svg>
      <div class="chooser-text">
        <h2 id="chooser-heading">{words.t("choose.heading")}</h2>
        <p class="hint">{words.t("choose.hint")}</p>
      </div>
      <Buttons isOpeningRecorder={isOpeningRecorder} />
    </section>
  );
}

function Buttons({ isOpeningRecorder }: Pick<ChooserProps, "isOpeningRecorder">) {
  const words = useWords();
  const actions = useActions();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <div class="chooser-actions">
      <Button
        kind="primary"
        icon="file"
        text={words.t("choose.files")}
        testId="choose-files"
        onClick={() => actions.chooseFiles(() => files.current?.click())}
      />
      <Button
        icon="folder"
        text={words.t("choose.folder")}
        testId="choose-folder"
        onClick={() => actions.chooseFolder(() => folder.current?.click())}
      />
      <Button
        icon="record"
        text={words.t(isOpeningRecorder ? "record.opening" : "choose.record")}
        isDisabled={isOpeningRecorder}
        testId="record"
        onClick={() => actions.record()}
      />
      <HiddenInput inputRef={files} testId="file-input" />
      <HiddenInput inputRef={folder} testId="folder-input" isFolder />
    </div>
  );
}

interface HiddenInputProps {
  readonly inputRef: { current: HTMLInputElement | null };
  readonly testId: string;
  readonly isFolder?: boolean;
}

/** The way of browsers without pickers; a button beside it opens it. */
function HiddenInput({ inputRef, testId, isFolder = false }: HiddenInputProps) {
  const actions = useActions();
  const take = (input: HTMLInputElement) => {
    const chosen = filesFromInput(input);
    // Choosing the same file again is a change only from an empty input.
    input.value = "";
    void actions.take(chosen);
  };
  return (
    <input
      ref={inputRef}
      type="file"
      multiple
      hidden
      {...(isFolder && { webkitdirectory: true })}
      data-testid={testId}
      onChange={(event) => take(event.currentTarget)}
    />
  );
}
