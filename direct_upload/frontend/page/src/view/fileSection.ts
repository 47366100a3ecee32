import type { StoredFilesView } from "../model/storedFiles.ts";
import { button, element, part, setText } from "./elements.ts";
import { type FileItem, FileRow } from "./fileRow.ts";
import { KeyedList } from "./keyedList.ts";

export interface FileSectionActions {
  showMore(): void;
  delete(id: string): void;
}

/** The caller's stored files. */
export class FileSection {
  readonly #root = part("files");
  readonly #heading = element("h2", {
    text: "Your files",
    attributes: { id: "files-heading", tabindex: "-1" },
  });
  readonly #empty = element("p", {
    class: "empty",
    testId: "files-empty",
    text: "Nothing stored yet. What you upload appears here.",
  });
  readonly #trouble = element("p", { class: "file-error", testId: "files-error" });
  readonly #more: HTMLButtonElement;
  readonly #rows: KeyedList<string, FileItem>;

  constructor(actions: FileSectionActions) {
    const list = element("ul", { class: "rows" });
    this.#more = button({ testId: "files-more", text: "Show more" }, () => actions.showMore());
    const more = element("div", { class: "more" }, this.#trouble, this.#more);
    this.#root.append(element("div", { class: "section-head" }, this.#heading), list, this.#empty, more);
    this.#rows = new KeyedList(
      list,
      (item) => item.file.id,
      (item) => new FileRow(item, actions.delete),
    );
  }

  update(view: StoredFilesView): void {
    this.#root.setAttribute("aria-busy", String(view.load === "loading"));
    this.#empty.hidden = view.load !== "ready" || view.files.length > 0;
    this.#trouble.hidden = view.load !== "failed";
    setText(this.#trouble, view.reason ?? "");
    this.#more.hidden = !view.hasMore && view.load !== "failed";
    setText(
      this.#more.querySelector("span") ?? this.#more,
      view.load === "failed" ? "Try again" : "Show more",
    );
    const lostFocus = this.#rows.update(view.files.map((file) => itemFor(view, file)));
    if (lostFocus) this.#heading.focus();
  }
}

const items = new WeakMap<object, FileItem>();

/** The same object as before when nothing changed, so that its row is left alone. */
function itemFor(view: StoredFilesView, file: StoredFilesView["files"][number]): FileItem {
  const item = { file, isDeleting: view.deleting.has(file.id), refusal: view.refusals.get(file.id) ?? null };
  const known = items.get(file);
  if (known && known.isDeleting === item.isDeleting && known.refusal === item.refusal) return known;
  items.set(file, item);
  return item;
}
