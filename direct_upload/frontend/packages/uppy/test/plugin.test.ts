import type { Uploader } from "@direct-upload/client";
import { Uppy } from "@uppy/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import DirectUpload from "../src/index.ts";
import { defaultLocale } from "../src/options.ts";
import { FakeUploader, LOST } from "./fakeUploader.ts";

const own = vi.hoisted(() => ({ uploader: undefined as unknown }));
vi.mock("@direct-upload/client", () => ({ createUploader: () => own.uploader }));

const REPORT_MS = 200;
const silent = { debug: () => {}, warn: () => {}, error: () => {} };

function shared(uploader: FakeUploader): { uploader: Uploader } {
  return { uploader: uploader as unknown as Uploader };
}

function opened(options: object = {}): Uppy {
  return new Uppy({ logger: silent, ...options });
}

function named(name: string, text = "some bytes", lastModified = 1): File {
  return new File([text], name, { type: "text/plain", lastModified });
}

/** An Uppy whose files go to a fake uploader, which the page shares. */
function bench(options: object = {}) {
  const uploader = new FakeUploader();
  const uppy = opened(options).use(DirectUpload, shared(uploader));
  const heard: unknown[][] = [];
  uppy.on("upload-success", (file, response) => heard.push(["success", file?.name, response]));
  uppy.on("upload-error", (file, error) => heard.push(["error", file?.name, error.message]));
  uppy.on("upload-stalled", (error, files) => heard.push(["stalled", error.message, files.length]));
  return { uploader, uppy, heard };
}

