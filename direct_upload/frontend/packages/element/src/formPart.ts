import type { Words } from "./labels.ts";

/** How the element stands in its form. */
export interface Standing {
  readonly name: string;
  /** The ids of the stored files. */
  readonly value: readonly string[];
  readonly isUnderWay: boolean;
  readonly isRequired: boolean;
}

/** Tells the form the element's value, and makes it wait for uploads. */
export function standInForm(
  internals: ElementInternals,
  anchor: HTMLElement,
  { name, value, isUnderWay, isRequired }: Standing,
  words: Words,
): void {
  internals.setFormValue(formValue(name, value));
  if (isUnderWay) internals.setValidity({ customError: true }, words.say("wait"), anchor);
  else if (isRequired && value.length === 0)
    internals.setValidity({ valueMissing: true }, words.say("missing"), anchor);
  else internals.setValidity({});
}

function formValue(name: string, ids: readonly string[]): FormData | null {
  if (name === "" || ids.length === 0) return null;
  const data = new FormData();
  for (const id of ids) data.append(name, id);
  return data;
}
