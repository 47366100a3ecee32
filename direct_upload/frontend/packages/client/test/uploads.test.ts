import { describe, expect, it, vi } from "vitest";
import { NetworkFailure, Problem } from "../src/core/failures.ts";
import { isUnderWay, Uploads, type UploadView } from "../src/core/uploads.ts";
import type { Limits } from "../src/core/workshop.ts";
import type { StoredFile } from "../src/types.ts";
import { openBench, settle, textFile, untilAborted } from "./fakes.ts";

/** A busy machine is no failure. */
const PATIENCE = { timeout: 20_000, interval: 5 };

function openPage(limits?: Partial<Limits>) {
  const bench = openBench(limits);
  const settled: UploadView[] = [];
  const stored: StoredFile[] = [];
  const uploads = new Uploads(bench.workshop, {
    changed: () => {},
    settled: (view) => settled.push(view),
    stored: (file) => stored.push(file),
  });
  const states = () => uploads.views.map(({ state }) => state);
  const allSettled = () => vi.waitFor(() => expect(uploads.views.some(isUnderWay)).toBe(false), PATIENCE);
  return { ...bench, uploads, settled, stored, states, allSettled };
}

const files = (count: number, text = "abcdefgh") =>
  Array.from({ length: count }, (_, index) => textFile(text, `${index}.txt`));

const inState = (page: ReturnType<typeof openPage>, state: string) =>
  vi.waitFor(() => expect(page.states()).toContain(state), PATIENCE);

describe("many uploads", () => {
  it("all arrive, oldest first, and are announced as stored", async () => {
    const page = openPage();
    page.uploads.add(files(10));
    await page.allSettled();
    expect(page.states()).toEqual(Array(10).fill("done"));
    expect(page.stored).toHaveLength(10);
    expect(page.settled.map(({ name }) => name)).toContain("9.txt");
  });

  it("share one limit for segments being sent", async () => {
    const page = openPage({ files: 5, sends: 3 });
    page.uploads.add(files(8, "abcdefghijklmnopqrstuvwxyz"));
    await page.allSettled();
    expect(page.swift.mostAtOnce).toBe(3);
  });

  it("are begun a few at a time, the rest waiting in the queue", async () => {
    const page = openPage({ files: 2 });
    page.uploads.add(files(300, "abc"));
    await settle();
    expect(page.states().filter((state) => state === "queued")).toHaveLength(298);
    await page.allSettled();
    expect(page.control.mostAtOnce).toBe(2);
    expect(new Set(page.states())).toEqual(new Set(["done"]));
  });

  it("do not wait for one that failed", async () => {
    const page = openPage({ files: 1 });
    page.control.failures.set("create", [new Problem(413, "too-large", "Too large for this site.")]);
    page.uploads.add(files(2));
    await page.allSettled();
    expect(page.states()).toEqual(["failed", "done"]);
  });
});

describe("a failed upload", () => {
  it("says why in the server's words", async () => {
    const page = openPage();
    page.control.failures.set("create", [new Problem(413, "too-large", "Too large for this site.")]);
    page.uploads.add(files(1));
    await page.allSettled();
    expect(page.settled[0]).toMatchObject({ state: "failed", reason: "Too large for this site." });
  });

  it("says what to do when the network failed", async () => {
    const page = openPage();
    page.control.failures.set("create", Array(6).fill(new NetworkFailure("no answer")));
    page.uploads.add(files(1));
    await page.allSettled();
    expect(page.settled[0]?.reason).toMatch(/network failed.*Check your connection/);
  });

  it("continues when it is tried again", async () => {
    const page = openPage();
    page.swift.outcomes.set(1, [413]);
    page.uploads.add(files(1));
    await page.allSettled();
    page.uploads.retry(1);
    expect(page.uploads.views[0]).toMatchObject({ state: "queued", reason: null });
    await page.allSettled();
    expect(page.states()).toEqual(["done"]);
    expect(page.control.count("create")).toBe(1);
  });

  it("can be cancelled, which removes what it stored", async () => {
    const page = openPage();
    page.swift.outcomes.set(1, [413]);
    page.uploads.add(files(1));
    await page.allSettled();
    await page.uploads.cancel(1);
    expect(page.states()).toEqual(["cancelled"]);
    expect(page.control.count("discard")).toBe(1);
  });
});

