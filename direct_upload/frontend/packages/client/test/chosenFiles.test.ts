import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChosenFile } from "../src/api.ts";
import {
  type FileBatches,
  filesFromDrop,
  filesFromInput,
  filesFromPaste,
  pickFiles,
  pickFolder,
} from "../src/browser/chosenFiles.ts";
import { BROKEN, entryOf, type Folder, handleOf } from "./fakeFolders.ts";

const HOLIDAY: Folder = { "beach.jpg": "sand", day: { "one.txt": "1", empty: {}, "two.txt": "2" } };
const HOLIDAY_PATHS = ["holiday/beach.jpg", "holiday/day/one.txt", "holiday/day/two.txt"];
const gone = new DOMException("It has gone", "NotFoundError");

type Item = Partial<Record<"handle" | "entry" | "file", unknown>> & { readonly kind?: string };

/** A drop in a browser that knows the ways that its items have; like a browser's, it is empty later on. */
function drop(...items: Item[]): DataTransfer & { end(): void } {
  const listed = items.map((item) => ({
    kind: item.kind ?? "file",
    ...("handle" in item && { getAsFileSystemHandle: () => promised(item.handle) }),
    webkitGetAsEntry: () => item.entry ?? null,
    getAsFile: () => item.file ?? null,
  }));
  return { items: listed, end: () => listed.splice(0) } as never;
}

function promised(value: unknown): Promise<unknown> {
  return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
}

async function allOf(batches: FileBatches): Promise<ChosenFile[]> {
  const files: ChosenFile[] = [];
  for await (const batch of batches) files.push(...batch);
  return files;
}

async function pathsOf(batches: FileBatches): Promise<(string | undefined)[]> {
  return (await allOf(batches)).map(({ path }) => path);
}

