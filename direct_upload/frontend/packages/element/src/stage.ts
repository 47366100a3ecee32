import type { Words } from "./labels.ts";
import { made } from "./rowList.ts";
import { STYLE } from "./style.ts";

/** What the element's face depends on. */
export interface Face {
  readonly words: Words;
  readonly isMultiple: boolean;
  readonly isDisabled: boolean;
  readonly accept: string;
  readonly maxSize: number | null;
}

/** The parts of the element that are always there. */
export class Stage {
  readonly input = document.createElement("input");
  readonly choose = made("button", "button choose");
  readonly zone = made("div", "zone");
  readonly list = made("ul", "list");
  readonly #hint = made("span", "hint");
  readonly #limit = made("span", "limit");
  readonly #notice = made("p", "notice");
  readonly #said = made("p", "said");

  constructor(root: ShadowRoot) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.input.type = "file";
    this.input.hidden = true;
    this.choose.type = "button";
    this.choose.addEventListener("click", () => this.input.click());
    this.#said.setAttribute("role", "status");
    this.#notice.hidden = true;
    this.list.hidden = true;
    this.zone.append(this.choose, this.#hint, this.#limit, this.input);
    root.append(this.zone, this.#notice, this.list, this.#said);
  }

  dress({ words, isMultiple, isDisabled, accept, maxSize }: Face): void {
    this.input.accept = accept;
    this.input.multiple = isMultiple;
    this.choose.disabled = isDisabled;
    this.choose.textContent = words.say(isMultiple ? "choose" : "chooseOne");
    this.#hint.textContent = words.say(isMultiple ? "drop" : "dropOne");
    this.#limit.hidden = maxSize === null;
    this.#limit.textContent = maxSize === null ? "" : words.say("limit", { size: words.size(maxSize) });
    this.list.setAttribute("aria-label", words.say("list"));
  }

  /** Shows what was not taken; nothing takes the notice away. */
  notify(lines: readonly string[]): void {
    this.#notice.textContent = lines.join("\n");
    this.#notice.hidden = lines.length === 0;
  }

  /** Lets a screen reader say it. */
  say(text: string): void {
    this.#said.textContent = text;
  }
}
