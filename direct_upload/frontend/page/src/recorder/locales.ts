import type { Body, Meta, UppyOptions } from "@uppy/core";
import type { LanguageCode } from "../i18n/languages.ts";

type Locale = NonNullable<UppyOptions<Meta, Body>["locale"]>;

/** English is in Uppy itself. */
const LOCALES: Readonly<Record<Exclude<LanguageCode, "en">, () => Promise<{ readonly default: Locale }>>> = {
  de: () => import("@uppy/locales/lib/de_DE.js"),
  fr: () => import("@uppy/locales/lib/fr_FR.js"),
  es: () => import("@uppy/locales/lib/es_ES.js"),
  ja: () => import("@uppy/locales/lib/ja_JP.js"),
  ar: () => import("@uppy/locales/lib/ar_SA.js"),
};

export async function uppyLocale(language: LanguageCode): Promise<Locale | null> {
  return language === "en" ? null : (await LOCALES[language]()).default;
}