const crowd = (count: number): Folder =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}.txt`, `${n}`]));

describe("a drop", () => {
  it.each([
    ["handles", { handle: handleOf("holiday", HOLIDAY) }],
    ["entries", { entry: entryOf("/holiday", HOLIDAY) }],
    ["entries where handles are refused", { handle: gone, entry: entryOf("/holiday", HOLIDAY) }],
    ["entries where a thing has no handle", { handle: null, entry: entryOf("/holiday", HOLIDAY) }],
  ])("gives a folder's files with their paths, through %s", async (_, item) => {
    expect(await pathsOf(filesFromDrop(drop(item)))).toEqual(HOLIDAY_PATHS);
  });

  it("gives files with their content, and with handles where there are some", async () => {
    const handle = handleOf("a.txt", "A");
    const [a, b, c] = await allOf(
      filesFromDrop(drop({ handle }, { entry: entryOf("/b.txt", "B") }, { file: new File(["C"], "c.png") })),
    );
    expect(a).toMatchObject({ path: "a.txt", handle });
    expect(await a?.file.text()).toBe("A");
    expect(b).toEqual({ path: "b.txt", file: expect.any(File) });
    expect(c).toEqual({ path: "c.png", file: expect.any(File) });
  });

  it("takes its items before the event is over", async () => {
    const transfer = drop({ handle: handleOf("a.txt", "") }, { entry: entryOf("/b.txt", "") });
    const batches = filesFromDrop(transfer);
    transfer.end();
    expect(await pathsOf(batches)).toEqual(["a.txt", "b.txt"]);
  });

  it("ignores dropped text and links", async () => {
    expect(await pathsOf(filesFromDrop(drop({ kind: "string" })))).toEqual([]);
  });

  it.each([
    ["handles", { handle: handleOf("many", crowd(250)) }],
    ["entries, of which the browser gives a hundred at a time", { entry: entryOf("/many", crowd(250)) }],
  ])("reads a large folder to its end, through %s", async (_, item) => {
    expect(await allOf(filesFromDrop(drop(item)))).toHaveLength(250);
  });

  it("gives a large folder in batches, and lets the page breathe between them", async () => {
    const sizes: number[] = [];
    const timers = vi.spyOn(globalThis, "setTimeout");
    const batches = filesFromDrop(drop({ handle: handleOf("many", { a: crowd(120), b: crowd(130) }) }));
    for await (const batch of batches) sizes.push(batch.length);
    expect(sizes).toEqual([50, 50, 50, 50, 50]);
    expect(timers).toHaveBeenCalledTimes(5);
    timers.mockRestore();
  });

  it.each([
    ["handles", (folder: Folder) => ({ handle: handleOf("top", folder) })],
    ["entries", (folder: Folder) => ({ entry: entryOf("/top", folder) })],
  ])("says what can't be read, and gives the rest, through %s", async (_, dropped) => {
    const unreadable: string[] = [];
    const folder = { "a.txt": gone, private: { [BROKEN]: gone }, "z.txt": "Z" };
    const files = filesFromDrop(drop(dropped(folder)), { onUnreadable: (path) => unreadable.push(path) });
    expect(await pathsOf(files)).toEqual(["top/z.txt"]);
    expect(unreadable.sort()).toEqual(["top/a.txt", "top/private"]);
    expect(await pathsOf(filesFromDrop(drop(dropped(folder))))).toEqual(["top/z.txt"]);
  });

  it("stops when it is aborted", async () => {
    const controller = new AbortController();
    const files = filesFromDrop(drop({ handle: handleOf("many", crowd(250)) }), controller);
    const reading = async () => {
      for await (const _ of files) controller.abort(new Error("enough"));
    };
    await expect(reading()).rejects.toThrow("enough");
  });
});

describe("an input", () => {
  const files = (...names: string[]) => names.map((name) => new File([name], name));
  const inFolder = (path: string) =>
    Object.defineProperty(new File([], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path });

  it("gives its files, with the folders that it knows", async () => {
    const input = { files: [...files("a.txt"), inFolder("holiday/beach.jpg")] } as never;
    expect(await pathsOf(filesFromInput(input))).toEqual(["a.txt", "holiday/beach.jpg"]);
  });

  it("may be cleared at once", async () => {
    const input = { files: files("a.txt") };
    const batches = filesFromInput(input as never);
    input.files.splice(0);
    expect(await pathsOf(batches)).toEqual(["a.txt"]);
  });

  it("gives nothing when nothing is chosen", async () => {
    expect(await pathsOf(filesFromInput({ files: null } as never))).toEqual([]);
  });

  it("gives ten thousand files in batches", async () => {
    const input = { files: Array.from({ length: 10_000 }, (_, n) => new File([], `${n}`)) };
    let most = 0;
    let count = 0;
    for await (const batch of filesFromInput(input as never)) {
      most = Math.max(most, batch.length);
      count += batch.length;
    }
    expect([count, most]).toEqual([10_000, 50]);
  });
});

it("gives the files of a paste", async () => {
  const transfer = { files: [new File(["P"], "image.png")] } as never;
  expect(await pathsOf(filesFromPaste(transfer))).toEqual(["image.png"]);
});

describe("the browser's pickers", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("give files with handles", async () => {
    const handles = [handleOf("a.txt", "A"), handleOf("b.txt", "B")];
    vi.stubGlobal("showOpenFilePicker", () => Promise.resolve(handles));
    expect((await allOf(pickFiles())).map(({ handle }) => handle)).toEqual(handles);
  });

  it("give a folder's files with their paths", async () => {
    vi.stubGlobal("showDirectoryPicker", () => Promise.resolve(handleOf("holiday", HOLIDAY)));
    expect(await pathsOf(pickFolder())).toEqual(HOLIDAY_PATHS);
  });

  it("open at once, while the click counts", () => {
    const show = vi.fn(() => Promise.resolve([]));
    vi.stubGlobal("showOpenFilePicker", show);
    pickFiles();
    expect(show).toHaveBeenCalledOnce();
  });

  it("give nothing when they are closed", async () => {
    const closed = new DOMException("The user aborted a request.", "AbortError");
    vi.stubGlobal("showOpenFilePicker", () => Promise.reject(closed));
    expect(await pathsOf(pickFiles())).toEqual([]);
  });

  it("say when they may not be shown", async () => {
    const refused = new DOMException("Must be handling a user gesture", "SecurityError");
    vi.stubGlobal("showDirectoryPicker", () => Promise.reject(refused));
    await expect(allOf(pickFolder())).rejects.toBe(refused);
    await expect(allOf(pickFiles())).rejects.toThrow("no such picker");
  });
});
