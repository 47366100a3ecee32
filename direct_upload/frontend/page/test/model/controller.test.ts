import type { Offer, Uploader, UploadView } from "@direct-upload/client";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Announcer } from "../../src/model/announcer.ts";
import { type Batches, type Browser, Controller } from "../../src/model/controller.ts";
import { NOBODY, Session, type SessionStore } from "../../src/model/session.ts";
import { Sharing } from "../../src/model/sharing.ts";
import { type FileStore, SiteFailure, StoredFiles } from "../../src/model/storedFiles.ts";
import { UploadsPanel } from "../../src/model/uploadsPanel.ts";
import { english, FakeTimers, settle, storedFile, summary, view, wordsIn } from "../fakes.ts";

function fakeUploader() {
  const methods = ["add", "pause", "resume", "pauseAll", "resumeAll", "cancel", "cancelAll", "clearFinished"];
  const more = ["allow", "allowAll", "setMaxBytesPerSecond"];
  const fakes = Object.fromEntries([...methods, ...more].map((name) => [name, vi.fn()]));
  const views: UploadView[] = [view("interrupted", { needs: "file" })];
  return { ...fakes, views, summary: summary(), supply: vi.fn(async () => false) } as unknown as Uploader;
}

async function* batches(...each: File[][]): Batches {
  yield* each;
}

const file = new File(["x"], "x.txt");
const LINK = { id: "1", expiresAt: new Date(0), isOnce: false, addresses: null, url: "http://page/l/1" };
const SIGN_IN_NEEDED = { code: "sign-in-needed", detail: "Sign in.", status: 401 };

