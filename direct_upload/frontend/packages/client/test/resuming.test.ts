import { describe, expect, it } from "vitest";
import { Problem } from "../src/core/failures.ts";
import { openPage, type Page, type World } from "./bench.ts";
import { hollowFile, settle } from "./fakes.ts";

const MIB = 1 << 20;
const film = (lastModified = 1) => hollowFile(10 * MIB, "film.mov", lastModified);

/** A page in which a film of ten segments is under way, some of them stored. */
async function openHalfWay(handled = false): Promise<Page> {
  const page = openPage({ connections: 2 });
  page.control.segmentBytes = MIB;
  page.swift.msForPut = () => 1_000;
  const file = film();
  const handle = page.handles.handleOf(file);
  page.uploader.add([handled ? { file, handle } : file]);
  await page.clock.advance(3_500);
  return page;
}

/** Closes a page and opens one anew. */
async function reload(page: Page): Promise<Page> {
  page.uploader.close();
  await page.clock.advance(2_000);
  return openPage({ connections: 2 }, page.world);
}

const record = ({ resumeStore }: World) => [...resumeStore.records.values()][0];
const puts = ({ swift }: World) => swift.requests.filter((request) => request.startsWith("PUT"));

describe("what is remembered", () => {
  it("is written down when an upload begins", async () => {
    const page = openPage();
    page.control.segmentBytes = MIB;
    page.swift.msForPut = () => 1_000;
    const handle = page.handles.handleOf(film());
    page.uploader.add([{ file: film(), path: "videos/film.mov", handle }]);
    await page.clock.advance(10);
    expect(record(page)).toMatchObject({
      endpoint: "http://site/",
      path: "videos/film.mov",
      name: "film.mov",
      size: 10 * MIB,
      uploadId: "upload-1",
      ticket: "ticket of upload-1",
      segmentBytes: MIB,
      begunAt: 1_000,
      handle,
    });
  });

  it("follows the segments, about once a second and when the upload is paused", async () => {
    const page = await openHalfWay();
    const stored = () => record(page)?.md5s.filter((md5) => md5 !== null).length;
    expect(stored()).toBeGreaterThanOrEqual(4);
    expect(page.resumeStore.puts).toBeLessThan(6);
    await page.clock.advance(600);
    page.uploader.pauseAll();
    await settle();
    expect(stored()).toBe(8);
  });

  it.each(["done", "cancelled"] as const)("is forgotten when the upload is %s", async (end) => {
    const page = await openHalfWay();
    if (end === "cancelled") void page.uploader.cancelAll();
    await page.until(end);
    await page.clock.advance(2_000);
    expect(page.resumeStore.records.size).toBe(0);
  });

  it("is nothing of small files, which are sent as soon as that", async () => {
    const page = openPage();
    page.uploader.add([hollowFile(1000, "small.txt")]);
    await page.until("done");
    expect(page.resumeStore.puts).toBe(0);
  });
});

