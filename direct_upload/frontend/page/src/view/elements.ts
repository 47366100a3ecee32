interface Traits {
  readonly class?: string;
  readonly testId?: string;
  readonly text?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** An element with its class, test hook, text and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  traits: Traits = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (traits.class) made.className = traits.class;
  if (traits.testId) made.dataset["testid"] = traits.testId;
  if (traits.text !== undefined) made.textContent = traits.text;
  for (const [name, value] of Object.entries(traits.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

interface ButtonTraits {
  readonly class?: string;
  readonly testId?: string;
  readonly text: string;
  /** What a screen reader says, where the text alone would leave open what it is about. */
  readonly label?: string;
  readonly icon?: SVGElement;
}

export function button(traits: ButtonTraits, onClick: () => void): HTMLButtonElement {
  const attributes = { type: "button", ...(traits.label ? { "aria-label": traits.label } : {}) };
  const made = element("button", {
    ...traits,
    text: "",
    class: `button ${traits.class ?? ""}`.trim(),
    attributes,
  });
  made.append(...(traits.icon ? [traits.icon] : []), element("span", { text: traits.text }));
  made.addEventListener("click", onClick);
  return made;
}

/** Writes only what differs, so that nothing is laid out or announced again without need. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** The element of the page's own markup with this id. */
export function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}`);
  return found;
}
