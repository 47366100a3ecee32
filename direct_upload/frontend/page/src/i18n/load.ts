import type { LanguageCode } from "./languages.ts";
import { type Texts, Words } from "./words.ts";

/** Each language is a file of its own, fetched when it is wanted. */
const LOCALES: Readonly<Record<LanguageCode, () => Promise<{ readonly default: Texts }>>> = {
  en: () => import("./locales/en.json"),
  de: () => import("./locales/de.json"),
  fr: () => import("./locales/fr.json"),
  es: () => import("./locales/es.json"),
  ja: () => import("./locales/ja.json"),
  ar: () => import("./locales/ar.json"),
};

export async function loadWords(language: LanguageCode, preferred: readonly string[]): Promise<Words> {
  const { default: texts } = await LOCALES[language]();
  return new Words(language, texts, preferred);
}
