import { describe, expect, it } from "vitest";
import {
  FileDamaged,
  FileUnreadable,
  failureOf,
  isLostUpload,
  NetworkFailure,
  Problem,
  SegmentRefused,
} from "../src/core/failures.ts";
import { cleanName, cleanType } from "../src/core/naming.ts";
import { RateMeter, secondsLeft } from "../src/core/rate.ts";
import { cut, type Segment, SegmentTable, segmentUrl } from "../src/core/segments.ts";

describe("a name", () => {
  it.each([
    ["report.pdf", "report.pdf"],
    ['ré"s\n日本.pdf', 'ré"s_日本.pdf'],
    ["tab\there\u0000\u007f\u0085", "tab_here___"],
    ["lone \ud83d half", "lone _ half"],
    ["other \udc00 half", "other _ half"],
    ["whole 😀 pair", "whole 😀 pair"],
    ["e\u0301 stays as it is", "e\u0301 stays as it is"],
  ])("%j is sent as %j", (name, clean) => {
    expect(cleanName(name)).toBe(clean);
  });
});

describe("a type", () => {
  it.each([
    ["text/plain", "text/plain"],
    ["text/html; charset=utf-8", "text/html"],
    ["Image/PNG", "image/png"],
    ["application/vnd.ms-excel.sheet+xml", "application/vnd.ms-excel.sheet+xml"],
    ["", "application/octet-stream"],
    ["nonsense", "application/octet-stream"],
    ["a/b/c", "application/octet-stream"],
    ["a/b\r\nX-Evil: 1", "application/octet-stream"],
  ])("%j is sent as %j", (type, clean) => {
    expect(cleanType(type)).toBe(clean);
  });
});

describe("a rate meter", () => {
  const measured = (...samples: Array<[number, number]>) => {
    const meter = new RateMeter();
    for (const [at, bytes] of samples) meter.note(at, bytes);
    return meter.bytesPerSecond;
  };

  it("says nothing before it has seen enough", () => {
    expect(measured([0, 0])).toBeNull();
    expect(measured([0, 0], [500, 9999])).toBeNull();
  });

  it("averages the last six seconds only", () => {
    expect(measured([0, 0], [1000, 500])).toBe(500);
    expect(measured([0, 0], [10_000, 1_000_000], [12_000, 1_000_200])).toBe(100);
  });

  it("starts anew when bytes have to be sent again", () => {
    expect(measured([0, 0], [1000, 900], [2000, 400], [3000, 700])).toBe(300);
  });

  it.each([
    [1000, 100, 10],
    [1000, 0, null],
    [1000, null, null],
    [0, 100, 0],
  ])("has %i bytes at %s bytes a second take %s seconds", (bytes, speed, seconds) => {
    expect(secondsLeft(bytes, speed)).toBe(seconds);
  });
});

describe("cutting a file", () => {
  it.each([
    [0, []],
    [1, [[0, 1]]],
    [4, [[0, 4]]],
    [
      5,
      [
        [0, 4],
        [4, 5],
      ],
    ],
    [
      8,
      [
        [0, 4],
        [4, 8],
      ],
    ],
  ])("of %i bytes into fours", (bytes, pieces) => {
    expect(cut(bytes, 4).map(({ start, end }) => [start, end])).toEqual(pieces);
  });

  it("counts what is stored whole, and what is on its way as far as it has come", () => {
    const table = new SegmentTable(10, 4);
    const [first, second] = table.all as [Segment, Segment, Segment];
    table.progress(first, 1);
    table.markStored(first, "md5");
    expect(table.progress(second, 3)).toBe(3);
    expect(table.sentBytes).toBe(7);
    expect(table.progress(second, 0)).toBe(-3);
    table.takeBack(first);
    expect(table.sentBytes).toBe(0);
    expect(table.missing).toHaveLength(3);
  });

  it("doubts what a former page has stored, and a little beyond", () => {
    const table = new SegmentTable(80, 4, ["a", null, "c"]);
    const standings = table.all.map(({ standing }) => standing);
    expect(standings.slice(0, 4)).toEqual(["remembered", "doubtful", "remembered", "doubtful"]);
    expect(standings.filter((standing) => standing === "absent")).toHaveLength(20 - 3 - 8);
    expect(table.sentBytes).toBe(8);
    expect(table.md5s.slice(0, 4)).toEqual(["a", null, "c", null]);
  });

  it("addresses a segment by eight digits between the prefix and the signature", () => {
    const lease = { url: "http://swift/v1/a/c/segments/o/id/", query: "temp_url_sig=x", renewAt: 0 };
    expect(segmentUrl(lease, 42)).toBe("http://swift/v1/a/c/segments/o/id/00000042?temp_url_sig=x");
  });
});

describe("a failure", () => {
  it.each([
    [new Problem(413, "too-large", "Files may have 2 TB."), "too-large", 413, /^Files may have 2 TB\.$/],
    [new NetworkFailure("x"), "network", null, /Check your connection/],
    [new DOMException("late", "TimeoutError"), "network", null, /Check your connection/],
    [new FileUnreadable("NotFoundError"), "file-unreadable", null, /choose it again/],
    [new FileUnreadable("NotReadableError"), "file-changed", null, /was changed/],
    [new FileDamaged("x"), "damaged", null, /damaged on its way/],
    [new SegmentRefused(413), "storage-full", 413, /no room/],
    [new SegmentRefused(422), "damaged", 422, /damaged on its way/],
    [new SegmentRefused(418), "storage-refused", 418, /418/],
    [new Problem(403, "", ""), "unexplained", 403, /did not say why/],
    [new RangeError("x"), "unexpected", null, /unexpected/],
  ])("%s has the code %s", (error, code, status, detail) => {
    expect(failureOf(error)).toEqual({ code, status, detail: expect.stringMatching(detail) });
  });

  it("knows when only a new upload helps", () => {
    expect(isLostUpload(new Problem(410, "gone", "x"))).toBe(true);
    expect(isLostUpload(new Problem(403, "quota", "x"))).toBe(false);
    expect(isLostUpload(new NetworkFailure("x"))).toBe(false);
  });
});
