import type { StoredFile } from "@direct-upload/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Clipboard,
  type CreatedLink,
  type LinkStore,
  type ShareLink,
  Sharing,
} from "../../src/model/sharing.ts";
import { SiteFailure } from "../../src/model/storedFiles.ts";
import { FakeTimers, settle, storedFile } from "../fakes.ts";

const FAILURE = { code: "too-many-links", detail: "Enough.", status: 409 };

function link(id: string, hour: number): ShareLink {
  return { id, expiresAt: new Date(2026, 0, 1, hour), isOnce: false, addresses: null };
}

const CREATED: CreatedLink = { ...link("new", 2), url: "http://page/l/new" };

describe("sharing", () => {
  const store = { list: vi.fn<LinkStore["list"]>(), create: vi.fn<LinkStore["create"]>(), revoke: vi.fn() };
  const clipboard = vi.fn<Clipboard>();
  const copied = vi.fn<(file: StoredFile, seconds: number) => void>();
  let timers: FakeTimers;
  let sharing: Sharing;

  beforeEach(async () => {
    store.list.mockReset().mockResolvedValue([link("late", 3), link("early", 1)]);
    store.create.mockReset().mockResolvedValue(CREATED);
    store.revoke.mockReset().mockResolvedValue(undefined);
    clipboard.mockReset().mockImplementation(async (text) => void (await text));
    copied.mockReset();
    timers = new FakeTimers();
    sharing = new Sharing(store, clipboard, timers, () => {}, copied);
    sharing.open(storedFile("a"));
    await settle();
  });

  const ids = () => sharing.view?.links?.map(({ id }) => id);

  it("shows the file's links, those that end first before the others", () => {
    expect(store.list).toHaveBeenCalledWith("a");
    expect(ids()).toEqual(["early", "late"]);
  });

  it("makes a link as wished, and shows it among the others", async () => {
    sharing.wish({ seconds: 3600 });
    sharing.wish({ isOnce: true });
    sharing.create();
    expect(sharing.view?.isAsking).toBe(true);
    await settle();
    expect(store.create).toHaveBeenCalledWith("a", { seconds: 3600, isOnce: true });
    expect(ids()).toEqual(["early", "new", "late"]);
    expect(sharing.view).toMatchObject({ created: CREATED, said: "share.created", isAsking: false });
  });

  it("makes one link, however often the button is pressed meanwhile", async () => {
    sharing.create();
    sharing.create();
    await settle();
    expect(store.create).toHaveBeenCalledOnce();
  });

  it.each([
    ["copied", () => Promise.resolve(), "share.copied"],
    ["refused", () => Promise.reject(new Error("not allowed")), "share.notCopied"],
  ])("says when copying was %s", async (_, answer, said) => {
    clipboard.mockImplementation(answer);
    sharing.create();
    await settle();
    sharing.copy();
    await settle();
    expect(clipboard).toHaveBeenCalledWith("http://page/l/new");
    expect(sharing.view?.said).toBe(said);
  });

  it("forgets a revoked link, and its address", async () => {
    sharing.create();
    await settle();
    sharing.revoke("new");
    await settle();
    expect(store.revoke).toHaveBeenCalledWith("a", "new");
    expect(ids()).toEqual(["early", "late"]);
    expect(sharing.view).toMatchObject({ created: null, said: "share.revoked" });
  });

  it("says why something failed, and changes nothing", async () => {
    store.create.mockRejectedValue(new SiteFailure(FAILURE));
    sharing.create();
    await settle();
    expect(sharing.view).toMatchObject({ failure: FAILURE, created: null, isAsking: false });
    expect(ids()).toEqual(["early", "late"]);
  });

  it("hears no answer about a file that is not shared any more", async () => {
    sharing.create();
    sharing.open(storedFile("b"));
    await settle();
    expect(sharing.view).toMatchObject({ file: { id: "b" }, created: null, said: null });
    sharing.create();
    sharing.close();
    await settle();
    expect(sharing.view).toBeNull();
  });

  describe("in one go", () => {
    const file = storedFile("b");
    const copy = async () => {
      sharing.copyLink(file);
      await settle();
    };

    beforeEach(() => sharing.close());

    it("makes a link that opens for a week, and copies it", async () => {
      await copy();
      expect(store.create).toHaveBeenCalledWith("b", { seconds: 604_800, isOnce: false });
      expect(await clipboard.mock.calls[0]?.[0]).toBe("http://page/l/new");
      expect(copied).toHaveBeenCalledWith(file, 604_800);
      expect(sharing.view).toBeNull();
    });

    it("copies the same link again, for a while and until it is revoked", async () => {
      await copy();
      await copy();
      expect(store.create).toHaveBeenCalledOnce();
      timers.pass(3_600_000);
      await copy();
      expect(store.create).toHaveBeenCalledTimes(2);
      sharing.open(file);
      await settle();
      sharing.revoke("new");
      await settle();
      await copy();
      expect(store.create).toHaveBeenCalledTimes(3);
      expect(copied).toHaveBeenCalledTimes(4);
    });

    it("shows the address where it can't be copied", async () => {
      clipboard.mockRejectedValue(new Error("not allowed"));
      await copy();
      expect(sharing.view).toMatchObject({ file: { id: "b" }, created: CREATED, said: "share.notCopied" });
      expect(copied).not.toHaveBeenCalled();
    });

    it("says why no link could be made, and asks anew the next time", async () => {
      store.create.mockRejectedValueOnce(new SiteFailure(FAILURE));
      await copy();
      expect(sharing.view).toMatchObject({ failure: FAILURE, created: null });
      sharing.close();
      await copy();
      expect(copied).toHaveBeenCalledOnce();
    });
  });
});
