import { describe, expect, it } from "vitest";
import { LaneHasher } from "../src/browser/laneHasher.ts";
import { CHUNK_BYTES, Md5Lanes } from "../src/browser/md5Lanes.ts";
import { openPage } from "./bench.ts";
import { hollowFile, never } from "./fakes.ts";

const HUGE = 100e9;
/** What the client asks for on a fast link. */
const SEGMENT = 127 << 20;
const SEGMENTS = Math.ceil(HUGE / SEGMENT);

/** A file that notes the size of every slice, and can't be read or sent whole. */
function watchedFile(notes: number[]): File {
  const file = hollowFile(HUGE);
  const { slice } = file;
  file.slice = (start = 0, end = HUGE) => {
    notes.push(end - start);
    return slice.call(file, start, end);
  };
  const refuse = () => {
    throw new Error("It was to be read whole");
  };
  return Object.assign(file, { arrayBuffer: refuse, bytes: refuse, stream: refuse, text: refuse });
}

describe("a file of 100 GB", () => {
  it("is sent, and compared when it is chosen again, without a slice larger than a segment", async () => {
    const slices: number[] = [];
    const page = openPage();
    page.swift.msForPut = () => 100;
    page.uploader.add([watchedFile(slices)]);
    await page.clock.advance(10_000);
    page.uploader.pauseAll();
    expect(page.only().sentBytes).toBeGreaterThan(10 * SEGMENT);
    page.uploader.add([watchedFile(slices)]);
    await page.until("done");
    expect(page.control.completed[0]).toHaveLength(SEGMENTS);
    expect(slices.length).toBeGreaterThanOrEqual(SEGMENTS);
    expect(Math.max(...slices)).toBe(SEGMENT);
    expect(Math.max(...page.swift.bodies.map(({ size }) => size))).toBe(SEGMENT);
  });

  it("has its segments hashed a quarter of a megabyte at a time", async () => {
    const reads: number[] = [];
    const segment = new Blob();
    // Blob streams that don't fill buffers are those of some browsers.
    const noStream = () => {
      throw new TypeError("no such reader");
    };
    const slice = (start = 0, end = SEGMENT) => {
      reads.push(end - start);
      return new Blob([new Uint8Array(end - start)]);
    };
    Object.assign(segment, { stream: noStream, slice });
    Object.defineProperty(segment, "size", { value: SEGMENT });
    const lanes = await Md5Lanes.open();
    if (!lanes) throw new Error("This Node's WebAssembly has no vectors");
    await new LaneHasher(lanes).md5(segment, never);
    expect(reads.reduce((sum, bytes) => sum + bytes, 0)).toBe(SEGMENT);
    expect(Math.max(...reads)).toBe(CHUNK_BYTES);
  });
});
