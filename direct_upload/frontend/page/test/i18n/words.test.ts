import { describe, expect, it } from "vitest";
import { formatFor } from "../../src/i18n/format.ts";
import { directionOf, localeFor, pickLanguage } from "../../src/i18n/languages.ts";
import { english, wordsIn } from "../fakes.ts";

describe("the page's language", () => {
  it.each([
    ["the remembered one", "ja", ["de-AT", "en"], "ja"],
    ["the first preferred one that there is", null, ["nl", "fr-CA", "de"], "fr"],
    ["English when there is none", null, ["nl", "pt-BR"], "en"],
    ["not a remembered one that there is not", "xx", ["es"], "es"],
    ["no property of every object", "toString", ["constructor"], "en"],
  ])("is %s", (_, remembered, preferred, expected) => {
    expect(pickLanguage(remembered, preferred)).toBe(expected);
  });

  it("counts as the reader's own region does", () => {
    expect(localeFor("en", ["de", "en-GB"])).toBe("en-GB");
    expect(localeFor("fr", ["de", "en-GB"])).toBe("fr");
  });

  it("is written from right to left in Arabic only", () => {
    expect([directionOf("ar"), directionOf("ja")]).toEqual(["rtl", "ltr"]);
  });
});

describe("sizes, speeds and times", () => {
  const format = formatFor("en");

  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [12_345, "12.3 kB"],
    [99_960, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [1_073_741_824, "1.1 GB"],
    [5e12, "5.0 TB"],
    [2e18, "2,000 PB"],
  ])("%i bytes are %s", (bytes, text) => {
    expect(format.bytes(bytes)).toBe(text);
  });

  it.each([
    ["en", ["1 hour", "1 day", "7 days"]],
    ["de", ["1 Stunde", "1 Tag", "7 Tage"]],
    ["ja", ["1 時間", "1 日", "7 日"]],
  ] as const)("writes out whole hours and days: %s", (locale, texts) => {
    expect([3600, 86_400, 604_800].map(formatFor(locale).span)).toEqual(texts);
  });

  it.each([
    [0.2, "1 sec"],
    [59.4, "59 sec"],
    [59.6, "1 min 0 sec"],
    [200, "3 min 20 sec"],
    [1800, "30 min"],
    [3569, "59 min"],
    [3590, "1 hr 0 min"],
    [3900, "1 hr 5 min"],
    [7199, "2 hr 0 min"],
    [604_800, "7 days"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(format.duration(seconds)).toBe(text);
  });

  it.each([
    ["de", "34,5 MB/s", "99 %"],
    ["fr", "34,5 Mo/s", "99 %"],
    ["ja", "34.5 MB/秒", "99%"],
  ])("are written as in %s", (locale, speed, percent) => {
    const there = formatFor(locale);
    const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");
    expect([plain(there.speed(34_500_000)), plain(there.percent(0.999))]).toEqual([speed, percent]);
  });

  it("show nothing as finished that is not", () => {
    expect([format.percent(0.9999), format.percent(1)]).toEqual(["99%", "100%"]);
  });
});

describe("texts", () => {
  it("take the plural form of their language", () => {
    const arabic = wordsIn("ar");
    expect([1, 2, 3, 11].map((count) => arabic.count("files.count", count))).toEqual([
      "ملف واحد",
      "ملفان",
      "3 ملفات",
      "11 ملفًا",
    ]);
    expect([1, 10_000].map((count) => english.count("files.count", count))).toEqual([
      "1 file",
      "10,000 files",
    ]);
  });

  it("show names as they are, whatever is in them", () => {
    const name = "<b>{{limit}} & $t(title).txt";
    expect(english.t("said.stored", { name })).toBe(`“${name}” is stored.`);
  });

  it("are none for a name that is unknown", () => {
    expect(english.find("failure.never-heard-of")).toBeNull();
  });
});
