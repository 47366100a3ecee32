import type { LabelName, Words } from "./labels.ts";

/** What the page around the element takes; the site has the last word. */
export interface Wanted {
  /** As an input's `accept`: `image/*,.pdf`; empty takes all. */
  readonly accept: string;
  /** In bytes. */
  readonly maxSize: number | null;
}

export interface Refusal {
  readonly code: "type-refused" | "file-too-large";
  readonly detail: string;
}

/** Why this file is not even begun, or null. */
export function refusalOf(file: File, wanted: Wanted, words: Words): Refusal | null {
  const because = (code: Refusal["code"], label: LabelName, size = "") => {
    return { code, detail: words.say(label, { name: file.name, size }) };
  };
  if (!isAccepted(file, wanted.accept)) return because("type-refused", "wrongType");
  if (wanted.maxSize === null || file.size <= wanted.maxSize) return null;
  return because("file-too-large", "tooLarge", words.size(wanted.maxSize));
}

/** Whether a file fits an input's `accept`, which browsers hold nobody to who drops. */
export function isAccepted({ name, type }: Pick<File, "name" | "type">, accept: string): boolean {
  const patterns = accept
    .toLowerCase()
    .split(",")
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== "");
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => {
    if (pattern.startsWith(".")) return name.toLowerCase().endsWith(pattern);
    if (pattern.endsWith("/*")) return type.toLowerCase().startsWith(pattern.slice(0, -1));
    return type.toLowerCase() === pattern;
  });
}

/** A size in bytes from an attribute's text; null for what is none. */
export function bytesFrom(text: string | null): number | null {
  return text !== null && /^\d{1,15}$/.test(text.trim()) ? Number(text) : null;
}
