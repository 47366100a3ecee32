import { beforeEach, describe, expect, it } from "vitest";
import { Announcer } from "../../src/model/announcer.ts";
import { english, FakeTimers, storedFile, summary, view } from "../fakes.ts";

const SOON = 1000;

describe("what is said aloud", () => {
  let timers: FakeTimers;
  let heard: string[];
  let announcer: Announcer;

  beforeEach(() => {
    timers = new FakeTimers();
    heard = [];
    announcer = new Announcer(
      timers,
      () => english,
      () => announcer.said && heard.push(announcer.said),
    );
  });

  const at = (sentBytes: number, change = {}) => {
    announcer.watch(summary({ sentBytes, ...change }));
    timers.pass(SOON);
  };

  it("is progress at each quarter, once, and never that all is sent", () => {
    for (const sent of [0, 10, 24, 26, 30, 49, 51, 60, 76, 99, 100]) at(sent);
    expect(heard).toEqual(["26% uploaded", "51% uploaded", "76% uploaded"]);
  });

  it("is progress every half minute when it goes slowly", () => {
    for (let seconds = 0; seconds < 65; seconds += 1) at(1, { secondsLeft: 3600 });
    expect(heard).toEqual(["1% uploaded, 1 hr 0 min left", "1% uploaded, 1 hr 0 min left"]);
  });

  it("begins anew with the next uploads", () => {
    at(0);
    at(80);
    at(0, { underWay: 0 });
    at(10);
    at(30);
    expect(heard).toEqual(["80% uploaded", "30% uploaded"]);
  });

  it("is that a file is held, when it is", () => {
    announcer.settled(view("done", { name: "a", file: storedFile("a", { state: "held" }) }));
    timers.pass(SOON);
    expect(announcer.said).toBe("“a” is stored and being checked.");
  });

  it("is each end once, together with what comes at the same time", () => {
    announcer.settled(view("done", { name: "a" }));
    announcer.settled(view("cancelled", { name: "b" }));
    announcer.settled(
      view("failed", { name: "c", failure: { code: "storage-full", detail: "", status: 413 } }),
    );
    timers.pass(SOON);
    expect(heard).toEqual(["“a” is stored. “c” failed. The storage has no room for this file."]);
  });

  it("counts the ends when there are many", () => {
    for (let n = 0; n < 7; n += 1) announcer.settled(view(n === 3 ? "failed" : "done"));
    timers.pass(SOON);
    expect(heard).toEqual(["6 files are stored. 1 file failed."]);
  });

  it("is the network's coming and going, and no progress between", () => {
    at(0);
    at(0, { isOffline: true });
    at(0, { isOffline: true });
    at(0);
    expect(heard).toEqual(["No network. Uploads wait and go on by themselves.", "The network is back."]);
  });

  it("is the last answer to what was asked in one go, as it is by then", () => {
    let found = 7;
    announcer.answer(() => "of another search");
    announcer.answer(() => `${found} found`);
    announcer.settled(view("done", { name: "a" }));
    found = 3;
    timers.pass(SOON);
    expect(heard).toEqual(["“a” is stored. 3 found"]);
    announcer.settled(view("done", { name: "b" }));
    timers.pass(SOON);
    expect(heard).toEqual(["“a” is stored. 3 found", "“b” is stored."]);
  });

  it("is gone after a while", () => {
    announcer.say("Link copied");
    timers.pass(SOON);
    expect(announcer.said).toBe("Link copied");
    timers.pass(10_000);
    expect(announcer.said).toBe("");
  });
});
