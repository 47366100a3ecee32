import { Problem } from "@direct-upload/client";
import { describe, expect, it } from "vitest";
import { StoredFiles } from "../src/model/storedFiles.ts";
import { FakeStoredFiles, never, storedFile, unavailable } from "./fakes.ts";

function openList() {
  const control = new FakeStoredFiles();
  const files = new StoredFiles(
    control,
    () => {},
    () => never,
  );
  const ids = () => files.view.files.map(({ id }) => id);
  return { control, files, ids };
}

describe("the list of stored files", () => {
  it("shows page after page until the last", async () => {
    const { control, files, ids } = openList();
    control.pages.push({ files: [storedFile("c"), storedFile("b")], next: "b" });
    control.pages.push({ files: [storedFile("a")], next: null });
    await files.showMore();
    expect([ids(), files.view.hasMore]).toEqual([["c", "b"], true]);
    await files.showMore();
    expect([ids(), files.view.hasMore]).toEqual([["c", "b", "a"], false]);
  });

  it("says why it can't be had, and can be asked again", async () => {
    const { control, files, ids } = openList();
    control.failures.set("listFiles", [unavailable()]);
    control.pages.push({ files: [storedFile("a")], next: null });
    await files.showMore();
    expect(files.view).toMatchObject({ load: "failed", reason: "The storage does not answer." });
    await files.showMore();
    expect([ids(), files.view.load]).toEqual([["a"], "ready"]);
  });

  it("puts a file on top the moment it is stored, and shows it once", async () => {
    const { control, files, ids } = openList();
    files.add(storedFile("new"));
    control.pages.push({ files: [storedFile("new"), storedFile("old")], next: null });
    await files.showMore();
    expect(ids()).toEqual(["new", "old"]);
  });

  it("drops a file only when it is gone", async () => {
    const { files, ids } = openList();
    files.add(storedFile("a"));
    const deleting = files.delete("a");
    expect(files.view.deleting).toContain("a");
    expect(ids()).toEqual(["a"]);
    expect(await deleting).toBe(true);
    expect(ids()).toEqual([]);
  });

  it("keeps a file that could not be deleted, with the reason", async () => {
    const { control, files, ids } = openList();
    control.failures.set("deleteFile", [unavailable()]);
    files.add(storedFile("a"));
    expect(await files.delete("a")).toBe(false);
    expect(ids()).toEqual(["a"]);
    expect(files.view.refusals.get("a")).toBe("The storage does not answer.");
    expect(files.view.deleting.size).toBe(0);
  });

  it("takes a file that was deleted elsewhere for deleted", async () => {
    const { control, files, ids } = openList();
    control.failures.set("deleteFile", [new Problem(404, "not-found", "No such file.")]);
    files.add(storedFile("a"));
    expect(await files.delete("a")).toBe(true);
    expect(ids()).toEqual([]);
  });
});
