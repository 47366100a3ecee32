import type { UploadView } from "@direct-upload/client";
import { describe, expect, it } from "vitest";
import { localeOf, Words } from "../src/labels.ts";
import { rowOf } from "../src/row.ts";

const words = new Words({}, "en");
const file = { id: "f1", downloadUrl: "https://site/files/f1", state: "stored" } as UploadView["file"];

function view(change: Partial<UploadView>): UploadView {
  return {
    key: "1",
    name: "beach.jpg",
    path: "holiday/beach.jpg",
    size: 2_000_000,
    type: "image/jpeg",
    state: "queued",
    sentBytes: 0,
    bytesPerSecond: null,
    secondsLeft: null,
    waiting: null,
    needs: null,
    failure: null,
    file: null,
    ...change,
  };
}

describe("the row of an upload", () => {
  it.each([
    [{ state: "queued" }, "2 MB · Waiting for its turn", ["pause", "cancel"]],
    [{ state: "uploading", sentBytes: 500_000 }, "500 kB of 2 MB", ["pause", "cancel"]],
    [
      { state: "uploading", sentBytes: 1_000_000, secondsLeft: 90 },
      "1 MB of 2 MB · 2 min left",
      ["pause", "cancel"],
    ],
    [
      { state: "uploading", waiting: { for: "network" } },
      "0 bytes of 2 MB · Waiting for the network",
      ["pause", "cancel"],
    ],
    [
      { state: "uploading", waiting: { for: "retry", until: 0 } },
      "0 bytes of 2 MB · Trying again soon",
      ["retry", "pause", "cancel"],
    ],
    [{ state: "paused" }, "0 bytes of 2 MB · Paused", ["resume", "cancel"]],
    [{ state: "done", file }, "2 MB · Stored", ["remove"]],
    [{ state: "failed" }, "0 bytes of 2 MB · Failed", ["retry", "cancel"]],
    [{ state: "interrupted", needs: "permission" }, "0 bytes of 2 MB · Interrupted", ["allow", "cancel"]],
    [{ state: "interrupted", needs: "file" }, "0 bytes of 2 MB · Interrupted", ["cancel"]],
  ] as const)("says of %j: %s", (change, status, actions) => {
    const row = rowOf(view(change), words);
    expect(row).toMatchObject({ status, actions, name: "holiday/beach.jpg" });
  });

  it("has a download only when somebody can have the file", () => {
    expect(rowOf(view({ state: "done", file }), words).downloadUrl).toBe("https://site/files/f1");
    const held = { ...file, state: "held" } as UploadView["file"];
    expect(rowOf(view({ state: "done", file: held }), words)).toMatchObject({
      state: "held",
      status: "2 MB · Stored, being checked",
      downloadUrl: null,
    });
  });

  it("offers to try again only what may succeed", () => {
    const failed = (code: string) =>
      view({ state: "failed", failure: { code, detail: "Why.", status: 400 } });
    expect(rowOf(failed("network"), words).actions).toEqual(["retry", "cancel"]);
    expect(rowOf(failed("file-too-large"), words)).toMatchObject({ actions: ["cancel"], detail: "Why." });
  });

  it("is full for a file of no bytes", () => {
    expect(rowOf(view({ state: "verifying", size: 0 }), words).share).toBe(1);
  });
});

describe("words", () => {
  it("come from the page where it has some", () => {
    const german = new Words({ sent: "{sent} von {size}", failures: { network: "Kein Netz." } }, "de");
    const row = rowOf(view({ state: "uploading", sentBytes: 1_500_000 }), german);
    expect(row.status).toBe("1,5 MB von 2 MB");
    const failure = { code: "network", detail: "No network.", status: null };
    expect(rowOf(view({ state: "failed", failure }), german).detail).toBe("Kein Netz.");
  });

  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [999_500, "1 MB"],
    [12_345_678, "12.3 MB"],
    [5_000_000_000_000, "5 TB"],
  ])("write %d bytes as %s", (bytes, text) => {
    expect(words.size(bytes)).toBe(text);
  });

  it.each([
    ["de-AT", "de-AT"],
    ["", "en"],
    [null, "en"],
    ["no language", "en"],
  ])("are in the locale of lang=%s", (tag, locale) => {
    expect(localeOf(tag, "en")).toBe(locale);
  });
});
