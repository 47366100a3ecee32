import { describe, expect, it } from "vitest";
import type { Failure, Offer, UploadState, UploadView } from "../src/api.ts";
import { offersFor } from "../src/core/offers.ts";
import { newView, shareOf } from "../src/core/views.ts";

const failure = (code: string): Failure => ({ code, detail: "", status: 403 });

describe("what there is to do with an upload", () => {
  it.each<[UploadState, Partial<UploadView>, readonly Offer[]]>([
    ["queued", {}, ["pause", "cancel"]],
    ["uploading", {}, ["pause", "cancel"]],
    ["uploading", { waiting: { for: "retry", until: 0 } }, ["now", "pause", "cancel"]],
    ["uploading", { waiting: { for: "network" } }, ["pause", "cancel"]],
    ["verifying", {}, ["cancel"]],
    ["paused", {}, ["resume", "cancel"]],
    ["following", {}, []],
    ["interrupted", { needs: "permission" }, ["allow", "cancel"]],
    ["interrupted", { needs: "file" }, ["supply", "cancel"]],
    ["done", {}, []],
    ["failed", { failure: failure("network") }, ["retry", "cancel"]],
    ["failed", { failure: failure("quota-exceeded") }, ["retry", "cancel"]],
    ["failed", { failure: failure("file-too-large") }, ["cancel"]],
    ["failed", { failure: failure("file-changed") }, ["cancel"]],
    ["failed", { failure: failure("invalid-name") }, ["cancel"]],
    ["failed", { failure: failure("name-refused") }, ["cancel"]],
    ["failed", { failure: failure("type-refused") }, ["cancel"]],
    ["failed", { failure: failure("refused") }, ["cancel"]],
    ["cancelled", {}, []],
  ])("that is %s with %j is %j", (state, change, offers) => {
    const view = newView("1", "film.mov", { size: 2_000_000, type: "video/quicktime" });
    expect(offersFor({ ...view, state, ...change })).toEqual(offers);
  });
});

describe("how much is sent", () => {
  it.each([
    [0, 0, 1],
    [8, 2, 0.25],
    [8, 9, 1],
  ])("of %i bytes with %i is %d", (size, sentBytes, share) => {
    expect(shareOf({ size, sentBytes })).toBe(share);
  });
});
