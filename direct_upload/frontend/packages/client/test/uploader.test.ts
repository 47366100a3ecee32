import { describe, expect, it, vi } from "vitest";
import type { Retry } from "../src/api.ts";
import { FileUnreadable, HasherLost, NetworkFailure, Problem } from "../src/core/failures.ts";
import { openPage } from "./bench.ts";
import { rejection, settle, textFile } from "./fakes.ts";

const files = (count: number, text = "abcdefgh") =>
  Array.from({ length: count }, (_, index) => textFile(text, `${index}.txt`));

const tooLarge = () => new Problem(413, "too-large", "Too large for this site.");

describe("many uploads", () => {
  it("all arrive, and are announced as stored", async () => {
    const page = openPage();
    const keys = page.uploader.add(files(10));
    await page.until("done");
    expect(page.uploader.views.map(({ key }) => key)).toEqual(keys);
    expect(page.settled.map(({ name }) => name)).toContain("9.txt");
    expect(page.settled.every(({ file }) => file !== null)).toBe(true);
  });

  it("share one limit for segments being sent", async () => {
    const page = openPage({ connections: 2 });
    page.swift.msForPut = () => 100;
    page.uploader.add(files(8, "abcdefghijklmnopqrstuvwxyz"));
    await page.until("done");
    expect(page.swift.mostAtOnce).toBe(2);
  });

  it("do not wait for one that failed", async () => {
    const page = openPage();
    page.control.failures.set("create", [tooLarge()]);
    page.uploader.add(files(2));
    await page.until("done", "failed");
    expect(page.states()).toEqual(["failed", "done"]);
  });

  it("do not wait for one that waits", async () => {
    const page = openPage();
    page.control.failures.set("create", Array(8).fill(new Problem(503, "busy", "Later.", 60_000)));
    page.uploader.add(files(1));
    await page.clock.advance(100);
    page.control.failures.clear();
    page.uploader.add(files(5).slice(1));
    await page.clock.advance(1_000);
    expect(page.states()).toEqual(["uploading", "done", "done", "done", "done"]);
    expect(page.only().waiting).toMatchObject({ for: "retry" });
  });
});

describe("what is tried again", () => {
  it("is told, with what failed and why", async () => {
    const page = openPage();
    const told: Retry[] = [];
    page.uploader.on("retrying", (retry) => told.push(retry));
    page.control.failures.set("create", [new Problem(503, "busy", "Later.", 1000)]);
    page.swift.outcomes.set(1, [422]);
    page.control.failures.set("complete", [rejection(0)]);
    const [key = ""] = page.uploader.add(files(1));
    await page.until("done");
    expect(told).toMatchObject([
      { key, segment: null, failure: { code: "busy", status: 503 }, delayMs: 1000 },
      { key, segment: 1, failure: { code: "damaged", status: 422 } },
      { key, segment: null, failure: { code: "segments-rejected" }, delayMs: 0 },
    ]);
  });
});

describe("a file's place in the folder that was chosen", () => {
  it.each([
    ["given beside the file", { file: textFile("a", "beach.jpg"), path: "holiday/beach.jpg" }],
    [
      "told by the browser",
      Object.assign(textFile("a", "beach.jpg"), { webkitRelativePath: "holiday/beach.jpg" }),
    ],
  ])("is kept when it is %s", async (_, file) => {
    const page = openPage();
    page.uploader.add([file]);
    await page.until("done");
    expect(page.only()).toMatchObject({ name: "beach.jpg", path: "holiday/beach.jpg" });
    expect(page.control.created[0]?.name).toBe("holiday/beach.jpg");
  });
});

describe("adding a file again", () => {
  it("that is under way gives its key", () => {
    const page = openPage();
    const [first] = page.uploader.add([textFile("abc")]);
    expect(page.uploader.add([textFile("abc"), textFile("abc", "other.txt")])[0]).toBe(first);
    expect(page.uploader.views).toHaveLength(2);
  });

  it("that is stored uploads it again", async () => {
    const page = openPage();
    const [first] = page.uploader.add([textFile("abc")]);
    await page.until("done");
    expect(page.uploader.add([textFile("abc")])[0]).not.toBe(first);
    await page.until("done");
    expect(page.control.count("create")).toBe(2);
  });

  it("that failed or was paused goes on with it", async () => {
    const page = openPage();
    page.control.failures.set("create", [tooLarge()]);
    const [first] = page.uploader.add([textFile("abc")]);
    await page.until("failed");
    expect(page.uploader.add([textFile("abc")])).toEqual([first]);
    await page.until("done");
  });
});

