/** The languages of the page, each with its name as its speakers write it, in the order of the menu. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  ja: "日本語",
  ar: "العربية",
} as const;

export type LanguageCode = keyof typeof LANGUAGES;
export type Direction = "ltr" | "rtl";

const RIGHT_TO_LEFT: ReadonlySet<LanguageCode> = new Set(["ar"]);

export function isLanguage(code: string | null | undefined): code is LanguageCode {
  return code != null && Object.hasOwn(LANGUAGES, code);
}

/** The language that was chosen before, else the first one that the reader prefers and we have, else English. */
export function pickLanguage(remembered: string | null, preferred: readonly string[]): LanguageCode {
  if (isLanguage(remembered)) return remembered;
  return preferred.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}

/**
 * The locale for numbers and dates: the reader's own region where it goes with the language (`en-GB` for English),
 * else the language alone.
 */
export function localeFor(language: LanguageCode, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}

export function directionOf(language: LanguageCode): Direction {
  return RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
}
