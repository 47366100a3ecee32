import { Button } from "./button.tsx";
import { useActions, useWords } from "./context.ts";
import { Modal } from "./modal.tsx";

export function CancelAllDialog({ isOpen, count }: { readonly isOpen: boolean; readonly count: number }) {
  const words = useWords();
  const actions = useActions();
  const question = words.count("cancelAll.question", count);
  const close = () => actions.askToCancelAll(false);
  return (
    <Modal isOpen={isOpen} label={question} testId="cancel-all-dialog" class="question" onClose={close}>
      <h2>{question}</h2>
      <p>{words.t("cancelAll.detail")}</p>
      <div class="modal-actions">
        <Button text={words.t("cancelAll.keep")} testId="cancel-all-keep" onClick={close} />
        <Button
          kind="danger"
          text={words.t("cancelAll.confirm")}
          testId="cancel-all-confirm"
          onClick={() => actions.cancelAll()}
        />
      </div>
    </Modal>
  );
}