describe("after a reload", () => {
  it("an upload is interrupted, shows how far it was, and needs its file", async () => {
    const page = await reload(await openHalfWay());
    await page.uploader.restore();
    expect(page.only()).toMatchObject({ state: "interrupted", needs: "file", name: "film.mov" });
    expect(page.only().sentBytes).toBeGreaterThanOrEqual(4 * MIB);
    expect(page.uploader.summary).toMatchObject({ interrupted: 1, underWay: 0 });
  });

  it("the same file lets it go on with what is missing", async () => {
    const page = await reload(await openHalfWay());
    await page.uploader.restore();
    const before = puts(page).length;
    expect(await page.uploader.supply(page.only().key, film())).toBe(true);
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
    expect(puts(page).length - before).toBeLessThanOrEqual(6);
    expect(page.control.completed[0]).toHaveLength(10);
    await page.clock.advance(2_000);
    expect(page.resumeStore.records.size).toBe(0);
  });

  it("choosing the same file again is as good", async () => {
    const page = await reload(await openHalfWay());
    await page.uploader.restore();
    const { key } = page.only();
    expect(page.uploader.add([film()])).toEqual([key]);
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
  });

  it("choosing it before anything was restored, too", async () => {
    const page = await reload(await openHalfWay());
    page.uploader.add([film()]);
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
    await page.clock.advance(2_000);
    expect(page.resumeStore.records.size).toBe(0);
  });

  it("a file that may be read goes on by itself", async () => {
    const before = await openHalfWay(true);
    before.handles.isGranted = true;
    const page = await reload(before);
    await page.uploader.restore();
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
  });

  it("a file with a handle needs one click", async () => {
    const page = await reload(await openHalfWay(true));
    await page.uploader.restore();
    const { key, needs } = page.only();
    expect(needs).toBe("permission");
    page.handles.willGrant = false;
    expect(await page.uploader.allow(key)).toBe(false);
    expect(page.states()).toEqual(["interrupted"]);
    page.handles.willGrant = true;
    expect(await page.uploader.allow(key)).toBe(true);
    await page.until("done");
  });

  it("restoring twice shows nothing twice", async () => {
    const page = await reload(await openHalfWay());
    await Promise.all([page.uploader.restore(), page.uploader.restore()]);
    await page.uploader.restore();
    expect(page.states()).toEqual(["interrupted"]);
  });

  it("an interrupted upload can be cancelled, with what is stored of it", async () => {
    const page = await reload(await openHalfWay());
    await page.uploader.restore();
    await page.uploader.cancel(page.only().key);
    await page.clock.advance(2_000);
    expect(page.control.count("discard")).toBe(1);
    expect(page.resumeStore.records.size).toBe(0);
  });

  it("one can be cancelled by its key, and the others stay as they are", async () => {
    const former = await openHalfWay(true);
    former.handles.isGranted = true;
    const handle = former.handles.handleOf(hollowFile(10 * MIB, "other.mov"));
    const [, unwanted = ""] = former.uploader.add([
      film(),
      { file: hollowFile(10 * MIB, "other.mov"), handle },
    ]);
    await former.clock.advance(500);
    const page = await reload(former);
    expect(page.resumeStore.records.size).toBe(2);
    await page.uploader.cancel(unwanted);
    await page.clock.advance(2_000);
    expect(page.states()).toEqual(["cancelled"]);
    expect([...page.resumeStore.records.values()].map(({ name }) => name)).toEqual(["film.mov"]);
    expect(page.control.count("discard")).toBe(1);
    await page.uploader.cancel("nobody");
  });

  it("begins anew, without a word, when its ticket has expired", async () => {
    const page = await reload(await openHalfWay());
    await page.uploader.restore();
    page.control.failures.set("renew", [new Problem(410, "ticket-expired", "Too late.")]);
    await page.uploader.supply(page.only().key, film());
    await page.until("done");
    expect(page.control.count("create")).toBe(2);
  });
});

const interrupted = async () => {
  const page = await reload(await openHalfWay());
  await page.uploader.restore();
  return { page, key: page.only().key };
};

describe("several files with handles", () => {
  /** Three films that a reload interrupted. */
  const threeInterrupted = async () => {
    const former = openPage({ connections: 2 });
    former.control.segmentBytes = MIB;
    former.swift.msForPut = () => 1_000;
    const films = ["a.mov", "b.mov", "c.mov"].map((name) => hollowFile(10 * MIB, name));
    const handles = films.map((file) => former.handles.handleOf(file));
    former.uploader.add(films.map((file, n) => ({ file, handle: handles[n] as FileSystemFileHandle })));
    await former.clock.advance(3_500);
    const page = await reload(former);
    await page.uploader.restore();
    const keys = page.uploader.views.map(({ key }) => key);
    expect(page.uploader.views.map(({ needs }) => needs)).toEqual(keys.map(() => "permission"));
    expect(keys).toHaveLength(3);
    return { ...page, films: handles, keys };
  };

  it("all go on when one click has allowed all of them", async () => {
    const page = await threeInterrupted();
    expect(await page.uploader.allow(page.keys[1] ?? "")).toBe(true);
    await page.until("done");
    expect(page.handles.asked).toBe(1);
  });

  it("can be asked for all at once, where the browser asks for each", async () => {
    const page = await threeInterrupted();
    page.handles.grantsAll = false;
    await page.uploader.allowAll();
    await page.until("done");
    expect(page.handles.asked).toBe(page.keys.length);
  });

  it("are not asked for any more after a no", async () => {
    const page = await threeInterrupted();
    page.handles.willGrant = false;
    await page.uploader.allowAll();
    expect(page.handles.asked).toBe(1);
    expect(new Set(page.states())).toEqual(new Set(["interrupted"]));
  });

  it("need the person where they are not any more, or are changed", async () => {
    const page = await threeInterrupted();
    const [first, second] = page.films as [FileSystemFileHandle, FileSystemFileHandle];
    page.handles.files.delete(first);
    page.handles.files.set(second, hollowFile(9 * MIB, "b.mov"));
    await page.uploader.allowAll();
    await page.clock.advance(100);
    expect(page.uploader.views.slice(0, 2)).toMatchObject([
      { state: "interrupted", needs: "file" },
      { state: "interrupted", needs: "file" },
    ]);
  });
});