/** Lets what can happen now happen. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const report = () => vi.advanceTimersByTimeAsync(REPORT_MS);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a file", () => {
  it("is stored, and Uppy knows where and what it is", async () => {
    const { uploader, uppy, heard } = bench();
    const id = uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    expect(uppy.getFile(id).progress.uploadStarted).not.toBeNull();
    uploader.finish("upload-1");
    const result = await upload;
    expect(result?.successful?.map(({ name }) => name)).toEqual(["notes.txt"]);
    const downloadUrl = "https://upload.example/files/upload-1";
    const body = {
      id: "upload-1",
      name: "notes.txt",
      size: 10,
      createdAt: "2026-11-22T12:00:00.000Z",
      downloadUrl,
    };
    expect(heard).toEqual([["success", "notes.txt", { status: 200, body, uploadURL: downloadUrl }]]);
    expect(uppy.getFile(id).uploadURL).toBe(downloadUrl);
  });

  it("tells Uppy's log why it tries again", async () => {
    const warn = vi.fn();
    const { uploader, uppy } = bench({ logger: { ...silent, warn } });
    uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    uploader.tell("retrying", { key: "upload-1", segment: 3, failure: LOST, delayMs: 500 });
    uploader.tell("retrying", { key: "of the page", segment: 1, failure: LOST, delayMs: 500 });
    expect(warn.mock.calls).toEqual([
      ["[DirectUpload] Segment 3 of notes.txt: The network failed. Try again. Next attempt in 0.5 s."],
    ]);
  });

  it("shows how far it is, but not for every packet", async () => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    const heard = vi.fn();
    uppy.on("upload-progress", (_file, { bytesUploaded, bytesTotal }) => heard(bytesUploaded, bytesTotal));
    void uppy.upload();
    await settle();
    for (const sentBytes of [1, 2, 3]) uploader.show("upload-1", { sentBytes });
    await report();
    uploader.show("upload-1", { bytesPerSecond: 5 });
    await report();
    expect(heard.mock.calls).toEqual([[3, 10]]);
    expect(uppy.getFile(id).progress).toMatchObject({ bytesUploaded: 3, bytesTotal: 10, percentage: 30 });
  });

  it("that fails says why, and is taken up where it stopped", async () => {
    const { uploader, uppy, heard } = bench();
    const id = uppy.addFile(named("notes.txt"));
    const first = uppy.upload();
    await settle();
    uploader.fail("upload-1");
    expect((await first)?.failed).toHaveLength(1);
    expect(heard).toEqual([["error", "notes.txt", LOST.detail]]);
    // Without it the Dashboard has no button to try again.
    expect(uppy.getFile(id).progress.percentage).toBe(0);
    const second = uppy.retryUpload(id);
    await settle();
    expect(uploader.calls).toEqual(["add 1", "resume upload-1"]);
    uploader.finish("upload-1");
    expect((await second)?.successful).toHaveLength(1);
    expect(uppy.getFile(id).error).toBeNull();
  });

  const changes: Record<string, (uppy: Uppy, id: string) => void> = {
    renamed: (uppy, id) => uppy.setFileMeta(id, { name: "better notes.txt" }),
    edited: (uppy, id) => uppy.setFileState(id, { data: named("notes.txt", "new bytes!") }),
  };

  it.each(Object.entries(changes))("that failed and was %s since is another upload", async (_, change) => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    uploader.fail("upload-1");
    await settle();
    change(uppy, id);
    void uppy.retryAll();
    await settle();
    expect(uploader.calls).toEqual(["add 1", "cancel upload-1", "add 1"]);
  });

  it("that failed and was stored by the page since is stored", async () => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    uploader.fail("upload-1");
    await settle();
    uploader.finish("upload-1");
    await uppy.retryUpload(id);
    expect(uppy.getFile(id).progress.uploadComplete).toBe(true);
  });

  it("that is refused says with which status", async () => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    uploader.fail("upload-1", { code: "file-too-large", detail: "At most 5 bytes.", status: 413 });
    await upload;
    expect(uppy.getFile(id)).toMatchObject({ error: "At most 5 bytes.", response: { status: 413 } });
  });

  it("that waits says so once", async () => {
    const { uploader, uppy, heard } = bench();
    uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    for (const until of [1000, 2000]) {
      uploader.show("upload-1", { waiting: { for: "retry", until } });
      await report();
    }
    uploader.show("upload-1", { waiting: null });
    await report();
    uploader.show("upload-1", { waiting: { for: "network" } });
    await report();
    expect(heard).toEqual([
      ["stalled", defaultLocale.strings.waitingForRetry, 1],
      ["stalled", defaultLocale.strings.waitingForNetwork, 1],
    ]);
  });
});

describe("files that can't be sent", () => {
  it("one of a cloud service is refused, and says why", async () => {
    const { uploader, uppy, heard } = bench();
    const remote = { companionUrl: "https://companion.example", requestClientId: "drive", url: "get" };
    uppy.addFile({ name: "far.txt", data: { size: 3 }, isRemote: true, remote } as never);
    const result = await uppy.upload();
    expect(heard).toEqual([["error", "far.txt", defaultLocale.strings.remoteFilesNotSupported]]);
    expect(result?.failed).toHaveLength(1);
    expect(uploader.calls).toEqual([]);
  });

  it("a ghost, whose bytes did not survive a reload, is refused", async () => {
    const { uppy, heard } = bench();
    const id = uppy.addFile(named("notes.txt"));
    uppy.setFileState(id, { isGhost: true, data: undefined });
    await uppy.upload();
    expect(heard).toEqual([["error", "notes.txt", defaultLocale.strings.fileMissing]]);
  });
});

describe("pausing", () => {
  async function started() {
    const { uploader, uppy } = bench();
    const ids = ["a.txt", "b.txt"].map((name) => uppy.addFile(named(name)));
    void uppy.upload();
    await settle();
    uploader.calls.length = 0;
    return { uploader, uppy, ids: ids as [string, string] };
  }

  it("and resuming one file reaches its upload", async () => {
    const { uploader, uppy, ids } = await started();
    uppy.pauseResume(ids[1]);
    uppy.pauseResume(ids[1]);
    expect(uploader.calls).toEqual(["pause upload-2", "resume upload-2"]);
  });

  it("and resuming all reaches all that are under way", async () => {
    const { uploader, uppy } = await started();
    uploader.finish("upload-1");
    uppy.pauseAll();
    uppy.resumeAll();
    expect(uploader.calls).toEqual(["pause upload-2", "resume upload-2"]);
  });

  it("and resuming wakes no file that has failed: that is what retrying is for", async () => {
    const { uploader, uppy, ids } = await started();
    uploader.fail("upload-1");
    uppy.resumeAll();
    uppy.pauseResume(ids[0]);
    expect(uploader.calls).toEqual(["resume upload-2"]);
  });

  it("elsewhere in the page shows in Uppy", async () => {
    const { uploader, uppy, ids } = await started();
    uploader.show("upload-1", { state: "paused" });
    await report();
    expect(ids.map((id) => uppy.getFile(id).isPaused ?? false)).toEqual([true, false]);
    uploader.show("upload-1", { state: "uploading" });
    await report();
    expect(uppy.getFile(ids[0]).isPaused).toBe(false);
  });
});

describe("giving up", () => {
  it("a file removes what is stored of it", async () => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    uppy.removeFile(id);
    await upload;
    expect(uploader.calls).toEqual(["add 1", "cancel upload-1"]);
  });

  it("a file that has failed does, too", async () => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    uploader.fail("upload-1");
    uppy.removeFile(id);
    expect(uploader.calls).toEqual(["add 1", "cancel upload-1"]);
  });

  it("everything gives every file up", async () => {
    const { uploader, uppy } = bench();
    for (const name of ["a.txt", "b.txt"]) uppy.addFile(named(name));
    const upload = uppy.upload();
    await settle();
    uppy.cancelAll();
    await upload;
    expect(uploader.calls).toEqual(["add 2", "cancel upload-1", "cancel upload-2"]);
  });

  it("leaves what is stored where it is", async () => {
    const { uploader, uppy } = bench();
    const id = uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    uploader.finish("upload-1");
    await upload;
    uppy.removeFile(id);
    expect(uploader.calls).toEqual(["add 1"]);
  });

  it("elsewhere in the page takes the file out of Uppy", async () => {
    const { uploader, uppy } = bench();
    uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    void uploader.cancel("upload-1");
    await upload;
    expect(uppy.getFiles()).toEqual([]);
  });

  it("is noticed when the files vanish without a word", async () => {
    const { uploader, uppy } = bench();
    uppy.addFile(named("notes.txt"));
    // Uppy itself does not expect this, and throws at the end.
    uppy.upload().catch(() => undefined);
    await settle();
    uppy.clear();
    uploader.show("upload-1", { sentBytes: 1 });
    await report();
    expect(uploader.calls).toEqual(["add 1", "cancel upload-1"]);
  });
});

describe("what Golden Retriever brings back", () => {
  /** Two files of an upload that a reload interrupted: the first was stored by then. */
  function restored(state: object = {}) {
    const { uploader, uppy } = bench();
    const [first, second] = ["a.txt", "b.txt"].map((name) => uppy.addFile(named(name))) as [string, string];
    const started = { uploadStarted: 1, bytesUploaded: 4, bytesTotal: 10 };
    uppy.patchFilesState({
      [first]: { isRestored: true, progress: { ...started, uploadComplete: true } },
      [second]: {
        isRestored: true,
        progress: started,
        directUpload: { key: "of an earlier page" },
        ...state,
      },
    });
    uppy.setState({ currentUploads: { before: { fileIDs: [first, second], step: 0, result: {} } } });
    return { uploader, uppy, first, second };
  }

  it("is sent only where it is not stored, and shows how far it was", async () => {
    const { uploader, uppy, second } = restored();
    void uppy.restore("before");
    await settle();
    expect(uploader.added.map(({ path }) => path)).toEqual(["b.txt"]);
    expect(uppy.getFile(second).progress.bytesUploaded).toBe(4);
  });

  it("waits when it was paused", async () => {
    const { uploader, uppy } = restored({ isPaused: true });
    void uppy.restore("before");
    await settle();
    expect(uploader.calls).toEqual(["add 1", "pause upload-1"]);
  });

  it("is removed from the storage when it is not wanted, if it is not stored", () => {
    const { uploader, uppy, first, second } = restored();
    uppy.setFileState(first, { directUpload: { key: "stored" } });
    uppy.removeFiles([first, second]);
    expect(uploader.calls).toEqual(["cancel of an earlier page"]);
  });
});

