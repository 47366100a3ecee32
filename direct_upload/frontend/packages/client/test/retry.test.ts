import { describe, expect, it, vi } from "vitest";
import { FileUnreadable, NetworkFailure, Problem, SegmentRefused } from "../src/core/failures.ts";
import { backoffMs, PATIENT, Retrier } from "../src/core/retry.ts";
import { JumpingClock, never, unavailable } from "./fakes.ts";

const failing = (...errors: Error[]) =>
  vi.fn(() => {
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve("well");
  });

describe("the pause before the next attempt", () => {
  it.each([
    { failures: 1, least: 250, most: 500 },
    { failures: 2, least: 500, most: 1000 },
    { failures: 4, least: 2000, most: 4000 },
    { failures: 12, least: 7500, most: 15_000 },
  ])("after $failures failures is $least to $most ms", ({ failures, least, most }) => {
    expect(backoffMs(failures, PATIENT, () => 0)).toBe(least);
    expect(backoffMs(failures, PATIENT, () => 1)).toBe(most);
  });
});

describe("a retrier", () => {
  it("tries what may succeed later until it does, with growing pauses", async () => {
    const clock = new JumpingClock();
    const work = failing(new NetworkFailure("lost"), unavailable(), new SegmentRefused(500));
    expect(await new Retrier(clock, () => 0).run(work, never)).toBe("well");
    expect(clock.waits).toEqual([250, 500, 1000]);
  });

  it("gives up with the last error after six tries", async () => {
    const work = failing(
      ...Array.from({ length: 9 }, (_, index) => new NetworkFailure(`failure ${index + 1}`)),
    );
    await expect(new Retrier(new JumpingClock(), () => 0).run(work, never)).rejects.toThrow("failure 6");
    expect(work).toHaveBeenCalledTimes(6);
  });

  it.each([
    new Problem(400, "bad-name", "no"),
    new Problem(413, "too-large", "no"),
    new SegmentRefused(413),
    new FileUnreadable("no"),
    new TypeError("no"),
  ])("does not repeat what can't succeed: $name $status", async (error) => {
    const work = failing(error);
    await expect(new Retrier(new JumpingClock(), () => 0).run(work, never)).rejects.toBe(error);
    expect(work).toHaveBeenCalledOnce();
  });

  it.each([
    { asked: 7_000, waited: 7_000 },
    { asked: 10, waited: 250 },
    { asked: 3_600_000, waited: 60_000 },
  ])("waits $waited ms when the server asks for $asked", async ({ asked, waited }) => {
    const clock = new JumpingClock();
    const waits: number[] = [];
    clock.wait = (ms) => Promise.resolve(void waits.push(ms));
    await new Retrier(clock, () => 0).run(failing(new Problem(503, "busy", "later", asked)), never);
    expect(waits).toEqual([waited]);
  });

  it("stops at once when it is aborted", async () => {
    const controller = new AbortController();
    const work = vi.fn(() => {
      controller.abort(new Error("cancelled"));
      return Promise.reject(new NetworkFailure("lost"));
    });
    const running = new Retrier(new JumpingClock(), () => 0).run(work, controller.signal);
    await expect(running).rejects.toThrow("cancelled");
    expect(work).toHaveBeenCalledOnce();
  });

  it("tells of every failure that it will make good", async () => {
    const onPause = vi.fn();
    await new Retrier(new JumpingClock(), () => 0).run(failing(new NetworkFailure("lost")), never, onPause);
    expect(onPause).toHaveBeenCalledOnce();
  });
});