describe("what people do", () => {
  let uploader: Uploader;
  let timers: FakeTimers;
  let browser: Browser;
  let controller: Controller;
  let people: SessionStore;
  let list: ReturnType<typeof vi.fn<FileStore["list"]>>;
  let deleted: string[];
  let go: ReturnType<typeof vi.fn<(address: string | null) => void>>;

  beforeEach(() => {
    uploader = fakeUploader();
    timers = new FakeTimers();
    browser = {
      pickFiles: () => null,
      pickFolder: () => null,
      pickOne: async () => file,
      openRecorder: async () => {},
      loadWords: async (language) => wordsIn(language),
    };
    list = vi.fn(async () => ({ files: [], next: null }));
    deleted = [];
    const store = { list, delete: async (id: string) => void deleted.push(id) };
    const files = new StoredFiles(store, timers, () => {});
    people = { look: async () => NOBODY, signOut: vi.fn(async () => "http://provider/end") };
    go = vi.fn();
    const session = new Session(people, go, () => {});
    const links = { list: async () => [], create: vi.fn(async () => LINK), revoke: async () => {} };
    const sharing = new Sharing(
      links,
      async () => {},
      timers,
      () => {},
      (file, seconds) => controller.linkCopied(file, seconds),
    );
    const announcer = new Announcer(
      timers,
      () => english,
      () => {},
    );
    const panel = new UploadsPanel(uploader, () => {});
    const parts = { uploader, panel, files, session, sharing, announcer, timers, browser };
    controller = new Controller(english, parts, () => {});
  });

  const said = () => {
    timers.pass(1000);
    return controller.state.said;
  };

  it("uploads files as they are found", async () => {
    controller.setDragging(true);
    await controller.take(batches([file], [file, file]));
    expect(vi.mocked(uploader.add).mock.calls.map(([files]) => [...files].length)).toEqual([1, 2]);
    expect(controller.state).toMatchObject({ isDragging: false, notice: null });
  });

  it("is told that there was no file, or that some could not be read", async () => {
    await controller.take(batches());
    expect(controller.state.notice?.text).toBe("choose.nothing");
    const unreadable = (async function* (): Batches {
      controller.unreadable();
      yield* [];
    })();
    await controller.take(unreadable);
    expect(controller.state.notice?.text).toBe("choose.unreadable");
    controller.dismissNotice();
    expect(controller.state.notice).toBeNull();
  });

  it("opens the page's own input where the browser has no picker", () => {
    const input = vi.fn();
    controller.chooseFiles(input);
    controller.chooseFolder(input);
    expect(input).toHaveBeenCalledTimes(2);
  });

  it("uploads what was picked, and says nothing when the picker was closed", async () => {
    const input = vi.fn();
    browser.pickFiles = () => batches([file]);
    controller.chooseFiles(input);
    browser.pickFolder = () => batches();
    controller.chooseFolder(input);
    await settle();
    expect(uploader.add).toHaveBeenCalledTimes(1);
    expect([input.mock.calls.length, controller.state.notice]).toEqual([0, null]);
  });

  it.each<[Offer, keyof Uploader]>([
    ["pause", "pause"],
    ["resume", "resume"],
    ["now", "resume"],
    ["retry", "resume"],
    ["cancel", "cancel"],
    ["allow", "allow"],
  ])("%s: calls %s", (action, method) => {
    controller.act("film.mov", action);
    expect(uploader[method]).toHaveBeenCalledWith("film.mov");
  });

  it("learns that another file was chosen than the upload needs, until it is the right one", async () => {
    controller.act("film.mov", "supply");
    await settle();
    expect([...controller.state.uploads.otherFiles]).toEqual(["film.mov"]);
    vi.mocked(uploader.supply).mockResolvedValue(true);
    controller.act("film.mov", "supply");
    await settle();
    expect(controller.state.uploads.otherFiles.size).toBe(0);
  });

  it("continues all that wait for permission", () => {
    controller.continueAll();
    expect(uploader.allowAll).toHaveBeenCalledOnce();
  });

  it("cancels all only after being asked", () => {
    controller.askToCancelAll(true);
    expect([controller.state.isAskingToCancelAll, vi.mocked(uploader.cancelAll).mock.calls.length]).toEqual([
      true,
      0,
    ]);
    controller.cancelAll();
    expect(controller.state.isAskingToCancelAll).toBe(false);
    expect(uploader.cancelAll).toHaveBeenCalledOnce();
  });

  it("limits the speed", () => {
    controller.setLimit(1e6);
    expect(uploader.setMaxBytesPerSecond).toHaveBeenCalledWith(1e6);
    expect(controller.state.uploads.limit).toBe(1e6);
  });

  it("begins another search on the first page", () => {
    controller.query({ page: 3 });
    controller.query({ search: "a" });
    expect(controller.state.query).toMatchObject({ search: "a", page: 0 });
  });

  it("hears how many files a search has found, and which a page shows", async () => {
    const files = Array.from({ length: 120 }, (_, number) => storedFile(`page ${number}.tif`));
    list.mockResolvedValue({ files, next: null });
    controller.loadFiles();
    await settle();
    expect(said()).toBe("120 files");
    controller.query({ page: 1 });
    expect(said()).toBe("51–100 of 120");
    controller.query({ search: "page" });
    controller.query({ search: "page 7" });
    expect(said()).toBe("21 of 120 found");
    controller.query({ sort: { by: "name", direction: "ascending" } });
    timers.pass(10_000);
    expect(controller.state.said).toBe("");
  });

  it("is told that a link was copied, at its place for a moment and aloud", async () => {
    controller.sharing.copyLink(storedFile("holiday/beach.jpg"));
    await settle();
    expect(controller.state.copiedLinkOf).toBe("holiday/beach.jpg");
    expect(said()).toBe("Link to “beach.jpg” copied. It opens for 7 days.");
    timers.pass(5000);
    expect(controller.state.copiedLinkOf).toBeNull();
  });

  it("deletes what was deleted before the reader signs out, and goes where the site says", async () => {
    people.look = async () => ({ ...NOBODY, name: "Ann", signOutUrl: "/out" });
    controller.settled(view("failed", { failure: SIGN_IN_NEEDED }));
    await controller.lookAgain();
    controller.delete(storedFile("a"));
    controller.signOut();
    await settle();
    expect([deleted, go.mock.calls]).toEqual([["a"], [["http://provider/end"]]]);
  });

  it("is told when signing out did not work", async () => {
    people.look = async () => ({ ...NOBODY, signOutUrl: "/out" });
    controller.settled(view("failed", { failure: SIGN_IN_NEEDED }));
    await controller.lookAgain();
    vi.mocked(people.signOut).mockRejectedValue(new SiteFailure(SIGN_IN_NEEDED));
    controller.signOut();
    await settle();
    expect(controller.state.notice?.text).toBe("session.notSignedOut");
  });

  it("goes on with what waited for signing in, when somebody has signed in elsewhere", async () => {
    const refused = view("failed", { name: "a", failure: SIGN_IN_NEEDED });
    const other = view("failed", { name: "b", failure: { ...SIGN_IN_NEEDED, code: "storage-full" } });
    Object.assign(uploader, { views: [refused, other] });
    list.mockRejectedValueOnce(new SiteFailure(SIGN_IN_NEEDED));
    controller.loadFiles();
    await settle();
    controller.settled(refused);
    await controller.lookAgain();
    expect([controller.state.session.isSignInNeeded, vi.mocked(uploader.resume).mock.calls]).toEqual([
      true,
      [],
    ]);
    people.look = async () => ({ ...NOBODY, name: "Ann" });
    await controller.lookAgain();
    await settle();
    expect(controller.state.session).toMatchObject({ name: "Ann", isSignInNeeded: false });
    expect(vi.mocked(uploader.resume).mock.calls).toEqual([["a"]]);
    expect(controller.state.files.load).toBe("ready");
  });

  it("says how many deleted files stay", () => {
    controller.delete(storedFile("a"));
    controller.delete(storedFile("b"));
    controller.undo();
    expect(said()).toBe("2 files kept");
  });

  it("changes the language, if there is such a one", async () => {
    controller.setLanguage("xx");
    controller.setLanguage("de");
    await settle();
    expect(controller.state.words.t("files.size")).toBe("Größe");
  });

  it("is told when the recorder can't be loaded", async () => {
    browser.openRecorder = () => Promise.reject(new TypeError("Failed to fetch"));
    controller.record();
    expect(controller.state.isOpeningRecorder).toBe(true);
    await settle();
    expect(controller.state).toMatchObject({
      isOpeningRecorder: false,
      notice: { text: "record.unavailable" },
    });
  });
});