describe("a file that was moved", () => {
  const LETTERS = "abcdefghijklmnopqrstuvwx";

  const moved = async () => {
    const page = openPage({ connections: 1 });
    page.swift.msForPut = () => 1_000;
    const file = textFile(LETTERS);
    const [key = ""] = page.uploader.add([file]);
    await page.clock.until(() => page.swift.count("PUT 1") === 1);
    return { ...page, key, move: () => page.hasher.move(file) };
  };

  it("goes on from its new place, with what is missing, when it failed and is chosen again", async () => {
    const page = await moved();
    page.swift.outcomes.set(1, [422]);
    page.move();
    await page.until("failed");
    expect(page.only().failure?.code).toBe("file-unreadable");
    expect(page.uploader.add([textFile(LETTERS)])).toEqual([page.key]);
    await page.until("done");
    expect([page.control.count("create"), page.swift.count("PUT 0")]).toEqual([1, 1]);
  });

  it("does so when it was paused", async () => {
    const page = await moved();
    page.uploader.pause(page.key);
    page.move();
    page.uploader.add([textFile(LETTERS)]);
    await page.until("done");
    expect([page.control.count("create"), page.swift.count("PUT 0")]).toEqual([1, 1]);
  });

  it("begins anew when it has other content now", async () => {
    const page = await moved();
    page.uploader.pause(page.key);
    page.uploader.add([textFile("ABCDefghijklmnopqrstuvwx")]);
    await page.until("done");
    expect(page.control.count("create")).toBe(2);
    expect(page.control.completed).toEqual([expect.arrayContaining(["md5(ABCD)", "md5(efgh)"])]);
  });

  it("can be cancelled before it goes on, with what is stored of it", async () => {
    const page = await moved();
    page.uploader.pause(page.key);
    page.uploader.add([textFile(LETTERS)]);
    await page.uploader.cancel(page.key);
    expect(page.control.count("discard")).toBe(1);
  });
});

describe("a failed upload", () => {
  it("says why in the server's words", async () => {
    const page = openPage();
    page.control.failures.set("create", [tooLarge()]);
    page.uploader.add(files(1));
    await page.until("failed");
    const failure = { code: "too-large", detail: "Too large for this site.", status: 413 };
    expect(page.settled[0]).toMatchObject({ state: "failed", failure });
  });

  it.each([
    [new FileUnreadable("NotReadableError"), "file-changed"],
    [new FileUnreadable("NotFoundError"), "file-unreadable"],
    [new RangeError("a fault of ours"), "unexpected"],
  ])("by %s has the code %s", async (error, code) => {
    const page = openPage();
    page.hasher.failure = error;
    page.uploader.add(files(1));
    await page.until("failed");
    expect(page.only().failure?.code).toBe(code);
  });

  it("has failed only after ten minutes without a network that answers", async () => {
    const page = openPage();
    page.swift.isDown = true;
    page.uploader.add(files(1));
    await page.clock.advance(9 * 60_000);
    expect(page.only().waiting).toMatchObject({ for: "retry" });
    await page.until("failed");
    expect(page.only().failure?.code).toBe("network");
  });

  it("continues where it stopped when it is tried again", async () => {
    const page = openPage({ connections: 1 });
    page.swift.outcomes.set(1, [413]);
    const [key = ""] = page.uploader.add(files(1));
    await page.until("failed");
    page.uploader.resume(key);
    expect(page.only()).toMatchObject({ state: "queued", failure: null });
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
    expect(page.swift.count("PUT 0")).toBe(1);
  });

  it("can be cancelled, which removes what it stored", async () => {
    const page = openPage();
    page.swift.outcomes.set(1, [413]);
    const [key = ""] = page.uploader.add(files(1));
    await page.until("failed");
    await page.uploader.cancel(key);
    expect(page.states()).toEqual(["cancelled"]);
    expect(page.control.count("discard")).toBe(1);
  });
});

describe("an upload that waits for its next attempt", () => {
  it("says until when, and goes on at once when it is asked to", async () => {
    const page = openPage();
    page.control.failures.set("create", [new Problem(503, "busy", "Later.", 60_000)]);
    const [key = ""] = page.uploader.add(files(1));
    await page.clock.advance(100);
    expect(page.only()).toMatchObject({ state: "uploading", waiting: { for: "retry", until: 60_004 } });
    page.uploader.resume(key);
    await page.clock.advance(100);
    expect(page.states()).toEqual(["done"]);
    expect(page.only().waiting).toBeNull();
  });
});

