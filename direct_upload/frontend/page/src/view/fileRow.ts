import type { StoredFile } from "@direct-upload/client";
import { button, element, setText } from "./elements.ts";
import { formatBytes } from "./format.ts";
import { icon } from "./icons.ts";
import type { Row } from "./keyedList.ts";

/** A stored file, and what goes on with it. */
export interface FileItem {
  readonly file: StoredFile;
  readonly isDeleting: boolean;
  /** Why it could not be deleted. */
  readonly refusal: string | null;
}

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The row of one stored file. Deleting takes two steps, the second of which begins on "Keep". */
export class FileRow implements Row<FileItem> {
  readonly root: HTMLElement;
  readonly #refusal = element("p", {
    class: "file-error",
    testId: "file-error",
    attributes: { role: "alert" },
  });
  readonly #actions: HTMLElement;
  readonly #question: HTMLElement;
  readonly #delete: HTMLButtonElement;
  readonly #keep: HTMLButtonElement;

  constructor({ file }: FileItem, onDelete: (id: string) => void) {
    this.#delete = button(
      {
        class: "quiet",
        testId: "file-delete",
        text: "Delete",
        label: `Delete ${file.name}`,
        icon: icon("remove"),
      },
      () => this.#ask(true),
    );
    this.#keep = button({ testId: "file-keep", text: "Keep", label: `Keep ${file.name}` }, () =>
      this.#ask(false),
    );
    const confirm = button(
      {
        class: "danger",
        testId: "file-delete-confirm",
        text: "Delete",
        label: `Delete ${file.name} for good`,
      },
      () => onDelete(file.id),
    );
    this.#actions = element("div", { class: "actions" }, downloadLink(file), this.#delete);
    const question = element("span", { class: "question", text: "Delete for good?" });
    const attributes = { role: "group", "aria-label": `Delete ${file.name} for good?` };
    this.#question = element("div", { class: "actions asking", attributes }, question, confirm, this.#keep);
    this.#question.hidden = true;
    this.#question.addEventListener("keydown", (event) => this.#onKey(event));
    const badge = element("span", { class: "badge" }, icon("file"));
    const about = element("div", { class: "about" }, title(file), facts(file), this.#refusal);
    this.root = element(
      "li",
      { class: "row file", testId: "file-row" },
      badge,
      about,
      this.#actions,
      this.#question,
    );
  }

  update({ isDeleting, refusal }: FileItem): void {
    this.root.classList.toggle("leaving", isDeleting);
    setText(this.#refusal, refusal ?? "");
    this.#refusal.hidden = refusal === null;
    for (const each of this.#question.querySelectorAll("button")) each.ariaDisabled = String(isDeleting);
    if (refusal !== null && !this.#question.hidden) this.#ask(false);
  }

  #ask(isAsking: boolean): void {
    this.#actions.hidden = isAsking;
    this.#question.hidden = !isAsking;
    (isAsking ? this.#keep : this.#delete).focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    event.preventDefault();
    this.#ask(false);
  }
}

function title(file: StoredFile): HTMLElement {
  const made = element("p", { class: "name", testId: "file-name", text: file.name });
  made.dir = "auto";
  made.title = file.name;
  return made;
}

function facts(file: StoredFile): HTMLElement {
  const moment = element("time", {
    text: MOMENT.format(file.createdAt),
    attributes: { datetime: file.createdAt.toISOString() },
  });
  const size = element("span", { testId: "file-size", text: formatBytes(file.size) });
  return element("p", { class: "facts" }, size, moment);
}

function downloadLink(file: StoredFile): HTMLAnchorElement {
  const link = element("a", {
    class: "button",
    testId: "file-download",
    attributes: { href: file.downloadUrl, download: "", "aria-label": `Download ${file.name}` },
  });
  link.append(icon("download"), element("span", { text: "Download" }));
  return link;
}