describe("a shared uploader", () => {
  it("gives up what the page has found interrupted, and Uppy has gone on with", async () => {
    const { uploader, uppy } = bench();
    const file = named("notes.txt");
    uploader.add([file]);
    uploader.show("upload-1", { state: "interrupted" });
    const id = uppy.addFile(file);
    const upload = uppy.upload();
    await settle();
    uppy.removeFile(id);
    await upload;
    expect(uploader.calls).toEqual(["add 1", "add 1", "cancel upload-1"]);
  });

  it("keeps what the page has begun itself", async () => {
    const { uploader, uppy, heard } = bench();
    const file = named("notes.txt");
    uploader.add([file]);
    const id = uppy.addFile(file);
    const upload = uppy.upload();
    await settle();
    uppy.removeFile(id);
    await upload;
    uploader.finish("upload-1");
    expect(uploader.calls).toEqual(["add 1", "add 1"]);
    expect(heard).toEqual([]);
  });

  it("is left as it was, and only Uppy's uploads are given up", async () => {
    const { uploader, uppy } = bench();
    uploader.add([named("of the page.txt")]);
    uppy.addFile(named("of Uppy.txt"));
    const upload = uppy.upload();
    await settle();
    uppy.destroy();
    await upload;
    expect(uploader.calls).toEqual(["add 1", "add 1", "cancel upload-2"]);
    expect(uploader.listeners).toBe(0);
    expect(uploader.view("upload-1")?.state).toBe("uploading");
  });
});

