import type { Failure, UploadState, UploadView } from "@direct-upload/client";
import { describe, expect, it } from "vitest";
import { failureText } from "../../src/model/failureText.ts";
import { describeUpload } from "../../src/model/uploadRow.ts";
import { english, storedFile, view, wordsIn } from "../fakes.ts";

const NOW = 10_000;
const row = (state: UploadState, change: Partial<UploadView> = {}) =>
  describeUpload(view(state, change), english, { now: NOW });
const failure = (code: string, status = 403): Failure => ({ code, detail: "The site's own words.", status });

describe("an upload's row", () => {
  it("waits when the site holds the file", () => {
    expect(row("done", { file: storedFile("a", { state: "held" }) }).tone).toBe("waiting");
  });

  it.each<[UploadState, Partial<UploadView>, string]>([
    ["queued", {}, "2.0 MB · Waiting for its turn"],
    ["uploading", {}, "500 kB of 2.0 MB"],
    ["uploading", { bytesPerSecond: 250_000 }, "500 kB of 2.0 MB · 250 kB/s"],
    ["uploading", { bytesPerSecond: 250_000, secondsLeft: 6 }, "500 kB of 2.0 MB · 250 kB/s · 6 sec left"],
    ["uploading", { waiting: { for: "network" } }, "500 kB of 2.0 MB · Waiting for the network"],
    [
      "uploading",
      { waiting: { for: "retry", until: NOW + 3100 } },
      "500 kB of 2.0 MB · Trying again in 4 sec",
    ],
    ["uploading", { waiting: { for: "retry", until: NOW - 1 } }, "500 kB of 2.0 MB · Trying again"],
    ["verifying", {}, "2.0 MB · Verifying"],
    ["paused", {}, "500 kB of 2.0 MB · Paused"],
    ["following", {}, "500 kB of 2.0 MB · Another tab is uploading it"],
    ["interrupted", { needs: "file" }, "500 kB of 2.0 MB · Interrupted"],
    ["done", {}, "2.0 MB · Stored and verified"],
    ["done", { file: storedFile("a", { state: "held" }) }, "2.0 MB · Stored, being checked"],
    ["failed", {}, "500 kB of 2.0 MB · Failed"],
    ["cancelled", {}, "Cancelled"],
  ])("says of one that is %s with %j: %s", (state, change, status) => {
    expect(row(state, change).status).toBe(status);
  });

  it("offers what there is to do", () => {
    expect(row("failed", { failure: failure("network") }).actions).toEqual(["retry", "cancel"]);
  });

  it("waits for the network without one, whatever its own requests have noticed", () => {
    const offline = (state: UploadState) =>
      describeUpload(view(state), english, { now: NOW, isOffline: true });
    expect(offline("uploading")).toMatchObject({
      tone: "waiting",
      status: "500 kB of 2.0 MB · Waiting for the network",
    });
    expect(offline("verifying").tone).toBe("waiting");
    expect([offline("paused").tone, offline("done").tone]).toEqual(["calm", "good"]);
  });

  it("explains what an interrupted one needs, and when another file was chosen", () => {
    expect(row("interrupted", { needs: "permission" }).detail).toContain("Allow reading");
    expect(row("interrupted", { needs: "file" }).detail).toContain("Choose the same file");
    const other = describeUpload(view("interrupted", { needs: "file" }), english, {
      now: NOW,
      isOtherFile: true,
    });
    expect(other.detail).toContain("another file");
  });

  it("tells the folder from the name", () => {
    expect(row("queued", { name: "beach.jpg", path: "holiday/2026/beach.jpg" })).toMatchObject({
      folder: "holiday/2026/",
      name: "beach.jpg",
    });
    expect(row("queued").folder).toBe("");
  });

  it("has a bar only where something is on its way", () => {
    expect([row("queued").share, row("uploading").share, row("done").share]).toEqual([null, 0.25, null]);
  });
});

describe("a failure in words", () => {
  it.each([
    [
      "in the reader's language when the code is known",
      failure("storage-full"),
      "Der Speicher hat keinen Platz für diese Datei.",
    ],
    ["in the site's own words when it is not", failure("teapot"), "The site's own words."],
    [
      "with the limit where it is known",
      { ...failure("file-too-large"), limit: 5e9 },
      "Die Datei ist zu groß. Hier sind höchstens 5,0\u00a0GB möglich.",
    ],
    [
      "about the page when it asked for what the site does not know",
      failure("invalid-segments", 400),
      "In dieser Seite ist etwas Unerwartetes passiert. Bitte neu laden und die Datei noch einmal auswählen.",
    ],
    [
      "around the site's own words when its rules say no",
      failure("refused"),
      "Der Dienst hat die Datei abgelehnt. Seine Worte: „The site's own words.“",
    ],
    [
      "in the site's own words where only they have the limit",
      failure("file-too-large"),
      "The site's own words.",
    ],
  ])("is %s", (_, problem, text) => {
    expect(failureText(problem, wordsIn("de"))).toBe(text);
  });
});
