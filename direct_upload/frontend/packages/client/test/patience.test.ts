import { describe, expect, it, vi } from "vitest";
import { Connectivity } from "../src/core/connectivity.ts";
import {
  FileUnreadable,
  NetworkFailure,
  Problem,
  SegmentRefused,
  WentOffline,
} from "../src/core/failures.ts";
import { backoffMs, PATIENT, Patience } from "../src/core/patience.ts";
import { FakeNetwork, never, unavailable, untilAborted } from "./fakes.ts";
import { SimulatedClock } from "./simulatedClock.ts";

const failing = (...errors: Error[]) =>
  vi.fn(() => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve("well");
  });

const lost = () => new NetworkFailure("lost");

function openPatience() {
  const clock = new SimulatedClock();
  const network = new FakeNetwork();
  const connectivity = new Connectivity(network, clock);
  const observer = { changed: vi.fn(), retrying: vi.fn() };
  const patience = new Patience({ clock, connectivity }, () => 0, observer);
  /** Repeats the work while time passes as it needs. */
  const repeat = async <T>(work: () => Promise<T>, signal = never, segment: number | null = null) => {
    let isOver = false;
    const running = patience.repeat(work, signal, segment).finally(() => {
      isOver = true;
    });
    running.catch(() => undefined);
    await clock.until(() => isOver);
    return running;
  };
  return { clock, network, patience, repeat, ...observer };
}

describe("the pause before the next attempt", () => {
  it.each([
    { failures: 1, least: 250, most: 500 },
    { failures: 2, least: 500, most: 1000 },
    { failures: 4, least: 2000, most: 4000 },
    { failures: 12, least: 15_000, most: 30_000 },
    { failures: 5000, least: 15_000, most: 30_000 },
  ])("after $failures failures is $least to $most ms", ({ failures, least, most }) => {
    expect(backoffMs(failures, PATIENT, () => 0)).toBe(least);
    expect(backoffMs(failures, PATIENT, () => 1)).toBe(most);
  });
});

describe("patience", () => {
  it("tries what may succeed later until it does, with growing pauses", async () => {
    const { clock, repeat } = openPatience();
    expect(await repeat(failing(lost(), unavailable(), new SegmentRefused(500)))).toBe("well");
    expect(clock.waits).toEqual([250, 500, 1000]);
  });

  it("tells of each failure after which it tries again: which, whose, and in how long", async () => {
    const { repeat, retrying } = openPatience();
    await repeat(failing(lost(), new SegmentRefused(500)), never, 3);
    expect(retrying.mock.calls).toEqual([
      [lost(), 3, 250],
      [new SegmentRefused(500), 3, 500],
    ]);
  });

  it("tells of no next attempt when there is none", async () => {
    const { repeat, retrying } = openPatience();
    await expect(repeat(failing(new SegmentRefused(413)))).rejects.toThrow();
    await repeat(failing(new WentOffline()));
    expect(retrying).not.toHaveBeenCalled();
  });

  it("ends with the last error after ten minutes of nothing but failures", async () => {
    const { clock, repeat } = openPatience();
    await expect(repeat(() => Promise.reject(lost()))).rejects.toEqual(lost());
    expect(clock.now()).toBeGreaterThan(600_000);
    expect(clock.now()).toBeLessThan(640_000);
  });

  it.each([
    new Problem(400, "bad-name", "no"),
    new Problem(413, "too-large", "no"),
    new SegmentRefused(413),
    new FileUnreadable("no"),
    new TypeError("no"),
  ])("does not repeat what can't succeed: $name $status", async (error) => {
    const { repeat } = openPatience();
    const work = failing(error);
    await expect(repeat(work)).rejects.toBe(error);
    expect(work).toHaveBeenCalledOnce();
  });

  it.each([
    { asked: 7_000, waited: 7_000 },
    { asked: 10, waited: 250 },
    { asked: 3_600_000, waited: 300_000 },
  ])("waits $waited ms when the server asks for $asked", async ({ asked, waited }) => {
    const { clock, repeat } = openPatience();
    await repeat(failing(new Problem(503, "busy", "later", asked)));
    expect(clock.waits).toEqual([waited]);
  });

  it("stops at once when it is aborted", async () => {
    const { repeat } = openPatience();
    const controller = new AbortController();
    const work = vi.fn(() => {
      controller.abort(new Error("cancelled"));
      return Promise.reject(lost());
    });
    await expect(repeat(work, controller.signal)).rejects.toThrow("cancelled");
    expect(work).toHaveBeenCalledOnce();
  });

  it("says until when it waits, the soonest of several", async () => {
    const { clock, patience } = openPatience();
    void patience.repeat(failing(lost(), lost(), lost()), never);
    await clock.advance(250);
    void patience.repeat(failing(lost()), never);
    await clock.advance(0);
    expect(patience.waiting).toEqual({ for: "retry", until: 500 });
    await clock.advance(250);
    expect(patience.waiting).toEqual({ for: "retry", until: 750 });
    await clock.advance(10_000);
    expect(patience.waiting).toBeNull();
  });

  it("does not call it waiting while something else is under way", async () => {
    const { clock, patience } = openPatience();
    void patience.repeat(failing(lost()), never);
    const controller = new AbortController();
    const attempt = patience.attempt(untilAborted, 60_000, controller.signal).catch(() => undefined);
    await clock.advance(0);
    expect(patience.waiting).toBeNull();
    controller.abort();
    await attempt;
    expect(patience.waiting).toEqual({ for: "retry", until: 250 });
  });

  it("tries at once when it is hurried, and is as patient as at first", async () => {
    const { clock, patience } = openPatience();
    const work = failing(...Array.from({ length: 12 }, lost));
    void patience.repeat(work, never);
    await clock.advance(60_000);
    const before = work.mock.calls.length;
    patience.hurry();
    await clock.advance(0);
    expect(work).toHaveBeenCalledTimes(before + 1);
    expect(patience.waiting).toEqual({ for: "retry", until: clock.now() + 250 });
  });
});

describe("offline", () => {
  it("nothing is tried, nothing counts, and it goes on by itself", async () => {
    const { clock, network, patience } = openPatience();
    network.isOnline = false;
    const work = failing();
    const result = patience.repeat(work, never);
    await clock.advance(10_000);
    expect(work).not.toHaveBeenCalled();
    expect(patience.waiting).toEqual({ for: "network" });
    network.isOnline = true;
    expect(await result).toBe("well");
    expect(patience.waiting).toBeNull();
  });

  it("for hours is no reason to give up", async () => {
    const { clock, network, patience } = openPatience();
    network.isOnline = false;
    const work = vi.fn(() =>
      network.isOnline ? Promise.resolve("well") : Promise.reject(new WentOffline()),
    );
    const result = patience.repeat(work, never);
    await clock.advance(5 * 3_600_000);
    network.isOnline = true;
    expect(await result).toBe("well");
  });

  it("is not waited for after an abort", async () => {
    const { network, patience, clock } = openPatience();
    network.isOnline = false;
    const controller = new AbortController();
    const result = patience.repeat(failing(), controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(result).rejects.toThrow("cancelled");
    expect(clock.timers).toBe(0);
  });
});

describe("a machine that slept", () => {
  it("does not count the failures of the evening before", async () => {
    const { clock, patience } = openPatience();
    const work = failing(lost(), lost(), lost(), lost());
    const result = patience.repeat(work, never);
    await clock.advance(1_000);
    await clock.sleep(8 * 3_600_000);
    await clock.advance(60_000);
    expect(await result).toBe("well");
  });
});
