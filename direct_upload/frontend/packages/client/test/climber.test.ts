import { describe, expect, it } from "vitest";
import { Climber } from "../src/core/climber.ts";

const MB = 1e6;

/** Bytes a second that so many connections bring, at a time (ms). */
type Link = (connections: number, at: number) => number;

const limitedPerConnection =
  (each: number, all = Number.POSITIVE_INFINITY): Link =>
  (connections) =>
    Math.min(connections * each, all);

const bandwidthOf = (all: number): Link => limitedPerConnection(all, all);

/** More connections are slower: as where the processor is what limits. */
const processorBound: Link = (connections) => 400 * MB * (1 - 0.08 * (connections - 1));

/** The same number each time, between -1 and 1. */
function noise(seed: number): number {
  const x = Math.sin(seed * 12.9898) * 43758.5453;
  return (x - Math.floor(x)) * 2 - 1;
}

/** Sends over a link for some time, and notes the width at every step. */
function send(link: Link, seconds: number, climber = new Climber(2, 5), jitter = 0) {
  const stepMs = 50;
  const widths: number[] = [];
  let bytes = 0;
  for (let at = 0; at < seconds * 1000; at += stepMs) {
    bytes += ((link(climber.width, at) * stepMs) / 1000) * (1 + jitter * noise(at));
    climber.note({ at, bytes, segments: 0, inFlight: climber.width });
    widths.push(climber.width);
  }
  const average = widths.reduce((sum, width) => sum + width, 0) / widths.length;
  const tail = widths.slice(-widths.length / 2);
  const changes = tail.filter((width, index) => index > 0 && width !== tail[index - 1]).length;
  return { climber, width: widths.at(-1), average, changes, bytes };
}

describe("the number in flight", () => {
  it.each([
    ["a long way, 12 MB/s a connection", limitedPerConnection(12 * MB)],
    ["a limit of 1 MB/s a connection", limitedPerConnection(1 * MB)],
    ["a limit of 60 MB/s a connection", limitedPerConnection(60 * MB)],
  ])("climbs to the most where each connection is slow: %s", (_, link) => {
    const { width, bytes } = send(link, 120);
    expect(width).toBe(5);
    expect(bytes).toBeGreaterThan(link(5, 0) * 120 * 0.75);
  });

  it("has climbed within seconds on a link of 100 Mbit/s a connection", () => {
    expect(send(limitedPerConnection(12.5 * MB), 6).width).toBe(5);
  });

  it("is not deceived by the buffers of this machine, which swallow the first megabytes at once", () => {
    const swallowing: Link = (connections, at) => connections * 12.5 * MB + (at < 150 ? 80 * MB : 0);
    expect(send(swallowing, 4, new Climber(3, 5)).width).toBe(5);
  });

  it.each([
    ["100 kB/s", 0.1 * MB],
    ["1 MB/s", 1 * MB],
    ["12 MB/s", 12 * MB],
    ["120 MB/s", 120 * MB],
  ])("stays low and stable where the bandwidth is what limits: %s", (_, bandwidth) => {
    const { average, changes } = send(bandwidthOf(bandwidth), 600);
    expect(average).toBeLessThan(2);
    // A try up costs two changes; each rest is longer than the one before.
    expect(changes).toBeLessThan(20);
  });

  it("comes down where more are slower", () => {
    const { width, bytes } = send(processorBound, 60);
    expect(width).toBe(1);
    expect(bytes).toBeGreaterThan(400 * MB * 60 * 0.95);
  });

  it("finds the top in between, in noise", () => {
    const { average } = send(limitedPerConnection(10 * MB, 30 * MB), 300, new Climber(2, 5), 0.2);
    expect(average).toBeGreaterThan(2.7);
    expect(average).toBeLessThan(3.7);
  });

  it("is three at least for small segments, of which only the round trips take time", () => {
    const climber = new Climber(2, 5);
    for (let at = 0; at < 60_000; at += 50)
      climber.note({ at, bytes: at * 100, segments: Math.floor(at / 100), inFlight: climber.width });
    expect(climber.width).toBe(3);
  });

  it("climbs when the network changes to one where that helps", () => {
    const link: Link = (connections, at) => (at < 60_000 ? 100 * MB : connections * 5 * MB);
    const { width } = send(link, 90);
    expect(width).toBe(5);
  });

  it("never is more than may be, nor less than one", () => {
    expect(new Climber(2, 1).width).toBe(1);
    expect(send(limitedPerConnection(MB), 60, new Climber(2, 3)).width).toBe(3);
  });
});

