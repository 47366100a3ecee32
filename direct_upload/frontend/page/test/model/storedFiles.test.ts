import type { FilePage, StoredFile } from "@direct-upload/client";
import { beforeEach, describe, expect, it } from "vitest";
import { type FileStore, SiteFailure, StoredFiles, UNDO_MS } from "../../src/model/storedFiles.ts";
import { FakeTimers, settle, storedFile } from "../fakes.ts";

const away = () => new SiteFailure({ code: "storage-unavailable", detail: "Away.", status: 503 });

class FakeStore implements FileStore {
  pages: (FilePage | Error)[] = [];
  readonly asked: (string | null)[] = [];
  readonly deleted: string[] = [];
  refusal: Error | null = null;

  list(after: string | null): Promise<FilePage> {
    this.asked.push(after);
    const page = this.pages.shift() ?? { files: [], next: null };
    return page instanceof Error ? Promise.reject(page) : Promise.resolve(page);
  }

  delete(id: string): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.deleted.push(id);
    return Promise.resolve();
  }
}

const page = (names: string[], next: string | null = null): FilePage => ({
  files: names.map((name) => storedFile(name)),
  next,
});

describe("the stored files", () => {
  let store: FakeStore;
  let timers: FakeTimers;
  let files: StoredFiles;

  beforeEach(() => {
    store = new FakeStore();
    timers = new FakeTimers();
    files = new StoredFiles(store, timers, () => {});
  });

  const names = () => files.view.files.map(({ name }) => name).join("");
  const file = (name: string) => files.view.files.find((each) => each.name === name) as StoredFile;
  const load = async (...pages: (FilePage | Error)[]) => {
    store.pages = pages;
    await files.load();
  };

  it("are loaded page after page until the last", async () => {
    await load(page(["c", "b"], "b"), page(["a"]));
    expect([names(), files.view.load, files.view.hasMore]).toEqual(["cba", "ready", false]);
    expect(store.asked).toEqual([null, "b"]);
  });

  it("are loaded up to a limit, and further when asked", async () => {
    const thousands = Array.from({ length: 11 }, (_, number) =>
      page(
        Array.from({ length: 1000 }, (_, each) => `${number}-${each}`),
        String(number),
      ),
    );
    await load(...thousands);
    expect([files.view.files.length, files.view.hasMore]).toEqual([10_000, true]);
    await load(page(["oldest"]));
    expect([files.view.files.length, files.view.hasMore]).toEqual([10_001, false]);
  });

  it("go on where loading failed", async () => {
    await load(page(["b"], "b"), away());
    expect(files.view).toMatchObject({ load: "failed", failure: { code: "storage-unavailable" } });
    await load(page(["a"]));
    expect([names(), files.view.failure, store.asked]).toEqual(["ba", null, [null, "b", "b"]]);
  });

  it("take in what is uploaded, newest first and once", async () => {
    await load(page(["b", "a"]));
    for (const name of ["c", "b", "d"]) files.add(storedFile(name));
    timers.pass(100);
    expect(names()).toBe("dbca");
  });

  it("lose a file at once, and Swift loses it when the time to undo is over", async () => {
    await load(page(["b", "a"]));
    files.delete(file("a"));
    expect([names(), files.view.undoable.length, store.deleted]).toEqual(["b", 1, []]);
    timers.pass(UNDO_MS);
    await settle();
    expect([names(), files.view.undoable.length, store.deleted, files.leaving]).toEqual(["b", 0, ["a"], []]);
  });

  it("get back all that was deleted in a row", async () => {
    await load(page(["c", "b", "a"]));
    files.delete(file("a"));
    timers.pass(UNDO_MS - 1);
    files.delete(file("b"));
    timers.pass(UNDO_MS - 1);
    expect(files.undo()).toBe(2);
    timers.pass(2 * UNDO_MS);
    expect([names(), store.deleted]).toEqual(["cba", []]);
  });

  it("are deleted without waiting when the page is left", async () => {
    await load(page(["b", "a"]));
    files.delete(file("b"));
    expect(files.leaving).toEqual(["b"]);
    await files.deleteNow();
    expect(store.deleted).toEqual(["b"]);
  });

  it("end deletions of the page before, and show nothing of them even if the list still does", async () => {
    const ending = files.finishDeleting(["b"]);
    await load(page(["b", "a"]));
    expect(names()).toBe("a");
    await ending;
    expect([names(), store.deleted]).toEqual(["a", ["b"]]);
  });

  it("show a file again that could not be deleted, with the reason", async () => {
    await load(page(["a"]));
    store.refusal = away();
    files.delete(file("a"));
    await files.deleteNow();
    expect([names(), files.view.refusals.get("a")?.code]).toEqual(["a", "storage-unavailable"]);
    files.delete(file("a"));
    expect(files.view.refusals.size).toBe(0);
  });
});
