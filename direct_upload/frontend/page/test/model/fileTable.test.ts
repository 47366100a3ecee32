import { describe, expect, it } from "vitest";
import {
  ALL_SORTS,
  findFiles,
  isPicture,
  pageOf,
  type Sort,
  sortedBy,
  sortFiles,
  splitPath,
} from "../../src/model/fileTable.ts";
import { english, storedFile } from "../fakes.ts";

const at = (day: number) => new Date(Date.UTC(2026, 0, day));
const FILES = [
  storedFile("page 10.txt", { size: 5, createdAt: at(1) }),
  storedFile("page 9.txt", { size: 900, createdAt: at(3) }),
  storedFile("Été/Août.jpg", { size: 20, createdAt: at(2) }),
];
const names = (files: readonly { name: string }[]) => files.map(({ name }) => name);

describe("the order of files", () => {
  it.each<[Sort["by"], Sort["direction"], string[]]>([
    ["name", "ascending", ["Été/Août.jpg", "page 9.txt", "page 10.txt"]],
    ["name", "descending", ["page 10.txt", "page 9.txt", "Été/Août.jpg"]],
    ["size", "descending", ["page 9.txt", "Été/Août.jpg", "page 10.txt"]],
    ["date", "descending", ["page 9.txt", "Été/Août.jpg", "page 10.txt"]],
    ["date", "ascending", ["page 10.txt", "Été/Août.jpg", "page 9.txt"]],
  ])("is by %s, %s", (by, direction, expected) => {
    expect(names(sortFiles(FILES, { by, direction }, english.format.compareNames))).toEqual(expected);
  });

  it("has the newest first among equals", () => {
    const twins = ["1", "3", "2"].map((id) => storedFile("twin", { id }));
    const sorted = sortFiles(twins, { by: "name", direction: "ascending" }, english.format.compareNames);
    expect(sorted.map(({ id }) => id)).toEqual(["3", "2", "1"]);
  });

  it("turns with a second click, and begins as one would expect in another column", () => {
    const byDate: Sort = { by: "date", direction: "descending" };
    expect(sortedBy(byDate, "date")).toEqual({ by: "date", direction: "ascending" });
    expect(sortedBy(byDate, "name")).toEqual({ by: "name", direction: "ascending" });
    expect(sortedBy(byDate, "size")).toEqual({ by: "size", direction: "descending" });
    expect(ALL_SORTS).toHaveLength(6);
  });
});

describe("searching", () => {
  it.each([
    ["page", ["page 10.txt", "page 9.txt"]],
    ["TXT 9", ["page 9.txt"]],
    ["aout", ["Été/Août.jpg"]],
    ["ete/", ["Été/Août.jpg"]],
    ["   ", ["page 10.txt", "page 9.txt", "Été/Août.jpg"]],
    ["nowhere", []],
    [".*", []],
  ])("for %j finds %j", (search, expected) => {
    expect(names(findFiles(FILES, search))).toEqual(expected);
  });
});

describe("a page of files", () => {
  const many = Array.from({ length: 120 }, (_, number) => storedFile(String(number)));

  it.each([
    [0, { from: 1, to: 50, page: 0, pageCount: 3 }],
    [2, { from: 101, to: 120, page: 2, pageCount: 3 }],
    [9, { from: 101, to: 120, page: 2, pageCount: 3 }],
  ])("number %i", (page, expected) => {
    expect(pageOf(many, page, 50)).toMatchObject(expected);
  });

  it("may be empty", () => {
    expect(pageOf([], 0, 50)).toMatchObject({ from: 0, to: 0, found: 0, pageCount: 1, rows: [] });
  });
});

describe("a file", () => {
  it("is a picture only by a type that browsers never run", () => {
    const types = ["image/png", "image/jpeg; q=1", "IMAGE/AVIF", "image/svg+xml", "text/html", ""];
    expect(types.map((type) => isPicture(storedFile("x", { type })))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("has folders and a name", () => {
    expect(splitPath("a/b/c.txt")).toEqual({ folder: "a/b/", name: "c.txt" });
    expect(splitPath("c.txt")).toEqual({ folder: "", name: "c.txt" });
  });
});