/** As a browser tells it: of one connection after the other, about ten times a second. */
function* beats(connections: number, each: number, to: number, beatMs: number) {
  for (let beat = 0; beat < to; beat += beatMs)
    for (let connection = 0; connection < connections; connection += 1)
      yield { at: beat + connection, bytes: each * (beatMs / 1000) };
}

describe("progress that comes in steps", () => {
  it.each([99.4, 99.7, 100, 100.3, 50.1])("is measured in whole steps: %f ms each", (beatMs) => {
    const climber = new Climber(3, 5);
    let bytes = 0;
    for (const step of beats(3, 14 * MB, 1_500, beatMs)) {
      bytes += step.bytes;
      climber.note({ at: step.at, bytes, segments: 0, inFlight: 3 });
    }
    expect(Math.abs((climber.bytesPerSecond ?? 0) / (42 * MB) - 1)).toBeLessThan(0.04);
  });
});

describe("a step down", () => {
  /** Three are full, a fourth brought nothing, and now two are to be enough. */
  const steppedDown = () => {
    const climber = new Climber(3, 5);
    let bytes = 0;
    let at = 0;
    const go = (rate: number, inFlight: number, until: () => boolean) => {
      for (const end = at + 10_000; !until() && at < end; at += 50) {
        bytes += rate * 0.05;
        climber.note({ at, bytes, segments: 0, inFlight });
      }
      return climber.width;
    };
    go(60 * MB, 3, () => climber.width === 4);
    go(60 * MB, 4, () => climber.width === 2);
    return { climber, go };
  };

  it("is judged only when those that are too many have ended, however long they take", () => {
    const { go } = steppedDown();
    expect(go(60 * MB, 4, () => false)).toBe(2);
    expect(go(30 * MB, 2, () => false)).toBe(3);
  });

  it("needs a second sight: a moment in which much leaves is not enough", () => {
    const { climber, go } = steppedDown();
    let steps = 0;
    go(60 * MB, 2, () => ++steps > 14);
    expect(climber.width).toBe(2);
    expect(go(5 * MB, 2, () => climber.width !== 2)).toBe(3);
  });
});

describe("a step up", () => {
  it("is not taken back for a moment in which little leaves, because segments end", () => {
    let dip = 0;
    const link: Link = (connections, at) => {
      if (connections === 4 && dip === 0) dip = at;
      const isDip = dip > 0 && at > dip + 150 && at < dip + 350;
      return connections * 15 * MB * (isDip ? 0.3 : 1);
    };
    const climber = new Climber(3, 5);
    let most = 0;
    let fell = false;
    let bytes = 0;
    for (let at = 0; at < 4_000; at += 50) {
      bytes += link(climber.width, at) * 0.05;
      climber.note({ at, bytes, segments: 0, inFlight: climber.width });
      fell ||= climber.width < most;
      most = Math.max(most, climber.width);
    }
    expect({ most, fell }).toEqual({ most: 5, fell: false });
  });
});

describe("failures", () => {
  const climbed = () => send(limitedPerConnection(12 * MB), 30).climber;

  it("halve the number, once however many come together", () => {
    const climber = climbed();
    for (let at = 30_000; at < 31_000; at += 100) climber.failed(at);
    expect(climber.width).toBe(3);
    climber.failed(40_000);
    expect(climber.width).toBe(2);
    climber.failed(50_000);
    climber.failed(60_000);
    expect(climber.width).toBe(1);
  });

  it("are got over", () => {
    const climber = climbed();
    climber.failed(0);
    expect(send(limitedPerConnection(12 * MB), 60, climber).width).toBe(5);
  });
});

describe("while not all places are taken", () => {
  it("nothing is learned, because the files are what limits", () => {
    const climber = new Climber(3, 5);
    for (let at = 0; at < 60_000; at += 50)
      climber.note({ at, bytes: at * 1000, segments: 0, inFlight: at % 200 === 0 ? 3 : 2 });
    expect(climber.width).toBe(3);
    expect(climber.bytesPerSecond).toBeNull();
  });
});
