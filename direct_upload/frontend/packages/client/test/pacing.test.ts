import { describe, expect, it, vi } from "vitest";
import { NetworkFailure, Problem } from "../src/core/failures.ts";
import { Flow } from "../src/core/flow.ts";
import type { Leave } from "../src/core/gate.ts";
import { Pacer } from "../src/core/pacer.ts";
import { boldBid, wantedSegmentBytes } from "../src/core/segmentSize.ts";
import { openPage } from "./bench.ts";
import { hollowFile, never } from "./fakes.ts";
import { SimulatedClock } from "./simulatedClock.ts";

const MIB = 1 << 20;

function openPacer(limit: number | null) {
  const clock = new SimulatedClock();
  const pacer = new Pacer(clock, limit);
  const passedAt: number[] = [];
  const take = (bytes: number, signal = never) =>
    pacer.take(bytes, signal).then(
      () => void passedAt.push(clock.now()),
      () => undefined,
    );
  return { clock, pacer, passedAt, take };
}

describe("a limit of bytes a second", () => {
  it("lets segments through at their pace, in their order", async () => {
    const { clock, passedAt, take } = openPacer(1000);
    for (const bytes of [500, 500, 500, 500]) void take(bytes);
    await clock.advance(10_000);
    expect(passedAt).toEqual([500, 1000, 1500, 2000]);
  });

  it("has a big segment wait for a second, and the next one for the rest", async () => {
    const { clock, passedAt, take } = openPacer(1000);
    for (const bytes of [30_000, 1000]) void take(bytes);
    await clock.advance(60_000);
    expect(passedAt).toEqual([1000, 31_000]);
  });

  it("does not make up for time in which nothing was sent", async () => {
    const { clock, passedAt, take } = openPacer(1000);
    await clock.advance(60_000);
    for (const bytes of [500, 500]) void take(bytes);
    await clock.advance(5_000);
    expect(passedAt).toEqual([60_500, 61_000]);
  });

  it.each([
    ["raised", 4000, [1000, 1250, 1375]],
    ["lifted", null, [1000, 1000, 1000]],
    ["lowered", 500, [1000, 2000, 4000]],
  ])("counts at once when it is %s", async (_, limit, times) => {
    const { clock, pacer, passedAt, take } = openPacer(1000);
    void take(1000);
    void take(1000);
    void take(500);
    await clock.advance(1000);
    pacer.bytesPerSecond = limit;
    await clock.advance(10_000);
    expect(passedAt).toEqual(times);
  });

  it("is forgotten for a segment that is given up", async () => {
    const { clock, passedAt, take } = openPacer(1000);
    const controller = new AbortController();
    void take(1000, controller.signal);
    void take(1000);
    await clock.advance(500);
    controller.abort();
    await clock.advance(2_000);
    expect(passedAt).toEqual([1500]);
    expect(clock.timers).toBe(0);
  });

  it("keeps uploads under it", async () => {
    const page = openPage({ maxBytesPerSecond: 2 * MIB });
    page.swift.msForPut = (bytes) => bytes / 100_000;
    page.uploader.add([hollowFile(20 * MIB), hollowFile(5 * MIB, "other.mov")]);
    await page.until("done");
    expect(page.clock.now()).toBeGreaterThan(12_400);
    expect(page.clock.now()).toBeLessThan(14_500);
    expect(page.control.created[0]?.segmentBytes).toBe(2 * MIB);
  });

  it("may come and go while something is sent", async () => {
    const page = openPage();
    page.control.segmentBytes = MIB;
    page.uploader.setMaxBytesPerSecond(MIB);
    page.uploader.add([hollowFile(100 * MIB)]);
    await page.clock.advance(10_500);
    expect(page.only().sentBytes).toBe(10 * MIB);
    page.uploader.setMaxBytesPerSecond(null);
    await page.clock.advance(1_000);
    expect(page.states()).toEqual(["done"]);
  });
});

const HUGE = { fileBytes: 4096 * MIB, bytesPerSecond: 200e6 };