describe("a file that is still being compared", () => {
  it("is compared with what is stored of it, however often it is added", async () => {
    const { page, key } = await interrupted();
    const release = page.hasher.hold();
    expect(page.uploader.add([film()])).toEqual([key]);
    await page.clock.advance(100);
    expect(page.uploader.add([film()])).toEqual([key]);
    await page.clock.advance(100);
    release();
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
  });

  it.each(["added", "supplied"])("can still be resumed later when the page is closed: %s", async (how) => {
    const { page, key } = await interrupted();
    const release = page.hasher.hold();
    if (how === "added") page.uploader.add([film()]);
    else void page.uploader.supply(key, film());
    await page.clock.advance(100);
    page.uploader.close();
    release();
    await page.clock.advance(2_000);
    expect(record(page)?.uploadId).toBe("upload-1");
    expect(page.control.count("create")).toBe(1);
  });

  it("keeps its progress when it can't be read after all", async () => {
    const { page } = await interrupted();
    const gone = film();
    page.hasher.move(gone);
    page.uploader.add([gone]);
    await page.until("failed");
    expect(page.only().failure?.code).toBe("file-unreadable");
    page.uploader.add([film()]);
    await page.until("done");
    expect(page.control.count("create")).toBe(1);
  });
});

describe("a supplied file", () => {
  it.each([
    ["another size", hollowFile(9 * MIB, "film.mov")],
    ["another name", hollowFile(10 * MIB, "movie.mov")],
  ])("with %s is not the same", async (_, file) => {
    const { page, key } = await interrupted();
    expect(await page.uploader.supply(key, file)).toBe(false);
    expect(page.only()).toMatchObject({ state: "interrupted", needs: "file" });
  });

  it("is compared by samples when it was not written since", async () => {
    const { page, key } = await interrupted();
    page.hasher.hashed = 0;
    expect(await page.uploader.supply(key, film())).toBe(true);
    expect(page.hasher.hashed).toBe(4);
  });

  it("is compared whole when it was", async () => {
    const { page, key } = await interrupted();
    const stored = record(page)?.md5s.filter((md5) => md5 !== null).length;
    page.hasher.hashed = 0;
    expect(await page.uploader.supply(key, film(2))).toBe(true);
    expect(page.hasher.hashed).toBe(stored);
    await page.until("done");
  });

  it("is not the same when what is stored differs, and can be uploaded by itself", async () => {
    const { page, key } = await interrupted();
    const other = hollowFile(10 * MIB, "film.mov", 2);
    const { slice } = other;
    other.slice = (start = 0, end) => hollowFile(10 * MIB, "other").slice(start, end);
    expect(await page.uploader.supply(key, other)).toBe(false);
    other.slice = slice;
    expect(page.states()).toEqual(["interrupted"]);
    page.uploader.add([other]);
    expect(page.states()).toEqual(["interrupted", "queued"]);
  });

  it("does nothing for an upload that needs none", async () => {
    const page = await openHalfWay();
    expect(await page.uploader.supply(page.only().key, film())).toBe(false);
    expect(await page.uploader.supply("nobody", film())).toBe(false);
    expect(await page.uploader.allow(page.only().key)).toBe(false);
  });

  it("that was changed without a trace is uploaded anew when it is added", async () => {
    const { page, key } = await interrupted();
    const changed = film();
    changed.slice = (start = 0, end) => hollowFile(10 * MIB, "changed").slice(start, end);
    expect(page.uploader.add([changed])).toEqual([key]);
    await page.until("done");
    expect(page.control.count("create")).toBe(2);
    expect(page.control.completed[0]?.[0]).toContain("changed");
  });
});
