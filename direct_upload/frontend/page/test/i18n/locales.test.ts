import { describe, expect, it } from "vitest";
import { LANGUAGES, type LanguageCode } from "../../src/i18n/languages.ts";
import { textsOf } from "../fakes.ts";

const PLURAL = /_(zero|one|two|few|many|other)$/;
const CODES = Object.keys(LANGUAGES) as LanguageCode[];
const OTHERS = CODES.filter((code) => code !== "en");

function stems(language: LanguageCode): Set<string> {
  return new Set(Object.keys(textsOf(language)).map((key) => key.replace(PLURAL, "")));
}

/** The names of the values in a text. `n` may go where a word says the number: `ملفان` is two files. */
function values(text: string): string[] {
  return [...text.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? "").filter((name) => name !== "n");
}

describe.each(CODES)("the texts in %s", (language) => {
  const texts = textsOf(language);
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;

  it("are none of them empty", () => {
    expect(Object.entries(texts).filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("have every plural form of the language, and no other", () => {
    const plural = [...new Set(Object.keys(texts).filter((key) => PLURAL.test(key)))];
    const expected = [...new Set(plural.map((key) => key.replace(PLURAL, "")))].flatMap((stem) =>
      categories.map((category) => `${stem}_${category}`),
    );
    expect(plural.sort()).toEqual(expected.sort());
  });
});

describe.each(OTHERS)("the texts in %s", (language) => {
  it("are those that there are in English", () => {
    expect([...stems(language)].sort()).toEqual([...stems("en")].sort());
  });

  it("hold the same values", () => {
    const english = textsOf("en");
    const texts = textsOf(language);
    const wrong = Object.keys(texts).filter((key) => {
      const stem = key.replace(PLURAL, "");
      const model = english[key] ?? english[`${stem}_other`] ?? "";
      const isZero = key.endsWith("_zero");
      return (
        !isZero &&
        values(texts[key] ?? "")
          .sort()
          .join() !== values(model).sort().join()
      );
    });
    expect(wrong).toEqual([]);
  });
});