describe("an uploader of its own", () => {
  function alone() {
    const uploader = new FakeUploader();
    own.uploader = uploader;
    return { uploader, uppy: opened().use(DirectUpload, { endpoint: "https://upload.example" }) };
  }

  it("is closed at the end, after what was under way is given up", async () => {
    const { uploader, uppy } = alone();
    uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    let cleaned = () => {};
    uploader.cancelled = new Promise((resolve) => {
      cleaned = resolve;
    });
    uppy.destroy();
    await upload;
    await settle();
    expect(uploader.calls).not.toContain("close");
    cleaned();
    await settle();
    expect(uploader.calls.filter((call) => call !== "clearFinished")).toEqual([
      "add 1",
      "cancel upload-1",
      "close",
    ]);
  });

  it("is closed even when the storage can't be cleaned up", async () => {
    const { uploader, uppy } = alone();
    uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    uploader.cancelled = Promise.reject(new Error("no network"));
    uppy.destroy();
    await settle();
    expect(uploader.calls).toContain("close");
  });

  it("forgets what is stored", async () => {
    const { uploader, uppy } = alone();
    uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    uploader.finish("upload-1");
    await upload;
    expect(uploader.calls).toEqual(["add 1", "clearFinished"]);
  });

  it("removes what an earlier page left of a file that is not wanted any more", async () => {
    const { uploader, uppy } = alone();
    const id = uppy.addFile(named("notes.txt"));
    uppy.setFileState(id, { isRestored: true, directUpload: { key: "of an earlier page" } });
    uppy.removeFile(id);
    await settle();
    // And starts nothing else that was interrupted.
    expect(uploader.calls).toEqual(["cancel of an earlier page"]);
  });
});

describe("the plugin", () => {
  it("takes back all that it brought", () => {
    const uploader = new FakeUploader();
    const uppy = opened();
    const before = uppy.getState();
    const [on, off] = [vi.spyOn(uppy, "on"), vi.spyOn(uppy, "off")];
    uppy.use(DirectUpload, shared(uploader));
    expect(uppy.getState().capabilities.resumableUploads).toBe(true);
    const plugin = uppy.getPlugin("DirectUpload");
    if (plugin) uppy.removePlugin(plugin);
    expect(off.mock.calls).toEqual(on.mock.calls);
    expect(uppy.getState().capabilities).toEqual(before.capabilities);
    expect(uploader.listeners).toBe(0);
    expect(uppy.getPlugin("DirectUpload")).toBeUndefined();
  });

  it("can be put back in", async () => {
    const { uploader, uppy } = bench();
    const plugin = uppy.getPlugin("DirectUpload");
    if (plugin) uppy.removePlugin(plugin);
    uppy.use(DirectUpload, shared(uploader));
    uppy.addFile(named("notes.txt"));
    const upload = uppy.upload();
    await settle();
    uploader.finish("upload-1");
    expect((await upload)?.successful).toHaveLength(1);
  });

  it("speaks the language that it is given", async () => {
    const uploader = new FakeUploader();
    const strings = { waitingForNetwork: "Wartet auf das Netz." };
    const uppy = opened().use(DirectUpload, { ...shared(uploader), locale: { strings } });
    const heard = vi.fn();
    uppy.on("upload-stalled", ({ message }) => heard(message));
    uppy.addFile(named("notes.txt"));
    void uppy.upload();
    await settle();
    uploader.show("upload-1", { waiting: { for: "network" } });
    await report();
    expect(heard).toHaveBeenCalledExactlyOnceWith("Wartet auf das Netz.");
  });

  it("sends two files that the uploader can't tell apart one after the other", async () => {
    const { uploader, uppy } = bench();
    const first = uppy.addFile(named("a.txt", "one"));
    uppy.addFile(named("b.txt", "two"));
    uppy.setFileMeta(first, { name: "b.txt" });
    const upload = uppy.upload();
    await settle();
    expect(uploader.calls).toEqual(["add 2"]);
    uploader.finish("upload-1");
    await settle();
    uploader.finish("upload-2");
    expect((await upload)?.successful).toHaveLength(2);
    expect(await Promise.all(uploader.added.map(({ file }) => file.text()))).toEqual(["one", "two", "two"]);
  });

  it("hands ten thousand files over at once, and has no listener for each", async () => {
    const { uploader, uppy } = bench();
    const one = uppy.getFile(uppy.addFile(named("0.txt")));
    const ids = Array.from({ length: 10_000 }, (_, number) => `file ${number}`);
    // `addFiles` itself takes a time that grows with their square.
    uppy.setState({ files: Object.fromEntries(ids.map((id) => [id, withId(one, id)])) });
    const patched = vi.spyOn(uppy, "patchFilesState");
    void uppy.upload();
    await settle();
    expect(uploader.calls).toEqual(["add 10000"]);
    expect(uploader.listeners).toBe(3);
    // One is Uppy's own, when it hears that they have started.
    expect(patched).toHaveBeenCalledTimes(2);
    for (const key of ["upload-1", "upload-10000"]) uploader.finish(key);
    expect(uploader.viewsRead).toBe(1);
    expect(uppy.getFile("file 9999").progress.uploadComplete).toBe(true);
  });
});

function withId<F extends { readonly meta: object }>(file: F, id: string): F {
  return { ...file, id, meta: { ...file.meta, name: `${id}.txt` } };
}
