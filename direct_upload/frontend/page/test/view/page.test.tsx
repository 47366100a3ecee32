// @vitest-environment happy-dom
import type { UploadView } from "@direct-upload/client";
import { cleanup, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FIRST_QUERY } from "../../src/model/fileTable.ts";
import type { PageActions, PageState } from "../../src/model/pageState.ts";
import { NOBODY } from "../../src/model/session.ts";
import type { CreatedLink, SharingView } from "../../src/model/sharing.ts";
import type { FilesView } from "../../src/model/storedFiles.ts";
import { Page } from "../../src/view/page.tsx";
import { english, storedFile, summary, view, wordsIn } from "../fakes.ts";

afterEach(cleanup);

const FILES: FilesView = {
  files: [],
  load: "ready",
  failure: null,
  hasMore: false,
  undoable: [],
  refusals: new Map(),
};

function state(change: Partial<PageState> = {}): PageState {
  return {
    words: english,
    now: 0,
    notice: null,
    said: "",
    isDragging: false,
    isOpeningRecorder: false,
    isAskingToCancelAll: false,
    uploads: { views: [], summary: summary(), show: "all", limit: null, otherFiles: new Set() },
    files: FILES,
    query: FIRST_QUERY,
    preview: null,
    copiedLinkOf: null,
    session: NOBODY,
    sharing: null,
    ...change,
  };
}

type Fakes<T> = Record<Exclude<keyof T, "sharing">, ReturnType<typeof vi.fn>>;

function fakes<T>(own: object = {}): Fakes<T> {
  const known = new Map<string | symbol, unknown>(Object.entries(own));
  const called = (name: string | symbol) => known.get(name) ?? known.set(name, vi.fn()).get(name);
  return new Proxy({} as Fakes<T>, { get: (_, name) => called(name) });
}

function fakeActions() {
  const sharing = fakes<PageActions["sharing"]>();
  return Object.assign(fakes<PageActions>({ sharing }), { sharing });
}

function show(change: Partial<PageState> = {}) {
  const actions = fakeActions();
  const page = render(<Page state={state(change)} actions={actions as unknown as PageActions} />);
  const update = (next: Partial<PageState>) =>
    page.rerender(<Page state={state(next)} actions={actions as unknown as PageActions} />);
  return { ...page, actions, update };
}

const uploads = (...views: UploadView[]) => ({ ...state().uploads, views });
const files = (...names: string[]) => ({ ...FILES, files: names.map((name) => storedFile(name)) });

