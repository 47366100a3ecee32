import { describe, expect, it, vi } from "vitest";
import { NetworkFailure, Problem } from "../src/core/failures.ts";
import { Flow } from "../src/core/flow.ts";
import { Pacer } from "../src/core/pacer.ts";
import { wantedSegmentBytes } from "../src/core/segmentSize.ts";
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
    ["big for big files on fast links", { fileBytes: 1024 * MIB, bytesPerSecond: 50e6 }, 64 * MIB],
    ["the site's for small files on fast links", { bytesPerSecond: 50e6 }, null],
    ["the whole file where nothing is hashed", { bytesPerSecond: 200e6, verify: false }, 100 * MIB],
    ["not that of a file too big to begin anew", { ...HUGE, verify: false }, 64 * MIB],
    ["small on slow links", { bytesPerSecond: 200e3 }, 8 * MIB],
    ["that of a second under a limit", { maxBytesPerSecond: 3.5 * MIB }, 3 * MIB],
    ["not below what sites take", { maxBytesPerSecond: 1000 }, MIB],
    ["so that a file has a thousand at most", { fileBytes: 5000 * MIB, maxBytesPerSecond: MIB }, 5 * MIB],
    ["no question for a file of one segment", { fileBytes: MIB, maxBytesPerSecond: MIB }, null],
  ])("is %s", (_, change, bytes) => {
    expect(wantedSegmentBytes({ ...usual, ...change })).toBe(bytes);
  });
});

describe("the first big file that nobody hashes", () => {
  const open = (bytesPerMs: number) => {
    const page = openPage({ verify: false });
    page.control.segmentBytes = 32 * MIB;
    page.swift.msForPut = (bytes) => bytes / bytesPerMs;
    return page;
  };
  const wishes = ({ control }: ReturnType<typeof open>) =>
    control.created.map(({ segmentBytes }) => segmentBytes);

  it("is one segment on a fast link, and so are those after it", async () => {
    const page = open(300_000);
    page.uploader.add([hollowFile(500.5 * MIB)]);
    await page.until("done");
    page.uploader.add([hollowFile(100 * MIB, "next.mov")]);
    await page.until("done");
    expect(wishes(page)).toEqual([501 * MIB, 100 * MIB]);
    expect(page.swift.requests).toEqual(["PUT 0", "PUT 0"]);
  });

  it("begins anew in segments a second later on a slower one, and no other file tries", async () => {
    const page = open(10_000);
    page.uploader.add([hollowFile(500 * MIB), hollowFile(400 * MIB, "next.mov")]);
    await page.clock.advance(1_100);
    expect(wishes(page)).toEqual([500 * MIB, null, null]);
    expect(page.control.count("discard")).toBe(1);
    await page.until("done");
    expect(page.control.completed).toHaveLength(2);
  });

  it("goes on in segments even if the site forgets nothing", async () => {
    const page = open(10_000);
    page.control.failures.set("discard", Array(100).fill(new NetworkFailure("no answer")));
    page.uploader.add([hollowFile(500 * MIB)]);
    await page.clock.advance(1_100);
    expect(wishes(page)).toEqual([500 * MIB, null]);
  });

  it.each([
    ["it is too big to begin anew", 1025 * MIB, {}],
    ["it is small", 200 * MIB, {}],
    ["its segments have a size", 500 * MIB, { segmentBytes: 16 * MIB }],
    ["there is a limit", 500 * MIB, { maxBytesPerSecond: 16 * MIB }],
    ["it is hashed", 500 * MIB, { verify: true }],
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
    expect([flow.sends.width, flow.segments.width]).toEqual([3, 5]);
    flow.sent(1);
    flow.failed();
    expect([flow.sends.width, flow.segments.width]).toEqual([2, 4]);
  });

  it("has eight more hashed, as a crowd", async () => {
    const flow = new Flow(new SimulatedClock(), { ...settings, verify: true });
    expect(flow.segments.width).toBe(3 + 2 + 8);
    const inside = await Promise.all(Array.from({ length: 13 }, () => flow.segments.enter(never)));
    let admitted = 0;
    for (let i = 0; i < 8; i += 1) void flow.segments.enter(never).then(() => (admitted += 1));
    for (const [count, leave] of inside.slice(0, 8).entries()) {
      expect([count, admitted]).toEqual([count, 0]);
      leave();
      await Promise.resolve();
    }
    await vi.waitFor(() => expect(admitted).toBe(8));
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
