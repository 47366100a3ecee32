import type { UploadState, UploadsSummary, UploadView } from "@direct-upload/client";
import { describe, expect, it } from "vitest";
import { progressText, settledText, speedText, summaryText } from "../src/view/uploadText.ts";

function view(state: UploadState, change: Partial<UploadView> = {}): UploadView {
  const names = { key: "1", name: "film.mov", path: "film.mov", type: "video/quicktime" };
  const rest = {
    bytesPerSecond: null,
    secondsLeft: null,
    waiting: null,
    needs: null,
    failure: null,
    file: null,
  };
  return { ...names, size: 2_000_000, sentBytes: 500_000, state, ...rest, ...change };
}

describe("an upload in words", () => {
  it.each<[UploadState, string]>([
    ["queued", "2.0 MB · Waiting"],
    ["uploading", "500 kB of 2.0 MB"],
    ["verifying", "2.0 MB · Verifying"],
    ["done", "2.0 MB · Stored and verified"],
    ["failed", "500 kB of 2.0 MB stored"],
    ["cancelled", "Cancelled"],
  ])("that is %s: %s", (state, text) => {
    expect(progressText(view(state))).toBe(text);
  });

  it.each<[Partial<UploadView>, string]>([
    [{}, ""],
    [{ bytesPerSecond: 0 }, ""],
    [{ bytesPerSecond: 250_000 }, "250 kB/s"],
    [{ bytesPerSecond: 250_000, secondsLeft: 6 }, "250 kB/s · 6 s left"],
    [{ bytesPerSecond: 250_000, waiting: { for: "retry", until: 0 } }, "Connection trouble, trying again"],
    [{ bytesPerSecond: 250_000, state: "done" }, ""],
  ])("that goes as %j: %j", (change, text) => {
    expect(speedText(view("uploading", change))).toBe(text);
  });

  it("is said aloud when it ends", () => {
    expect(settledText(view("done"))).toBe("film.mov is stored.");
    expect(
      settledText(view("failed", { failure: { code: "storage-full", detail: "No room.", status: 413 } })),
    ).toBe("film.mov failed. No room.");
  });
});

function summary(change: Partial<UploadsSummary>): UploadsSummary {
  const counts = { total: 0, done: 0, failed: 0, underWay: 0, paused: 0, interrupted: 0 };
  const sums = { size: 0, sentBytes: 0, bytesPerSecond: null, secondsLeft: null, isOffline: false };
  return { ...counts, ...sums, ...change };
}

describe("all uploads in one line", () => {
  it.each<[string, Partial<UploadsSummary>, string]>([
    ["one done", { total: 1, done: 1 }, "1 of 1 file stored"],
    ["one failed", { total: 2, done: 1, failed: 1 }, "1 of 2 files stored · 1 failed"],
    ["one that waits", { total: 2, done: 1, underWay: 1 }, "1 of 2 files stored"],
    [
      "a known speed",
      { total: 2, underWay: 2, bytesPerSecond: 300_000, secondsLeft: 10 },
      "0 of 2 files stored · 300 kB/s · 10 s left",
    ],
  ])("with %s", (_, change, text) => {
    expect(summaryText(summary(change))).toBe(text);
  });
});
