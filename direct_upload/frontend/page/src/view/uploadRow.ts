import { isUnderWay, type UploadView } from "@direct-upload/client";
import { button, element, setText } from "./elements.ts";
import { icon } from "./icons.ts";
import type { Row } from "./keyedList.ts";
import { progressText, STATE_ICONS, speedText } from "./uploadText.ts";

export interface UploadActions {
  cancel(key: string): void;
  retry(key: string): void;
}

/** The row of one upload. */
export class UploadRow implements Row<UploadView> {
  readonly root: HTMLElement;
  readonly #badge = element("span", { class: "badge" });
  readonly #size = element("span", { class: "upload-size" });
  readonly #speed = element("span", { class: "upload-speed", testId: "upload-speed" });
  readonly #error = element("p", { class: "upload-error", testId: "upload-error" });
  readonly #progress: HTMLProgressElement;
  readonly #retry: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;

  constructor({ key, name, size }: UploadView, actions: UploadActions) {
    const title = element("p", { class: "name", testId: "upload-name", text: name });
    title.dir = "auto";
    title.title = name;
    this.#progress = element("progress", {
      testId: "upload-progress",
      attributes: { "aria-label": `Upload of ${name}`, max: String(Math.max(1, size)) },
    });
    this.#retry = button(
      {
        class: "primary",
        testId: "upload-retry",
        text: "Try again",
        label: `Try again: ${name}`,
        icon: icon("retry"),
      },
      () => this.#keepFocus(() => actions.retry(key)),
    );
    this.#cancel = button(
      {
        class: "quiet",
        testId: "upload-cancel",
        text: "Cancel",
        label: `Cancel ${name}`,
        icon: icon("close"),
      },
      () => this.#keepFocus(() => actions.cancel(key)),
    );
    const facts = element("p", { class: "facts" }, this.#size, this.#speed);
    this.root = element(
      "li",
      { class: "row upload", testId: "upload-row", attributes: { tabindex: "-1" } },
      this.#badge,
      element("div", { class: "about" }, title, facts, this.#error),
      element("div", { class: "actions" }, this.#retry, this.#cancel),
      this.#progress,
    );
  }

  update(view: UploadView): void {
    if (this.root.dataset["state"] !== view.state) this.#enter(view);
    setText(this.#size, progressText(view));
    setText(this.#speed, speedText(view));
    this.#speed.classList.toggle("trouble", view.waiting !== null);
    this.#progress.value = view.size === 0 && view.state === "done" ? 1 : view.sentBytes;
  }

  #enter(view: UploadView): void {
    this.root.dataset["state"] = view.state;
    this.#badge.replaceChildren(icon(STATE_ICONS[view.state]));
    setText(this.#error, view.failure?.detail ?? "");
    this.#error.hidden = view.failure === null;
    this.#retry.hidden = view.state !== "failed";
    this.#cancel.hidden = !isUnderWay(view) && view.state !== "failed";
    this.#progress.hidden = view.state === "cancelled";
  }

  /** The pressed button may vanish: the row takes the focus, so that the keyboard goes on from here. */
  #keepFocus(act: () => void): void {
    this.root.focus({ preventScroll: true });
    act();
  }
}
