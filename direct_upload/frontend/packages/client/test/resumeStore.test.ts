import "fake-indexeddb/auto";
import { forceCloseDatabase, IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { IndexedDbResumeStore } from "../src/browser/resumeStore.ts";
import type { ResumeRecord } from "../src/types.ts";

const SITE = "https://site.example/";
const DAY_MS = 24 * 3600 * 1000;
const NOW = 1_800_000_000_000;

function record(changes: Partial<ResumeRecord> = {}): ResumeRecord {
  return {
    key: "a",
    endpoint: SITE,
    uploadId: "upload-1",
    ticket: "ticket-1",
    name: "film.mp4",
    path: "holiday/film.mp4",
    size: 12,
    type: "video/mp4",
    lastModified: 1_700_000_000_000,
    segmentBytes: 4,
    md5s: ["0cc1", null, null],
    handle: null,
    begunAt: NOW,
    ...changes,
  };
}

const newStore = (now = NOW) => new IndexedDbResumeStore(() => now);

const realTimeout = setTimeout;

/** One turn of the event loop, also while its timers are fake. */
const turn = () => new Promise((resolve) => realTimeout(resolve, 0));

/** Everything that an uploader may ask of the store, none of which may reject. */
async function tryEverything(store = newStore()) {
  await store.put(record());
  await store.delete("b");
  return [await store.list(SITE), await store.find(record())];
}

beforeEach(() => {
  vi.unstubAllGlobals();
  vi.stubGlobal("indexedDB", new IDBFactory());
});

describe("remembering uploads", () => {
  it("gives to the next page what this one kept", async () => {
    await newStore().put(record());
    const next = newStore();
    expect(await next.list(SITE)).toEqual([record()]);
    expect(await next.find(record())).toEqual(record());
  });

  it("keeps one record for each key, the newest", async () => {
    const store = newStore();
    await store.put(record());
    await store.put(record({ md5s: ["0cc1", "92eb", null] }));
    expect((await store.list(SITE)).map(({ md5s }) => md5s)).toEqual([["0cc1", "92eb", null]]);
  });

  it("forgets what is deleted", async () => {
    const store = newStore();
    await store.put(record());
    await store.delete("a");
    expect(await store.find(record())).toBeNull();
  });

  it("lists the uploads to one site only, oldest first", async () => {
    const store = newStore();
    await store.put(record({ key: "young", path: "a", begunAt: NOW }));
    await store.put(record({ key: "old", path: "z", begunAt: NOW - 1 }));
    await store.put(record({ key: "elsewhere", endpoint: `${SITE}mounted/` }));
    expect((await store.list(SITE)).map(({ key }) => key)).toEqual(["old", "young"]);
  });

  it.each([
    ["endpoint", "https://other.example/"],
    ["path", "film.mp4"],
    ["size", 13],
    ["lastModified", 1],
  ])("takes a file with another %s for another file", async (member, value) => {
    const store = newStore();
    await store.put(record());
    expect(await store.find({ ...record(), [member]: value })).toBeNull();
  });

  it("drops what is older than a ticket can be", async () => {
    const store = newStore(NOW - 8 * DAY_MS);
    await store.put(record({ key: "stale", path: "stale", begunAt: NOW - 8 * DAY_MS }));
    await store.put(record({ key: "fresh", begunAt: NOW - 6 * DAY_MS }));
    expect((await newStore(NOW).list(SITE)).map(({ key }) => key)).toEqual(["fresh"]);
    expect(await store.list(SITE)).toHaveLength(1);
  });
});

describe("writing", () => {
  it("needs few transactions for many uploads", async () => {
    const store = newStore();
    await store.list(SITE);
    const transactions = vi.spyOn(IDBDatabase.prototype, "transaction");
    const changes = Array.from({ length: 1000 }, (_, n) => store.put(record({ key: `${n}`, path: `${n}` })));
    await Promise.all(changes);
    expect(transactions.mock.calls.length).toBeLessThan(3);
    transactions.mockRestore();
    expect(await store.list(SITE)).toHaveLength(1000);
  });

  it("shows a change as soon as it was asked for", async () => {
    const store = newStore();
    void store.put(record());
    expect(await store.find(record())).not.toBeNull();
    void store.delete("a");
    expect(await store.find(record())).toBeNull();
  });

  it("lets the last of several changes win", async () => {
    const store = newStore();
    await Promise.all([store.put(record()), store.delete("a")]);
    expect(await store.list(SITE)).toEqual([]);
    await Promise.all([store.put(record()), store.delete("a"), store.put(record({ ticket: "ticket-2" }))]);
    expect((await store.list(SITE)).map(({ ticket }) => ticket)).toEqual(["ticket-2"]);
  });

  it("keeps the rest of a record whose handle can't be kept", async () => {
    const handle = { getFile: () => Promise.reject(new Error("functions can't be cloned")) };
    const store = newStore();
    await store.put(record({ handle: handle as unknown as FileSystemFileHandle }));
    expect(await store.list(SITE)).toEqual([record({ handle: null })]);
  });
});

describe("without a database", () => {
  const nothing = [[], null];

  it("remembers nothing where there is none", async () => {
    vi.stubGlobal("indexedDB", undefined);
    expect(await tryEverything()).toEqual(nothing);
  });

  it("remembers nothing where it is forbidden", async () => {
    const open = () => {
      throw new DOMException("Not in this frame", "SecurityError");
    };
    vi.stubGlobal("indexedDB", { open });
    expect(await tryEverything()).toEqual(nothing);
  });

  it("remembers nothing where a later version of the page has changed it", async () => {
    (await openDB("direct-upload", 2)).close();
    expect(await tryEverything()).toEqual(nothing);
  });

  it("goes on when it is full", async () => {
    const store = newStore();
    await store.list(SITE);
    const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("No room", "QuotaExceededError");
    });
    expect(await tryEverything(store)).toEqual(nothing);
    put.mockRestore();
  });

  /** A store whose database another tab kept from being opened for too long, and does no more. */
  const openLate = async () => {
    const other = await openDB("direct-upload", 1);
    const deletion = indexedDB.deleteDatabase("direct-upload");
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    const store = newStore();
    const trying = tryEverything(store);
    await turn();
    vi.runAllTimers();
    vi.useRealTimers();
    const found = await trying;
    other.close();
    await new Promise((resolve) => deletion.addEventListener("success", resolve));
    await turn();
    return { store, found };
  };

  it("waits only a while for one that another tab keeps from being opened", async () => {
    const { found } = await openLate();
    expect(found).toEqual(nothing);
  });

  it("remembers from when it could be opened at last", async () => {
    const { store } = await openLate();
    await store.put(record());
    expect(await store.list(SITE)).toEqual([record()]);
  });

  it("is not in the way of others when it was opened late", async () => {
    await openLate();
    (await openDB("direct-upload", 9)).close();
  });
});

describe("beside other tabs", () => {
  it("makes room for a page with another version", async () => {
    const store = newStore();
    await store.put(record());
    const newer = await openDB("direct-upload", 2);
    expect(await tryEverything(store)).toEqual([[], null]);
    newer.close();
  });

  it("opens it again when the browser has ended the connection", async () => {
    const open = vi.spyOn(IDBFactory.prototype, "open");
    const store = newStore();
    await store.put(record());
    const request = open.mock.results[0]?.value as IDBOpenDBRequest;
    forceCloseDatabase(request.result as never);
    open.mockRestore();
    expect(await store.list(SITE)).toHaveLength(1);
  });
});
