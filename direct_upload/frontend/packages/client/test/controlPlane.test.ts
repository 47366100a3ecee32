import { describe, expect, it } from "vitest";
import { HttpControlPlane } from "../src/browser/controlPlane.ts";
import { MalformedAnswer } from "../src/browser/decode.ts";
import { NetworkFailure, Problem } from "../src/core/failures.ts";
import type { BegunUpload } from "../src/types.ts";
import { never } from "./fakes.ts";

const BASE = "http://site/prefix/";
const TARGET = { url: "http://swift/o/", query: "sig=1", expires_at: "2026-11-22T16:15:00+00:00" };
const FILE = {
  id: "f1",
  name: "a.txt",
  size: 3,
  type: "text/plain",
  etag: "e",
  created_at: "2026-11-22T16:00:00Z",
  download_url: "/files/f1",
};
const UPLOAD: BegunUpload = {
  id: "u1",
  ticket: "t",
  segmentBytes: 4,
  segmentCount: 1,
  lease: { url: "", query: "", renewAt: 0 },
};

/** A server that gives one answer and remembers what it was asked. */
function serverThat(answer: () => Response) {
  const asked: Array<{ url: string; method: string; headers: Headers; body: unknown }> = [];
  const fetch = (url: string, { method, headers, body }: RequestInit) => {
    const sent = typeof body === "string" ? JSON.parse(body) : undefined;
    asked.push({ url, method: method ?? "", headers: new Headers(headers), body: sent });
    return Promise.resolve().then(answer);
  };
  return { asked, control: new HttpControlPlane(BASE, fetch, () => 1000) };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json", ...headers },
    });

describe("the control plane's requests", () => {
  it("begin an upload, with a lease counted from the moment of asking", async () => {
    const answer = { id: "u1", ticket: "t", segment_size: 4, segment_count: 2, target: TARGET };
    const { control, asked } = serverThat(json(answer, 201, { Date: "Sun, 22 Nov 2026 16:00:00 GMT" }));
    const upload = await control.create({ name: "a", size: 8, type: "text/plain" }, never);
    expect(asked[0]).toMatchObject({ url: "http://site/prefix/api/uploads", method: "POST" });
    expect(asked[0]?.body).toEqual({ name: "a", size: 8, type: "text/plain" });
    expect(upload).toMatchObject({ id: "u1", segmentBytes: 4, lease: { query: "sig=1", renewAt: 676_000 } });
  });

  it("renew a lease by the ticket", async () => {
    const { control, asked } = serverThat(json({ target: TARGET }));
    expect((await control.renew(UPLOAD, never)).url).toBe("http://swift/o/");
    expect(asked[0]).toMatchObject({ url: "http://site/prefix/api/uploads/u1/renew", body: { ticket: "t" } });
  });

  it("complete an upload with its checksums, and read the stored file", async () => {
    const { control, asked } = serverThat(json(FILE, 201));
    const file = await control.complete(UPLOAD, ["m1", "m2"], never);
    expect(asked[0]?.body).toEqual({ ticket: "t", segments: ["m1", "m2"] });
    expect(file).toMatchObject({ id: "f1", size: 3, downloadUrl: "http://site/files/f1" });
    expect(file.createdAt.toISOString()).toBe("2026-11-22T16:00:00.000Z");
  });

  it("discard an upload with the ticket in a header", async () => {
    const { control, asked } = serverThat(() => new Response(null, { status: 204 }));
    await control.discard(UPLOAD, never);
    expect(asked[0]).toMatchObject({ url: "http://site/prefix/api/uploads/u1", method: "DELETE" });
    expect(asked[0]?.headers.get("Upload-Ticket")).toBe("t");
  });

  it.each([
    [null, "http://site/prefix/api/files"],
    ["a/b=", "http://site/prefix/api/files?after=a%2Fb%3D"],
  ])("list files after %s", async (after, url) => {
    const { control, asked } = serverThat(json({ files: [FILE], next: "f1" }));
    expect(await control.listFiles(after, never)).toMatchObject({ files: [{ name: "a.txt" }], next: "f1" });
    expect(asked[0]?.url).toBe(url);
  });
});

describe("an answer that is no success", () => {
  it("is a problem with the server's words, code and patience", async () => {
    const body = { title: "Away", status: 503, detail: "Wait a little.", code: "storage-unavailable" };
    const { control } = serverThat(json(body, 503, { "Retry-After": "7" }));
    const failing = control.complete(UPLOAD, [], never);
    await expect(failing).rejects.toEqual(new Problem(503, "storage-unavailable", "Wait a little.", 7000));
  });

  it("names the segments that were rejected", async () => {
    const segments = [
      { number: 3, reason: "missing" },
      { number: 5, reason: "checksum" },
    ];
    const { control } = serverThat(json({ detail: "Some.", code: "segments-rejected", segments }, 409));
    await expect(control.complete(UPLOAD, [], never)).rejects.toMatchObject({ rejected: [3, 5] });
  });

  it("may be a page of a proxy in between", async () => {
    const { control } = serverThat(() => new Response("<h1>Bad gateway</h1>", { status: 502 }));
    await expect(control.deleteFile("f1", never)).rejects.toMatchObject({ status: 502, code: "" });
  });
});

describe("no answer at all", () => {
  it("is a failure of the network", async () => {
    const { control } = serverThat(() => {
      throw new TypeError("Failed to fetch");
    });
    await expect(control.findFile("f1", never)).rejects.toBeInstanceOf(NetworkFailure);
  });

  it("is what a portal's page in place of JSON amounts to", async () => {
    const { control } = serverThat(() => new Response("<h1>Please sign in</h1>"));
    await expect(control.findFile("f1", never)).rejects.toBeInstanceOf(NetworkFailure);
  });

  it("is the caller's reason when the caller gave up", async () => {
    const { control } = serverThat(() => {
      throw new DOMException("aborted", "AbortError");
    });
    const signal = AbortSignal.abort(new Error("cancelled"));
    await expect(control.findFile("f1", signal)).rejects.toThrow("cancelled");
  });
});

describe("an answer of another protocol", () => {
  it.each([
    ["no object", 7],
    ["no name", { ...FILE, name: undefined }],
    ["a size in words", { ...FILE, size: "3" }],
  ])("with %s is refused", async (_, body) => {
    const { control } = serverThat(json(body));
    await expect(control.findFile("f1", never)).rejects.toBeInstanceOf(MalformedAnswer);
  });
});
