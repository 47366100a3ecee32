import { beforeEach, describe, expect, it, vi } from "vitest";
import { type CreatedLink, type LinkStore, type ShareLink, Sharing } from "../../src/model/sharing.ts";
import { SiteFailure } from "../../src/model/storedFiles.ts";
import { settle, storedFile } from "../fakes.ts";

const FAILURE = { code: "too-many-links", detail: "Enough.", status: 409 };

function link(id: string, hour: number): ShareLink {
  return { id, expiresAt: new Date(2026, 0, 1, hour), isOnce: false, addresses: null };
}

const CREATED: CreatedLink = { ...link("new", 2), url: "http://page/l/new" };

describe("sharing", () => {
  const store = { list: vi.fn<LinkStore["list"]>(), create: vi.fn<LinkStore["create"]>(), revoke: vi.fn() };
  const clipboard = vi.fn<(text: string) => Promise<void>>();
  let sharing: Sharing;

  beforeEach(async () => {
    store.list.mockReset().mockResolvedValue([link("late", 3), link("early", 1)]);
    store.create.mockReset().mockResolvedValue(CREATED);
    store.revoke.mockReset().mockResolvedValue(undefined);
    clipboard.mockReset().mockResolvedValue(undefined);
    sharing = new Sharing(store, clipboard, () => {});
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
});