describe("an upload whose checksums nobody computes just now", () => {
  it("waits, and goes on when somebody does", async () => {
    const page = openPage();
    page.hasher.failure = new HasherLost("It can't be loaded");
    page.uploader.add(files(1));
    await page.clock.advance(3_000);
    expect(page.only()).toMatchObject({ state: "uploading", waiting: { for: "retry" } });
    page.hasher.failure = null;
    await page.until("done");
  });
});

describe("pausing", () => {
  const pausedInTheMiddle = async () => {
    const page = openPage();
    page.swift.outcomes.set(1, ["held"]);
    const [key = ""] = page.uploader.add(files(1));
    await page.clock.until(() => page.swift.count("PUT 1") === 1);
    await page.clock.advance(10);
    page.uploader.pause(key);
    await settle();
    return { ...page, key };
  };

  it("stops what is under way and keeps what is stored", async () => {
    const page = await pausedInTheMiddle();
    expect(page.only()).toMatchObject({ state: "paused", sentBytes: 4, bytesPerSecond: null });
    expect(page.swift.sending).toBe(0);
    expect(page.guard.isHeld).toBe(false);
    await page.clock.advance(3_600_000);
    expect(page.states()).toEqual(["paused"]);
  });

  it("ends with resuming, which sends only what is missing", async () => {
    const page = await pausedInTheMiddle();
    page.uploader.resume(page.key);
    await page.until("done");
    expect(page.swift.count("PUT 0")).toBe(1);
    expect(page.control.count("create")).toBe(1);
  });

  it("and resuming in one breath does no harm", async () => {
    const page = openPage();
    page.swift.msForPut = () => 100;
    const [key = ""] = page.uploader.add(files(1));
    for (let time = 0; time < 5; time += 1) {
      await page.clock.advance(30);
      page.uploader.pause(key);
      page.uploader.resume(key);
    }
    await page.until("done");
    expect(page.control.completed).toHaveLength(1);
  });

  it("of all keeps the waiting ones from starting", async () => {
    const page = openPage();
    page.uploader.add(files(500));
    page.uploader.pauseAll();
    await settle();
    expect(new Set(page.states())).toEqual(new Set(["paused"]));
    expect(page.control.calls).toEqual([]);
    page.uploader.resumeAll();
    await page.until("done");
  });

  it("gives the place to the next file", async () => {
    const page = openPage();
    page.swift.outcomes.set(0, ["held", "held"]);
    page.uploader.add(files(1, "abcd"));
    page.uploader.add(files(2).slice(1));
    await page.clock.until(() => page.swift.count("PUT 0") >= 1);
    page.uploader.pause(page.uploader.views[0]?.key ?? "");
    page.swift.release();
    await page.clock.advance(100);
    expect(page.states()).toEqual(["paused", "done"]);
  });
});

