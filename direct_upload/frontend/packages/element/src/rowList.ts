import type { UploadView } from "@direct-upload/client";
import type { Words } from "./labels.ts";
import { type Action, type Row, rowOf } from "./row.ts";

interface Parts {
  readonly item: HTMLLIElement;
  readonly status: HTMLElement;
  readonly detail: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly buttons: HTMLElement;
  /** What the buttons show now, so that they are made anew only when it changes: one may have the focus. */
  shown: string;
  view: UploadView | null;
  words: Words | null;
}

/** The rows of uploads as elements, changed in place. */
export class RowList {
  readonly #rows = new Map<string, Parts>();

  constructor(
    private readonly list: HTMLUListElement,
    private readonly act: (action: Action, key: string) => void,
  ) {}

  /** Only those that have changed cost anything, so that there may be thousands. */
  show(views: readonly UploadView[], words: Words): void {
    const keys = new Set(views.map(({ key }) => key));
    for (const [key, { item }] of this.#rows) if (!keys.has(key)) this.#drop(key, item);
    for (const view of views) {
      const parts = this.#rows.get(view.key);
      if (parts?.view !== view || parts.words !== words) this.#show(view, words);
    }
    this.list.hidden = views.length === 0;
  }

  #drop(key: string, item: HTMLLIElement): void {
    item.remove();
    this.#rows.delete(key);
  }

  #show(view: UploadView, words: Words): void {
    const row = rowOf(view, words);
    const parts = this.#rows.get(row.key) ?? this.#add(row);
    if (parts.words !== words) parts.shown = "";
    parts.view = view;
    parts.words = words;
    const { item, status, detail, bar } = parts;
    item.dataset["state"] = row.state;
    item.setAttribute("part", `row row-${row.state}`);
    status.textContent = row.status;
    detail.textContent = row.detail;
    detail.hidden = row.detail === null;
    bar.hidden = row.share === null;
    bar.value = row.share ?? 0;
    bar.setAttribute("aria-label", words.say("progress", { name: row.name }));
    this.#showButtons(parts, row, words);
  }

  #add(row: Row): Parts {
    const item = made("li", "row");
    const name = made("span", "name");
    name.textContent = row.name;
    const status = made("span", "status");
    const detail = made("span", "detail");
    const bar = made("progress", "bar");
    bar.max = 1;
    const buttons = made("span", "actions");
    item.append(name, status, buttons, bar, detail);
    this.list.append(item);
    const parts = { item, status, detail, bar, buttons, shown: "", view: null, words: null };
    this.#rows.set(row.key, parts);
    return parts;
  }

  #showButtons(parts: Parts, row: Row, words: Words): void {
    const shown = [row.downloadUrl ?? "", ...row.actions].join(" ");
    if (parts.shown === shown) return;
    parts.shown = shown;
    const buttons = row.actions.map((action) => this.#button(action, row, words));
    parts.buttons.replaceChildren(...(row.downloadUrl ? [downloadLink(row, words)] : []), ...buttons);
  }

  #button(action: Action, { key, name }: Row, words: Words): HTMLButtonElement {
    const button = made("button", `button ${action}`);
    button.type = "button";
    button.textContent = words.say(action);
    button.setAttribute("aria-label", words.say("action", { action: words.say(action), name }));
    button.addEventListener("click", () => this.act(action, key));
    return button;
  }
}

function downloadLink({ downloadUrl, name }: Row, words: Words): HTMLAnchorElement {
  const link = made("a", "download");
  link.href = downloadUrl ?? "";
  link.download = "";
  link.textContent = words.say("download");
  link.setAttribute("aria-label", words.say("action", { action: words.say("download"), name }));
  return link;
}

/** An element with its name for styles outside (`part`) and inside (`class`). */
export function made<K extends keyof HTMLElementTagNameMap>(tag: K, part: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.setAttribute("part", part);
  element.className = part;
  return element;
}
