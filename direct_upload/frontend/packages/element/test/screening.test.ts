import { describe, expect, it } from "vitest";
import { Words } from "../src/labels.ts";
import { bytesFrom, isAccepted, refusalOf } from "../src/screening.ts";

const words = new Words({}, "en");

describe("accept", () => {
  it.each([
    ["", "a.exe", "", true],
    ["image/*", "a.jpg", "image/jpeg", true],
    ["image/*", "a.txt", "text/plain", false],
    ["image/*", "a.jpg", "", false],
    [".pdf, .DOCX", "Letter.PDF", "", true],
    [".pdf,.docx", "letter.pdf.exe", "", false],
    ["application/pdf", "letter", "application/pdf", true],
    [" , ", "a", "", true],
  ])("%j with %s (%s): %s", (accept, name, type, taken) => {
    expect(isAccepted({ name, type }, accept)).toBe(taken);
  });
});

describe("a file that is not taken", () => {
  const file = new File(["12345"], "a.txt", { type: "text/plain" });

  it.each([
    [{ accept: "", maxSize: null }, null],
    [{ accept: "text/*", maxSize: 5 }, null],
    [
      { accept: "", maxSize: 4 },
      { code: "file-too-large", detail: "a.txt is too large: at most 4 bytes." },
    ],
    [
      { accept: "image/*", maxSize: 4 },
      { code: "type-refused", detail: "a.txt is of a type that is not taken here." },
    ],
  ])("with %j: %j", (wanted, refusal) => {
    expect(refusalOf(file, wanted, words)).toEqual(refusal);
  });

  it.each([
    ["1000", 1000],
    [" 5 ", 5],
    ["10 MB", null],
    ["-1", null],
    ["", null],
    [null, null],
  ])("the attribute max-size=%j means %j", (text, bytes) => {
    expect(bytesFrom(text)).toBe(bytes);
  });
});
