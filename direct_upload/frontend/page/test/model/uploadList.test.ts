import { describe, expect, it } from "vitest";
import { bulkActions, countByKind, summaryText, uploadsToShow } from "../../src/model/uploadList.ts";
import { english, summary, view } from "../fakes.ts";

const VIEWS = [
  view("queued", { name: "a" }),
  view("paused", { name: "b" }),
  view("failed", { name: "c" }),
  view("interrupted", { name: "d" }),
  view("done", { name: "e" }),
  view("cancelled", { name: "f" }),
];

describe("the list of uploads", () => {
  it("counts them by what they need", () => {
    expect(countByKind(VIEWS)).toEqual({ all: 6, underWay: 2, trouble: 2, finished: 2 });
  });

  it.each([
    ["all", "abcdef"],
    ["underWay", "ab"],
    ["trouble", "cd"],
    ["finished", "ef"],
  ] as const)("shows %s", (show, names) => {
    expect(
      uploadsToShow(VIEWS, show)
        .map(({ name }) => name)
        .join(""),
    ).toBe(names);
  });

  it.each([
    ["several under way", { underWay: 2 }, 2, { canPause: true, canResume: false, canCancel: true }],
    ["one under way, which has buttons of its own", { underWay: 1 }, 1, { canPause: true, canCancel: false }],
    ["all paused", { underWay: 0, paused: 2 }, 2, { canPause: false, canResume: true, canCancel: true }],
    [
      "none left",
      { underWay: 0 },
      0,
      { canPause: false, canResume: false, canCancel: false, canClear: false },
    ],
  ])("offers what makes sense for %s", (_, change, underWay, expected) => {
    const counts = { all: underWay, underWay, trouble: 0, finished: 0 };
    expect(bulkActions(summary(change), counts, [])).toMatchObject(expected);
  });

  it.each([
    [["permission", "permission"], true],
    [["permission", "file"], false],
    [["permission"], false],
  ] as const)("offers to continue all of those that need %j: %s", (needs, expected) => {
    const views = needs.map((each) => view("interrupted", { needs: each }));
    const given = summary({ underWay: 0, interrupted: views.length });
    expect(bulkActions(given, countByKind(views), views).canContinue).toBe(expected);
  });
});

describe("all uploads in one line", () => {
  it.each([
    [{ total: 1, done: 1, underWay: 0 }, "1 of 1 file stored"],
    [{ total: 12_000, done: 3, failed: 1, underWay: 0 }, "3 of 12,000 files stored · 1 failed"],
    [{ interrupted: 2, underWay: 0 }, "0 of 2 files stored · 2 interrupted"],
    [{ bytesPerSecond: 3e5, secondsLeft: 10 }, "0 of 2 files stored · 300 kB/s · 10 sec left"],
    [{ bytesPerSecond: 3e5, isOffline: true }, "0 of 2 files stored · Waiting for the network"],
  ])("%j: %s", (change, text) => {
    expect(summaryText(summary(change), english)).toBe(text);
  });
});