describe("the segment size", () => {
  const usual = { fileBytes: 100 * MIB, bytesPerSecond: 5e6, maxBytesPerSecond: null, verify: true };

  it.each([
    ["the site's on a usual link", {}, null],
    ["the site's as long as nothing is known", { bytesPerSecond: null }, null],
    ["big for big files on fast links", { fileBytes: 1024 * MIB, bytesPerSecond: 50e6 }, 128 * MIB],
    ["the site's for small files on fast links", { bytesPerSecond: 50e6 }, null],
    ["the whole file where nothing is hashed", { bytesPerSecond: 200e6, verify: false }, 100 * MIB],
    ["not that of a file too big to begin anew", { ...HUGE, verify: false }, 128 * MIB],
    ["an eighth of big files, as eight are hashed together", { ...HUGE, fileBytes: 400 * MIB }, 50 * MIB],
    ["a sixteenth of bigger ones", { ...HUGE, fileBytes: 1025 * MIB }, 65 * MIB],
    ["so that a huge file has a thousand at most", { ...HUGE, fileBytes: 200e9 }, 191 * MIB],
    ["small on slow links", { bytesPerSecond: 200e3 }, 8 * MIB],
    ["that of a second under a limit", { maxBytesPerSecond: 3.5 * MIB }, 3 * MIB],
    ["not below what sites take", { maxBytesPerSecond: 1000 }, MIB],
    ["so that a file has a thousand at most", { fileBytes: 5000 * MIB, maxBytesPerSecond: MIB }, 5 * MIB],
    ["no question for a file of one segment", { fileBytes: MIB, maxBytesPerSecond: MIB }, null],
  ])("is %s", (_, change, bytes) => {
    expect(wantedSegmentBytes({ ...usual, ...change })).toBe(bytes);
  });
});

describe("what is tried on a link that nobody knows", () => {
  const unknown = { fileBytes: 1024 * MIB, bytesPerSecond: null, maxBytesPerSecond: null, verify: true };

  it.each([
    [
      "large segments, which need no very fast link",
      {},
      { segmentBytes: 128 * MIB, leastBytesPerSecond: 20e6 },
    ],
    [
      "the whole file if nobody hashes it",
      { verify: false },
      { segmentBytes: 1024 * MIB, leastBytesPerSecond: 75e6 },
    ],
    [
      "large segments if it is too big to begin anew",
      { fileBytes: 1025 * MIB, verify: false },
      { segmentBytes: 65 * MIB, leastBytesPerSecond: 20e6 },
    ],
    ["nothing with a small file", { fileBytes: 256 * MIB }, null],
    ["nothing under a limit", { maxBytesPerSecond: 100e6 }, null],
    ["nothing once something is known", { bytesPerSecond: 1 }, null],
  ])("is %s", (_, change, bid) => {
    expect(boldBid({ ...unknown, ...change })).toEqual(bid);
  });
});

