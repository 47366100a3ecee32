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
    climber.note({ at, bytes, segments: 0, isFull: true });
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
      climber.note({ at, bytes: at * 100, segments: Math.floor(at / 100), isFull: true });
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
      climber.note({ at, bytes: at * 1000, segments: 0, isFull: at % 200 === 0 });
    expect(climber.width).toBe(3);
    expect(climber.bytesPerSecond).toBeNull();
  });
});
