import type { Body, Meta, UppyFile } from "@uppy/core";
import { Uppy } from "@uppy/core";
import { describe, expect, it } from "vitest";
import { chosenFrom, pathOf } from "../src/fileMapping.ts";

function inUppy(
  data: Blob,
  { name = "a.txt", meta = {} }: { name?: string; meta?: Meta } = {},
): UppyFile<Meta, Body> {
  const uppy = new Uppy<Meta, Body>();
  return uppy.getFile(uppy.addFile({ name, type: data.type, data, meta }));
}

function withFolder(path: string): File {
  const file = new File(["x"], path.split("/").at(-1) ?? "");
  return Object.defineProperty(file, "webkitRelativePath", { value: path });
}

const PATHS = {
  "its name alone": [inUppy(new File(["x"], "a.txt")), "a.txt"],
  "the folders that Dashboard tells": [
    inUppy(new File(["x"], "a.txt"), { meta: { relativePath: "holiday/sea/a.txt" } }),
    "holiday/sea/a.txt",
  ],
  "the folders that a folder was dropped with": [
    inUppy(new File(["x"], "a.txt"), { meta: { relativePath: "/holiday/a.txt" } }),
    "holiday/a.txt",
  ],
  "the folders that the browser tells": [inUppy(withFolder("holiday/a.txt")), "holiday/a.txt"],
} as const;

describe("the path of a file", () => {
  it.each(Object.entries(PATHS))("is %s", (_, [file, path]) => {
    expect(pathOf(file)).toBe(path);
  });

  it("ends in the name that it was given in Dashboard", () => {
    const file = inUppy(new File(["x"], "a.txt"), { meta: { relativePath: "holiday/a.txt" } });
    expect(pathOf({ ...file, meta: { ...file.meta, name: "the sea.txt" } })).toBe("holiday/the sea.txt");
  });

  it("has no more folders because of a slash in that name", () => {
    const file = inUppy(new File(["x"], "a.txt"));
    expect(pathOf({ ...file, meta: { ...file.meta, name: "a/b.txt" } })).toBe("a_b.txt");
  });
});

describe("what is sent", () => {
  it("is the very file, when that says all", () => {
    const data = new File(["x"], "a.txt", { type: "text/plain" });
    expect(chosenFrom(inUppy(data), data).file).toBe(data);
  });

  it("has the type that Uppy guesses", async () => {
    const data = new File(["x"], "a.md", { lastModified: 5 });
    const { file } = chosenFrom(inUppy(data, { name: "a.md" }), data);
    expect([file.type, file.lastModified, await file.text()]).toEqual(["text/markdown", 5, "x"]);
  });

  it("has the name that it was given in Dashboard", () => {
    const data = new File(["x"], "a.txt", { type: "text/plain", lastModified: 5 });
    const file = inUppy(data);
    const chosen = chosenFrom({ ...file, meta: { ...file.meta, name: "better.txt" } }, data);
    expect([chosen.file.name, chosen.file.lastModified, chosen.path]).toEqual([
      "better.txt",
      5,
      "better.txt",
    ]);
  });

  it("is the same each time for a blob, which has no time", () => {
    const data = new Blob(["x"], { type: "image/png" });
    const { file } = chosenFrom(inUppy(data, { name: "edited.png" }), data);
    expect([file.name, file.type, file.lastModified]).toEqual(["edited.png", "image/png", 0]);
  });
});
