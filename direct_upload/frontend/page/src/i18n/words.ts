import { createInstance, type i18n } from "i18next";
import { type Format, formatFor } from "./format.ts";
import { type Direction, directionOf, type LanguageCode, localeFor } from "./languages.ts";
import type en from "./locales/en.json";

type Plural = "zero" | "one" | "two" | "few" | "many" | "other";
type Singular<Key> = Key extends `${infer Stem}_${Plural}` ? Stem : Key;

/** Names of texts, as in locales/en.json; those with plural forms go by their stem. */
export type TextKey = Singular<keyof typeof en>;
export type Texts = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | number>>;

/** The page's language: its texts, and how its numbers look. Never changed: another language is another object. */
export class Words {
  readonly direction: Direction;
  readonly format: Format;
  readonly #texts: i18n;

  constructor(
    readonly language: LanguageCode,
    texts: Texts,
    preferred: readonly string[] = [],
  ) {
    this.direction = directionOf(language);
    this.format = formatFor(localeFor(language, preferred));
    this.#texts = createInstance();
    void this.#texts.init({
      lng: language,
      resources: { [language]: { translation: texts } },
      initAsync: false,
      keySeparator: false,
      nsSeparator: false,
      // The view escapes what it shows.
      interpolation: { escapeValue: false },
    });
  }

  /** The text with its values; numbers among them are written as this language does. */
  t(key: TextKey, values: Values = {}): string {
    return this.#texts.t(key, this.#written(values));
  }

  /** The same where a number decides on the plural form; the text calls it `n`. */
  count(key: TextKey, count: number, values: Values = {}): string {
    return this.#texts.t(key, { ...this.#written({ ...values, n: count }), count });
  }

  /** The text of that name, or null when there is none: for names that come from elsewhere. */
  find(key: string, values: Values = {}): string | null {
    return this.#texts.exists(key) ? this.#texts.t(key, this.#written(values)) : null;
  }

  #written(values: Values): Record<string, string> {
    const entries = Object.entries(values);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, typeof value === "number" ? this.format.number(value) : value]),
    );
  }
}