describe("the first big file", () => {
  const open = (bytesPerMs: number, verify = false) => {
    const page = openPage({ verify });
    page.control.segmentBytes = 32 * MIB;
    page.swift.msForPut = (bytes) => bytes / bytesPerMs;
    return page;
  };
  const wishes = ({ control }: ReturnType<typeof open>) =>
    control.created.map(({ segmentBytes }) => segmentBytes);

  it("has large segments on a fast link, and so have those after it", async () => {
    const page = open(300_000, true);
    page.uploader.add([hollowFile(2000 * MIB)]);
    await page.until("done");
    page.uploader.add([hollowFile(300 * MIB, "next.mov")]);
    await page.until("done");
    expect(wishes(page)).toEqual([125 * MIB, 38 * MIB]);
  });

  it("is one segment on a fast link if nobody hashes it, and so are those after it", async () => {
    const page = open(300_000);
    page.uploader.add([hollowFile(500.5 * MIB)]);
    await page.until("done");
    page.uploader.add([hollowFile(100 * MIB, "next.mov")]);
    await page.until("done");
    expect(wishes(page)).toEqual([501 * MIB, 100 * MIB]);
    expect(page.swift.requests).toEqual(["PUT 0", "PUT 0"]);
  });

  it.each([
    [false, 500 * MIB],
    [true, 63 * MIB],
  ])(
    "begins anew a second later on a slower one, and no other file tries (hashed: %s)",
    async (verify, tried) => {
      const page = open(10_000, verify);
      page.uploader.add([hollowFile(500 * MIB), hollowFile(400 * MIB, "next.mov")]);
      await page.clock.advance(1_100);
      expect(wishes(page)).toEqual([tried, null, null]);
      expect(page.control.count("discard")).toBe(1);
      await page.until("done");
      expect(page.control.completed).toHaveLength(2);
    },
  );

  it("keeps its large segments where the link is good enough for these", async () => {
    const page = open(70_000, true);
    page.uploader.add([hollowFile(500 * MIB)]);
    await page.until("done");
    expect(wishes(page)).toEqual([63 * MIB]);
  });

  it("is never begun anew once something of it is stored, however slow the link becomes", async () => {
    const page = open(300_000, true);
    page.uploader.add([hollowFile(2000 * MIB)]);
    await page.clock.advance(1_500);
    page.uploader.pauseAll();
    page.swift.msForPut = () => 60_000;
    page.uploader.resumeAll();
    await page.clock.advance(3_000);
    expect(wishes(page)).toEqual([125 * MIB]);
    expect(page.control.count("discard")).toBe(0);
    await page.until("done");
  });

  it("is not judged by a second in which the machine slept", async () => {
    const page = open(10_000, true);
    page.uploader.add([hollowFile(500 * MIB)]);
    await page.clock.advance(500);
    await page.clock.sleep(3_600_000);
    await page.until("done");
    expect(page.control.count("discard")).toBe(0);
  });

  it("goes on in segments even if the site forgets nothing", async () => {
    const page = open(10_000);
    page.control.failures.set("discard", Array(100).fill(new NetworkFailure("no answer")));
    page.uploader.add([hollowFile(500 * MIB)]);
    await page.clock.advance(1_100);
    expect(wishes(page)).toEqual([500 * MIB, null]);
  });

  it.each([
    ["it is small", 200 * MIB, {}],
    ["its segments have a size", 500 * MIB, { segmentBytes: 16 * MIB }],
    ["there is a limit", 500 * MIB, { maxBytesPerSecond: 16 * MIB }],
  ])("is not tried when %s", async (_, bytes, settings) => {
    const page = openPage({ verify: false, ...settings });
    page.control.segmentBytes = 32 * MIB;
    page.uploader.add([hollowFile(bytes)]);
    await page.clock.advance(10);
    expect(page.control.created[0]?.segmentBytes ?? 0).toBeLessThanOrEqual(32 * MIB);
  });

  it("is not judged when the site makes segments of it all the same", async () => {
    const page = open(10_000);
    const range = { minimum: MIB, maximum: 32 * MIB };
    page.control.failures.set("create", [new Problem(400, "invalid-segment-size", "No.", 0, [], range)]);
    page.uploader.add([hollowFile(300 * MIB)]);
    await page.until("done");
    expect(wishes(page)).toEqual([32 * MIB]);
    expect(page.control.count("discard")).toBe(0);
  });
});

describe("the flow", () => {
  const settings = { connections: 5, maxBytesPerSecond: null, verify: false };

  it("widens with what was measured, and has two more segments ready", () => {
    const flow = new Flow(new SimulatedClock(), settings);
    expect([flow.sends.width, flow.segments.width]).toEqual([4, 6]);
    flow.sent(1);
    flow.failed();
    expect([flow.sends.width, flow.segments.width]).toEqual([2, 4]);
  });

  it("has eight hashed as a crowd, and the next eight when two are left beside those that are sent", async () => {
    const flow = new Flow(new SimulatedClock(), { ...settings, verify: true });
    expect(flow.segments.width).toBe(4 + 2 + 8);
    const inside: Leave[] = [];
    for (let i = 0; i < 16; i += 1) void flow.segments.enter(never).then((leave) => inside.push(leave));
    await vi.waitFor(() => expect(inside).toHaveLength(8));
    for (const leave of inside.slice(0, 2)) {
      expect(inside).toHaveLength(8);
      leave();
      await Promise.resolve();
    }
    await vi.waitFor(() => expect(inside).toHaveLength(16));
  });

  it("knows the speed of all files together", async () => {
    const clock = new SimulatedClock();
    const flow = new Flow(clock, settings);
    for (let second = 0; second < 10; second += 1) {
      flow.sent(1000);
      flow.sent(-400); // what has to be sent again was sent all the same
      flow.tick();
      await clock.advance(1000);
    }
    expect(flow.bytesPerSecond).toBe(1000);
  });
});
