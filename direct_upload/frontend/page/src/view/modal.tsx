import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface ModalProps {
  readonly isOpen: boolean;
  readonly label: string;
  readonly testId?: string;
  readonly class?: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The browser's own modal dialog: it keeps the focus inside, closes on Escape, and gives the focus back. */
export function Modal({ isOpen, label, testId, class: className, onClose, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    if (isOpen && !current?.open) current?.showModal();
    if (!isOpen && current?.open) current.close();
  }, [isOpen]);
  const askedToClose = (event: Event) => {
    // Choosers of files inside tell that nothing was chosen by the same event.
    if (event.target !== dialog.current) return;
    // The state goes first: between the closing and the event that tells of it somebody may open it again.
    event.preventDefault();
    onClose();
  };
  const closedByKey = () => {
    // Where a browser insists. By then it may be open again, or closed because its state said so.
    if (isOpen && !dialog.current?.open) onClose();
  };
  const closeBeside = (event: MouseEvent) => {
    // The dialog itself is hit only beside what is in it.
    if (event.target === dialog.current) onClose();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, which the browser tells as `close`
    <dialog
      ref={dialog}
      class={`modal ${className ?? ""}`}
      aria-label={label}
      data-testid={testId}
      onCancel={askedToClose}
      onClose={closedByKey}
      onClick={closeBeside}
    >
      {isOpen && <div class="modal-body">{children}</div>}
    </dialog>
  );
}