describe("cancelling", () => {
  it("shows at once, and removes the segments only when none is on its way", async () => {
    const page = openPage();
    page.swift.outcomes.set(0, ["held"]);
    page.swift.msToStop = 1_000;
    const [key = ""] = page.uploader.add(files(1));
    await page.clock.until(() => page.swift.sending > 0);
    const cancelled = page.uploader.cancel(key);
    expect(page.states()).toEqual(["cancelled"]);
    expect(page.settled[0]?.state).toBe("cancelled");
    await page.clock.advance(900);
    expect(page.control.count("discard")).toBe(0);
    await page.clock.advance(200);
    await cancelled;
    expect(page.swift.sending).toBe(0);
    expect(page.control.count("discard")).toBe(1);
  });

  it("of all asks nothing of the server for those that wait", async () => {
    const page = openPage();
    page.uploader.add(files(500));
    await page.uploader.cancelAll();
    expect(new Set(page.states())).toEqual(new Set(["cancelled"]));
    expect(page.control.calls).toEqual([]);
    expect(page.uploader.summary).toMatchObject({ total: 0, underWay: 0, size: 0 });
  });

  it("that comes too late shows the file as stored", async () => {
    const page = openPage();
    page.control.answerMs = 1_000;
    const [key = ""] = page.uploader.add(files(1));
    await page.clock.until(() => page.states()[0] === "verifying");
    page.control.complete = vi.fn();
    const cancelled = page.uploader.cancel(key);
    await settle();
    // The server had done it before it heard of the cancelling.
    page.control.failures.set("discard", [new Problem(409, "already-complete", "It is stored.")]);
    await page.clock.advance(5_000);
    await cancelled;
    expect(page.only()).toMatchObject({ state: "done", file: { id: "upload-1" } });
  });

  it("stays cancelled when the server can't be reached to clean up", async () => {
    const page = openPage();
    page.control.failures.set("discard", Array(500).fill(new NetworkFailure("no answer")));
    page.swift.outcomes.set(0, ["held"]);
    const [key = ""] = page.uploader.add(files(1));
    await page.clock.until(() => page.swift.sending > 0);
    let isOver = false;
    void page.uploader.cancel(key).then(() => {
      isOver = true;
    });
    await page.clock.until(() => isOver);
    expect(page.states()).toEqual(["cancelled"]);
  });

  it("does nothing to an upload that is done, or to none", async () => {
    const page = openPage();
    const [key = ""] = page.uploader.add(files(1));
    await page.until("done");
    await page.uploader.cancel(key);
    await page.uploader.cancel("nobody");
    expect(page.states()).toEqual(["done"]);
    expect(page.control.count("discard")).toBe(0);
  });
});

describe("offline", () => {
  it("all wait for the network, and go on by themselves", async () => {
    const page = openPage();
    page.swift.msForPut = () => 1_000;
    page.uploader.add(files(1));
    await page.clock.advance(600);
    page.network.isOnline = false;
    page.swift.isDown = true;
    page.control.isDown = true;
    await page.clock.advance(60_000);
    expect(page.only()).toMatchObject({ state: "uploading", waiting: { for: "network" } });
    expect(page.uploader.summary.isOffline).toBe(true);
    page.swift.isDown = false;
    page.control.isDown = false;
    page.network.isOnline = true;
    await page.clock.advance(3_000);
    expect(page.states()).toEqual(["done"]);
    expect(page.uploader.summary.isOffline).toBe(false);
  });

  it("is disbelieved where requests are answered all the same", async () => {
    const page = openPage();
    page.network.isOnline = false;
    page.uploader.add(files(20));
    await page.clock.advance(16_000);
    expect(new Set(page.states())).toEqual(new Set(["done"]));
  });

  it("ends pauses between attempts when it ends", async () => {
    const page = openPage();
    page.control.failures.set("create", [new Problem(503, "busy", "Later.", 60_000)]);
    page.uploader.add(files(1));
    await page.clock.advance(1_000);
    page.network.isOnline = false;
    page.network.isOnline = true;
    await page.clock.advance(1_000);
    expect(page.states()).toEqual(["done"]);
  });
});