describe("cancelling", () => {
  it("shows at once, and removes the segments only when none is on its way", async () => {
    const page = openPage();
    page.swift.outcomes.set(0, ["held"]);
    page.uploads.add(files(1));
    await vi.waitFor(() => expect(page.swift.sending).toBe(1), PATIENCE);
    const cancelled = page.uploads.cancel(1);
    expect(page.states()).toEqual(["cancelled"]);
    expect(page.control.count("discard")).toBe(0);
    await cancelled;
    expect(page.swift.sending).toBe(0);
    expect(page.control.count("discard")).toBe(1);
  });

  it("gives the place in the queue to the next file", async () => {
    const page = openPage({ files: 1 });
    page.swift.outcomes.set(0, ["held"]);
    page.uploads.add(files(2));
    await vi.waitFor(() => expect(page.swift.sending).toBe(1), PATIENCE);
    await page.uploads.cancel(1);
    await page.allSettled();
    expect(page.states()).toEqual(["cancelled", "done"]);
  });

  it("of a file that waits asks the server for nothing", async () => {
    const page = openPage({ files: 1 });
    page.swift.outcomes.set(0, ["held"]);
    page.uploads.add(files(2));
    await vi.waitFor(() => expect(page.swift.sending).toBe(1), PATIENCE);
    await page.uploads.cancel(2);
    expect(page.control.calls).toEqual(["create"]);
    page.swift.release();
    await page.allSettled();
    expect(page.states()).toEqual(["done", "cancelled"]);
  });

  it("that comes too late shows the file as stored", async () => {
    const page = openPage();
    page.control.complete = (_upload, _md5s, signal) => untilAborted(signal);
    page.control.failures.set("discard", [new Problem(409, "already-complete", "It is stored.")]);
    page.uploads.add(files(1));
    await inState(page, "verifying");
    await page.uploads.cancel(1);
    expect(page.states()).toEqual(["done"]);
    expect(page.stored.map(({ id }) => id)).toEqual(["upload-1"]);
  });

  it("stays cancelled when the server can't be reached to clean up", async () => {
    const page = openPage();
    page.control.failures.set("discard", Array(6).fill(new NetworkFailure("no answer")));
    page.swift.outcomes.set(0, ["held"]);
    page.uploads.add(files(1));
    await vi.waitFor(() => expect(page.swift.sending).toBe(1), PATIENCE);
    await page.uploads.cancel(1);
    expect(page.states()).toEqual(["cancelled"]);
  });

  it("does nothing to an upload that is done", async () => {
    const page = openPage();
    page.uploads.add(files(1));
    await page.allSettled();
    await page.uploads.cancel(1);
    expect(page.states()).toEqual(["done"]);
    expect(page.control.count("discard")).toBe(0);
  });
});

describe("the list of uploads", () => {
  it("measures speed and time left at every tick", async () => {
    const page = openPage();
    page.swift.outcomes.set(1, ["held"]);
    page.uploads.add(files(1, "abcdefghijkl"));
    await settle();
    page.uploads.tick();
    await vi.waitFor(() => expect(page.uploads.views[0]?.sentBytes).toBe(12), PATIENCE);
    page.clock.time = 2000;
    page.uploads.tick();
    expect(page.uploads.views[0]).toMatchObject({ bytesPerSecond: 6, secondsLeft: 0 });
  });

  it("loses only done and cancelled uploads when it is cleared", async () => {
    const page = openPage();
    page.control.failures.set("create", [new Problem(413, "too-large", "Too large.")]);
    page.uploads.add(files(2));
    await page.allSettled();
    page.uploads.clearFinished();
    expect(page.states()).toEqual(["failed"]);
  });

  it("never changes a view that was handed out", async () => {
    const page = openPage();
    page.uploads.add(files(1));
    const [before] = page.uploads.views;
    await page.allSettled();
    expect(before?.state).toBe("queued");
  });
});
