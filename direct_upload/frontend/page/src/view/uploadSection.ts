import { isFinished, type UploadsSummary, type UploadView } from "@direct-upload/client";
import { button, element, part, setText } from "./elements.ts";
import { KeyedList } from "./keyedList.ts";
import { type UploadActions, UploadRow } from "./uploadRow.ts";
import { summaryText } from "./uploadText.ts";

export interface UploadSectionActions extends UploadActions {
  clearFinished(): void;
}

/** The uploads of this visit, with one line about all of them. */
export class UploadSection {
  readonly #root = part("uploads");
  readonly #summary = element("p", { class: "summary", testId: "upload-summary" });
  readonly #clear: HTMLButtonElement;
  readonly #rows: KeyedList<string, UploadView>;

  constructor(actions: UploadSectionActions) {
    const heading = element("h2", { text: "Uploads", attributes: { id: "uploads-heading", tabindex: "-1" } });
    const list = element("ul", { class: "rows" });
    const clear = () => {
      heading.focus();
      actions.clearFinished();
    };
    this.#clear = button({ class: "quiet", testId: "uploads-clear", text: "Clear finished" }, clear);
    this.#root.append(element("div", { class: "section-head" }, heading, this.#summary, this.#clear), list);
    this.#rows = new KeyedList(
      list,
      (view) => view.key,
      (view) => new UploadRow(view, actions),
    );
  }

  update(views: readonly UploadView[], summary: UploadsSummary): void {
    this.#root.hidden = views.length === 0;
    this.#clear.hidden = !views.some(isFinished);
    setText(this.#summary, summary.total > 0 ? summaryText(summary) : "");
    this.#rows.update(views);
  }
}
