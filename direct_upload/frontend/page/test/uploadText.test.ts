import type { UploadState, UploadView } from "@direct-upload/client";
import { summarize } from "@direct-upload/client";
import { describe, expect, it } from "vitest";
import { progressText, settledText, speedText, summaryText } from "../src/view/uploadText.ts";

function view(state: UploadState, change: Partial<UploadView> = {}): UploadView {
  const rest = { bytesPerSecond: null, secondsLeft: null, retrying: false, reason: null };
  return { key: 1, name: "film.mov", size: 2_000_000, sentBytes: 500_000, state, ...rest, ...change };
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
    [{ bytesPerSecond: 250_000, retrying: true }, "Connection trouble, trying again"],
    [{ bytesPerSecond: 250_000, state: "done" }, ""],
  ])("that goes as %j: %j", (change, text) => {
    expect(speedText(view("uploading", change))).toBe(text);
  });

  it("is said aloud when it ends", () => {
    expect(settledText(view("done"))).toBe("film.mov is stored.");
    expect(settledText(view("failed", { reason: "No room." }))).toBe("film.mov failed. No room.");
  });
});

describe("all uploads in one line", () => {
  it.each<[string, UploadView[], string]>([
    ["one done", [view("done")], "1 of 1 file stored"],
    ["one failed", [view("done"), view("failed")], "1 of 2 files stored · 1 failed"],
    ["a cancelled one, which does not count", [view("done"), view("cancelled")], "1 of 1 file stored"],
    ["one that waits", [view("done"), view("queued")], "1 of 2 files stored"],
    [
      "speeds, which add up",
      [view("uploading", { bytesPerSecond: 100_000 }), view("uploading", { bytesPerSecond: 200_000 })],
      "0 of 2 files stored · 300 kB/s · 10 s left",
    ],
  ])("with %s", (_, views, text) => {
    expect(summaryText(summarize(views))).toBe(text);
  });
});