describe("the promise of one upload", () => {
  it("is kept with the stored file, and tells of the way there", async () => {
    const page = openPage();
    page.swift.msForPut = () => 1_000;
    const onProgress = vi.fn();
    const promise = page.uploader.upload(textFile("abcdefgh"), { onProgress });
    await page.until("done");
    expect(await promise).toMatchObject({ id: "upload-1" });
    const sent = onProgress.mock.calls.map(([view]) => view.sentBytes);
    expect(sent).toEqual(sent.toSorted((one, other) => one - other));
    expect(sent).toContain(4);
  });

  it("is broken with the failure and its code", async () => {
    const page = openPage();
    page.control.failures.set("create", [tooLarge()]);
    const promise = page.uploader.upload(textFile("abc"));
    promise.catch(() => undefined);
    await page.until("failed");
    await expect(promise).rejects.toMatchObject({ code: "too-large", status: 413, name: "UploadFailed" });
  });

  it("is broken with the signal's reason, and the upload is cancelled", async () => {
    const page = openPage();
    page.swift.outcomes.set(0, ["held"]);
    const controller = new AbortController();
    const promise = page.uploader.upload(textFile("abc"), { signal: controller.signal });
    await page.clock.until(() => page.swift.sending > 0);
    controller.abort(new Error("not wanted"));
    await expect(promise).rejects.toThrow("not wanted");
    expect(page.states()).toEqual(["cancelled"]);
  });

  it("is not even given when the signal has aborted before", async () => {
    const page = openPage();
    const signal = AbortSignal.abort(new Error("not wanted"));
    await expect(page.uploader.upload(textFile("abc"), { signal })).rejects.toThrow("not wanted");
    expect(page.uploader.views).toEqual([]);
  });

  it("is broken when the upload is cancelled from elsewhere", async () => {
    const page = openPage();
    const promise = page.uploader.upload(textFile("abc"));
    void page.uploader.cancelAll();
    await expect(promise).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the events", () => {
  it("tell all changes of a frame at once", async () => {
    const page = openPage();
    const changed = vi.fn();
    page.uploader.on("changed", changed);
    const keys = page.uploader.add(files(100));
    expect(changed).not.toHaveBeenCalled();
    await page.clock.advance(16);
    expect(changed).toHaveBeenCalledOnce();
    expect(changed.mock.calls[0]?.[0].toSorted()).toEqual(keys.toSorted());
  });

  it("say when nothing is under way any more, once", async () => {
    const page = openPage();
    const idle = vi.fn();
    page.uploader.on("idle", idle);
    page.uploader.add(files(20));
    await page.until("done");
    await page.clock.advance(1_000);
    expect(idle).toHaveBeenCalledOnce();
    expect(idle.mock.calls[0]?.[0]).toMatchObject({ done: 20, underWay: 0 });
    page.uploader.add([textFile("abc", "more.txt")]);
    await page.until("done");
    await page.clock.advance(1_000);
    expect(idle).toHaveBeenCalledTimes(2);
  });

  it("are told until they are no longer wanted", async () => {
    const page = openPage();
    const controller = new AbortController();
    const [bySignal, byCall] = [vi.fn(), vi.fn()];
    page.uploader.on("settled", bySignal, controller);
    const stop = page.uploader.on("settled", byCall);
    controller.abort();
    stop();
    page.uploader.add(files(1));
    await page.until("done");
    expect(bySignal).not.toHaveBeenCalled();
    expect(byCall).not.toHaveBeenCalled();
  });
});

describe("the list of uploads", () => {
  it("measures speed and time left", async () => {
    const page = openPage({ connections: 1 });
    page.swift.msForPut = () => 2_000;
    page.uploader.add([textFile("abcdefghijklmnopqrst")]);
    await page.clock.advance(6_100);
    expect(page.only()).toMatchObject({ state: "uploading", sentBytes: 12 });
    expect(page.only().bytesPerSecond).toBeCloseTo(2, 0);
    expect(page.only().secondsLeft).toBeGreaterThan(3);
    expect(page.uploader.summary).toMatchObject({ size: 20, sentBytes: 12 });
    expect(page.uploader.summary.bytesPerSecond).toBeGreaterThan(1);
  });

  it("loses only done and cancelled uploads when it is cleared", async () => {
    const page = openPage();
    page.control.failures.set("create", [tooLarge()]);
    const [, , third = ""] = page.uploader.add(files(3));
    await page.uploader.cancel(third);
    await page.until("done", "failed", "cancelled");
    page.uploader.clearFinished();
    expect(page.states()).toEqual(["failed"]);
    expect(page.uploader.summary).toMatchObject({ total: 1, failed: 1, done: 0 });
  });

  it("never changes a view that was handed out", async () => {
    const page = openPage();
    const [key = ""] = page.uploader.add(files(1));
    const before = page.uploader.view(key);
    await page.until("done");
    expect(before?.state).toBe("queued");
    expect(page.uploader.view(key)?.state).toBe("done");
  });

  it("guards the page while something is under way", async () => {
    const page = openPage();
    page.swift.msForPut = () => 100;
    page.uploader.add(files(2));
    await page.clock.advance(50);
    expect(page.guard.isHeld).toBe(true);
    await page.until("done");
    expect(page.guard.isHeld).toBe(false);
  });

  it("guards it from the first moment", () => {
    const page = openPage();
    page.uploader.add(files(1));
    expect(page.guard.isHeld).toBe(true);
  });

  it("leaves no timer and nothing on its way when it is closed", async () => {
    const page = openPage();
    page.swift.msForPut = () => 10_000;
    page.uploader.add(files(5));
    await page.clock.advance(500);
    expect(page.swift.sending).toBeGreaterThan(0);
    page.uploader.close();
    await page.clock.advance(20);
    expect(page.swift.sending).toBe(0);
    expect(page.guard.isHeld).toBe(false);
    expect(page.clock.timers).toBe(0);
    expect(page.control.count("discard")).toBe(0);
  });
});
