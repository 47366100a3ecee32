import { describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatSpeed, formatTimeLeft } from "../src/view/format.ts";

describe("sizes, speeds and times in words", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [12_345, "12.3 kB"],
    [99_960, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [1_073_741_824, "1.1 GB"],
    [5e12, "5.0 TB"],
    [2e18, "2000 PB"],
  ])("%i bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.2, "1 s left"],
    [59.4, "59 s left"],
    [60, "1 min 0 s left"],
    [200, "3 min 20 s left"],
    [1800, "30 min left"],
    [3900, "1 h 5 min left"],
    [604_800, "7 days left"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(formatTimeLeft(seconds)).toBe(text);
  });

  it("speeds are sizes a second, and one is not many", () => {
    expect(formatSpeed(34_500_000)).toBe("34.5 MB/s");
    expect([formatCount(1, "file"), formatCount(0, "file")]).toEqual(["1 file", "0 files"]);
  });
});
