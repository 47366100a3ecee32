import { describe, expect, it } from "vitest";
import { Pacer } from "../src/core/pacer.ts";
import { USUAL } from "../src/core/workshop.ts";
import { settingsFrom } from "../src/createUploader.ts";
import { never } from "./fakes.ts";
import { SimulatedClock } from "./simulatedClock.ts";

describe("the options of an uploader", () => {
  it.each([
    [undefined, USUAL.connections],
    [Number.NaN, USUAL.connections],
    [0, 1],
    [2.9, 2],
    [Number.POSITIVE_INFINITY, 6],
  ])("take %s connections for %i", (connections, expected) => {
    expect(settingsFrom(connections === undefined ? {} : { connections }).connections).toBe(expected);
  });

  it.each([
    [undefined, null],
    [null, null],
    [Number.NaN, null],
    [0.5, null],
    [-1, null],
    [Number.POSITIVE_INFINITY, null],
    [1024.5, 1024],
  ])("take segments of %s bytes for %s", (segmentBytes, expected) => {
    expect(settingsFrom(segmentBytes === undefined ? {} : { segmentBytes }).segmentBytes).toBe(expected);
  });
});

describe("a limit that is no positive number", () => {
  it.each([Number.NaN, 0, -5, Number.POSITIVE_INFINITY])("is none: %s", async (limit) => {
    const clock = new SimulatedClock();
    const set = new Pacer(clock);
    set.bytesPerSecond = limit;
    for (const pacer of [new Pacer(clock, limit), set]) {
      await pacer.take(1000, never);
      await pacer.take(1000, never);
      expect(pacer.bytesPerSecond).toBeNull();
    }
    expect(clock.waits).toEqual([]);
  });
});