describe("the page", () => {
  it("shows no list of uploads before there is one", () => {
    show();
    expect(screen.queryByTestId("uploads")).toBeNull();
    expect(screen.getByTestId("files-empty").textContent).toContain("Nothing stored yet");
  });

  it("names the button, and the file it is for", () => {
    const { actions } = show({
      uploads: uploads(view("uploading", { name: "a.mov" }), view("queued", { name: "b.mov" })),
    });
    fireEvent.click(screen.getByRole("button", { name: "Cancel: b.mov" }));
    expect(actions.act).toHaveBeenCalledWith("b.mov", "cancel");
  });

  it("says how far an upload is to those who don't see the bar", () => {
    show({ uploads: uploads(view("uploading")) });
    const bar = screen.getByRole("progressbar", { name: "Upload of film.mov" });
    expect(bar.getAttribute("aria-valuetext")).toBe("25%, 500 kB of 2.0 MB");
  });

  it("keeps the focus on the button that takes the place of the pressed one", () => {
    const { update } = show({ uploads: uploads(view("uploading")) });
    const button = screen.getByTestId("upload-pause");
    button.focus();
    fireEvent.click(button);
    update({ uploads: uploads(view("paused")) });
    expect(document.activeElement).toBe(screen.getByTestId("upload-resume"));
  });

  it("gives the focus to the row when the pressed button is gone", () => {
    const { update } = show({ uploads: uploads(view("queued")) });
    const button = screen.getByTestId("upload-cancel");
    button.focus();
    fireEvent.click(button);
    update({ uploads: uploads(view("cancelled")) });
    expect(document.activeElement).toBe(screen.getByTestId("upload-row"));
  });

  it("offers to continue all that wait for permission, and then has the focus in the heading", () => {
    const views = ["a", "b"].map((name) => view("interrupted", { name, needs: "permission" }));
    const given = { ...uploads(...views), summary: summary({ underWay: 0, interrupted: 2 }) };
    const { actions } = show({ uploads: given });
    fireEvent.click(screen.getByRole("button", { name: "Continue all" }));
    expect(actions.continueAll).toHaveBeenCalledOnce();
    expect(document.activeElement?.textContent).toBe("Uploads");
  });

  it("draws only some of ten thousand uploads, and says which of how many they are", () => {
    const views = Array.from({ length: 10_000 }, (_, number) => view("queued", { name: `${number}.txt` }));
    show({ uploads: uploads(...views) });
    expect(screen.queryAllByTestId("upload-row").length).toBeLessThan(100);
  });

  it("has files in a table with sortable columns", () => {
    const { actions } = show({ files: files("a.txt", "holiday/b.jpg") });
    const table = screen.getByRole("table", { name: "Your files" });
    expect(within(table).getAllByRole("row")).toHaveLength(3);
    expect(within(table).getByRole("columnheader", { name: "Date" }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    fireEvent.click(within(table).getByRole("button", { name: "Name" }));
    expect(actions.query).toHaveBeenCalledWith({ sort: { by: "name", direction: "ascending" } });
  });

  it("gives the focus to the next file when one is deleted, and to the heading after the last", () => {
    const { actions } = show({ files: files("a.txt", "b.txt") });
    const [first, second] = screen.getAllByTestId("file-delete");
    fireEvent.click(first as HTMLElement);
    expect(document.activeElement).toBe(second);
    expect(actions.delete).toHaveBeenCalledWith(expect.objectContaining({ name: "b.txt" }));
    cleanup();
    show({ files: files("a.txt") });
    fireEvent.click(screen.getByTestId("file-delete"));
    expect(document.activeElement?.textContent).toBe("Your files");
  });

  it("says what is missing in the list, and how to have it", () => {
    const failure = { code: "storage-unavailable", detail: "Away.", status: 503 };
    show({ files: { ...FILES, load: "failed", failure } });
    expect(screen.getByTestId("files-error").textContent).toContain("The storage does not answer.");
    cleanup();
    show({ files: { ...files("a"), hasMore: true } });
    expect(screen.getByText("Only the newest 1 file is shown and searched.")).toBeTruthy();
  });

  it("shows names as text, whatever is in them", () => {
    show({ files: files("<img src=x onerror=alert(1)>.txt") });
    expect(document.querySelector("td img")).toBeNull();
  });

  it("is in the reader's language", () => {
    show({ words: wordsIn("ja"), files: files("a.txt") });
    expect(screen.getByRole("heading", { name: "保存したファイル" })).toBeTruthy();
  });
});

describe("who is signed in", () => {
  it("is not shown where nobody signs in", () => {
    show();
    expect(["who", "sign-in", "sign-out"].map((id) => screen.queryByTestId(id))).toEqual([null, null, null]);
  });

  it("is shown, with the way out", () => {
    const { actions } = show({ session: { ...NOBODY, name: "Ann", signOutUrl: "/out" } });
    expect(screen.getByText("Signed in as Ann")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
    expect(actions.signOut).toHaveBeenCalledOnce();
  });

  it("can sign in, and is told when that is needed", () => {
    const { actions, update } = show({ session: { ...NOBODY, signInUrl: "/in" } });
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    update({ session: { ...NOBODY, signInUrl: "/in", isSignInNeeded: true } });
    expect(screen.getByTestId("sign-in-needed").textContent).toContain("You are not signed in any more.");
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(actions.signIn).toHaveBeenCalledTimes(2);
  });
});

describe("a held file", () => {
  it("is said to be checked, and can only be deleted", () => {
    show({ files: { ...FILES, files: [storedFile("a.png", { type: "image/png", state: "held" })] } });
    expect(screen.getByTestId("file-held").textContent).toBe("Being checked");
    const row = screen.getByTestId("file-row");
    expect(within(row).queryByRole("link")).toBeNull();
    expect(
      within(row)
        .getAllByRole("button")
        .map((button) => button.ariaLabel ?? button.getAttribute("aria-label")),
    ).toEqual(["Delete: a.png"]);
  });
});

describe("sharing a file", () => {
  const created: CreatedLink = {
    id: "1",
    expiresAt: new Date("2026-11-22T12:00:00"),
    isOnce: true,
    addresses: "10.0.0.0/8",
    url: "http://page/l/1",
  };
  const sharing: SharingView = {
    file: storedFile("holiday/a.txt"),
    wish: { seconds: 3600, isOnce: false },
    links: [],
    created: null,
    isAsking: false,
    said: null,
    failure: null,
  };

  it("begins with the file's button", () => {
    const { actions } = show({ files: files("a.txt") });
    fireEvent.click(screen.getByRole("button", { name: "Share…: a.txt" }));
    expect(actions.sharing.open).toHaveBeenCalledWith(expect.objectContaining({ name: "a.txt" }));
  });

  it("is a copied link in one click, which shows for a moment that it was", () => {
    const { actions, update } = show({ files: files("a.txt", "b.txt") });
    const button = screen.getByRole("button", { name: "Copy link: b.txt" });
    const before = button.innerHTML;
    fireEvent.click(button);
    expect(actions.sharing.copyLink).toHaveBeenCalledWith(expect.objectContaining({ name: "b.txt" }));
    update({ files: files("a.txt", "b.txt"), copiedLinkOf: "b.txt" });
    expect(button.innerHTML).not.toBe(before);
    expect(button.getAttribute("aria-label")).toBe("Copy link: b.txt");
  });

  it("lets the reader choose how long, and whether once", () => {
    const { actions } = show({ sharing });
    const choice = screen.getByLabelText("Ends after");
    expect(
      within(choice)
        .getAllByRole("option")
        .map(({ textContent }) => textContent),
    ).toEqual(["1 hour", "1 day", "7 days", "30 days"]);
    fireEvent.change(choice, { target: { value: "86400" } });
    fireEvent.click(screen.getByLabelText("Works once"));
    expect(actions.sharing.wish.mock.calls).toEqual([[{ seconds: 86_400 }], [{ isOnce: true }]]);
  });

  it("shows the new address, with the focus on it", () => {
    const { actions, update } = show({ sharing });
    update({ sharing: { ...sharing, created, links: [created], said: "share.created" } });
    expect((document.activeElement as HTMLInputElement).value).toBe("http://page/l/1");
    expect(screen.getByTestId("share-said").textContent).toBe("Link created");
    fireEvent.click(screen.getByTestId("share-copy"));
    expect(actions.sharing.copy).toHaveBeenCalledOnce();
  });

  it("names each link by what it is, and keeps the focus when it is revoked", () => {
    const { actions } = show({ sharing: { ...sharing, links: [created] } });
    expect(screen.getByTestId("share-link").textContent).toMatch(
      /Ends Nov 22, 2026, 12:00\sPM · works once · for 10.0.0.0\/8 only/,
    );
    fireEvent.click(screen.getByRole("button", { name: /^Revoke: Ends Nov 22/ }));
    expect(actions.sharing.revoke).toHaveBeenCalledWith("1");
    expect(document.activeElement?.textContent).toBe("Links that open now");
  });

  it("says what went wrong, and asks again", () => {
    const failure = { code: "too-many-links", detail: "", status: 429 };
    const { actions } = show({ sharing: { ...sharing, links: null, failure } });
    expect(screen.getByTestId("share-error").textContent).toContain("Revoke one first.");
    fireEvent.click(screen.getByTestId("share-reload"));
    expect(actions.sharing.open).toHaveBeenCalledWith(sharing.file);
  });
});
