import { describe, expect, it } from "vitest";
import { HttpControlPlane } from "../src/browser/controlPlane.ts";
import { MalformedAnswer } from "../src/browser/decode.ts";
import { failureOf, NetworkFailure, Problem } from "../src/core/failures.ts";
import type { UploadTicket, UploadWish } from "../src/types.ts";
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
const UPLOAD: UploadTicket = { id: "u1", ticket: "t" };
const WISH: UploadWish = { name: "a", size: 8, type: "text/plain", segmentBytes: null };
const BEGUN = { id: "u1", ticket: "t", segment_size: 4, segment_count: 2, target: TARGET };

/** A server that gives one answer and remembers what it was asked. */
function serverThat(
  answer: () => Response,
  headers?: (signal: AbortSignal) => Promise<Record<string, string>>,
) {
  const asked: Array<{ url: string; method: string; headers: Headers; body: unknown }> = [];
  const fetch = (url: string, { method, headers, body }: RequestInit) => {
    const sent = typeof body === "string" ? JSON.parse(body) : undefined;
    asked.push({ url, method: method ?? "", headers: new Headers(headers), body: sent });
    return Promise.resolve().then(answer);
  };
  return { asked, control: new HttpControlPlane(BASE, fetch, () => 1000, headers) };
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
    const { control, asked } = serverThat(json(BEGUN, 201, { Date: "Sun, 22 Nov 2026 16:00:00 GMT" }));
    const upload = await control.create(WISH, never);
    expect(asked[0]).toMatchObject({ url: "http://site/prefix/api/uploads", method: "POST" });
    expect(asked[0]?.body).toEqual({ name: "a", size: 8, type: "text/plain" });
    expect(upload).toMatchObject({ id: "u1", segmentBytes: 4, target: { query: "sig=1", renewAt: 676_000 } });
  });

  it("ask for a segment size in bytes, where one is wished for", async () => {
    const { control, asked } = serverThat(json(BEGUN, 201));
    await control.create({ ...WISH, segmentBytes: 1 << 20 }, never);
    expect(asked[0]?.body).toEqual({ name: "a", size: 8, type: "text/plain", segment_size: 1 << 20 });
  });

  it("begin many uploads in one, each answered by itself", async () => {
    const problem = { status: 503, code: "storage-unavailable", detail: "Later.", retry_after: 7 };
    const { control, asked } = serverThat(json({ results: [{ upload: BEGUN }, { problem }] }));
    const [begun, refused] = await control.createMany([WISH, WISH], never);
    expect(asked[0]?.url).toBe("http://site/prefix/api/uploads/batch");
    expect(asked[0]?.body).toMatchObject({ uploads: [{ name: "a" }, { name: "a" }] });
    expect(begun).toMatchObject({ id: "u1", segmentBytes: 4 });
    expect(refused).toEqual(new Problem(503, "storage-unavailable", "Later.", 7000));
  });

  it("complete many uploads in one, each answered by itself", async () => {
    const problem = { status: 409, code: "segments-rejected", segments: [{ number: 0, reason: "size" }] };
    const { control, asked } = serverThat(json({ results: [{ problem }, { file: FILE }] }));
    const completion = { upload: UPLOAD, md5s: ["m"] };
    const [refused, file] = await control.completeMany([completion, completion], never);
    expect(asked[0]?.url).toBe("http://site/prefix/api/uploads/complete");
    expect(asked[0]?.body).toMatchObject({ uploads: [{ id: "u1", ticket: "t", segments: ["m"] }, {}] });
    expect(refused).toMatchObject({ rejected: [0], status: 409 });
    expect(file).toMatchObject({ id: "f1" });
  });

  it("carry the headers that the options add, fetched each time", async () => {
    let tokens = 0;
    const { asked, control } = serverThat(json(BEGUN, 201), () => {
      tokens += 1;
      return Promise.resolve({ Authorization: `Bearer ${tokens}` });
    });
    await control.create(WISH, never);
    await control.create(WISH, never);
    expect(asked.map(({ headers }) => headers.get("Authorization"))).toEqual(["Bearer 1", "Bearer 2"]);
    expect(asked[0]?.headers.get("Content-Type")).toBe("application/json");
  });

  it("tell the limit that a refusal names, for people to read", async () => {
    const body = { status: 413, code: "file-too-large", detail: "Too large.", limit: 1000 };
    const { control } = serverThat(json(body, 413));
    const refused = await control.create(WISH, never).catch((error: unknown) => failureOf(error));
    expect(refused).toEqual({ code: "file-too-large", detail: "Too large.", status: 413, limit: 1000 });
  });

  it("renew a lease by the ticket", async () => {
    const { control, asked } = serverThat(json({ target: TARGET }));
    expect((await control.renew(UPLOAD, never)).url).toBe("http://swift/o/");
    expect(asked[0]).toMatchObject({ url: "http://site/prefix/api/uploads/u1/renew", body: { ticket: "t" } });
  });

  it("learn of a cluster where each segment has a query of its own", async () => {
    const target = { ...TARGET, query: null, signatures_url: "/api/uploads/u1/signatures" };
    const { control } = serverThat(json({ target }));
    expect(await control.renew(UPLOAD, never)).toEqual({ url: "http://swift/o/", query: null });
  });

  it("get signatures of single segments, counted from the moment of asking", async () => {
    const answer = { queries: ["sig=5", "sig=3"], expires_at: TARGET.expires_at };
    const { control, asked } = serverThat(json(answer, 200, { Date: "Sun, 22 Nov 2026 16:00:00 GMT" }));
    const signatures = await control.sign(UPLOAD, [5, 3], never);
    expect(asked[0]?.url).toBe("http://site/prefix/api/uploads/u1/signatures");
    expect(asked[0]?.body).toEqual({ ticket: "t", segments: [5, 3] });
    expect(signatures).toEqual({ queries: ["sig=5", "sig=3"], renewAt: 676_000 });
  });

  it("complete an upload with its checksums, and read the stored file", async () => {
    const { control, asked } = serverThat(json(FILE, 201));
    const file = await control.complete({ upload: UPLOAD, md5s: ["m1", "m2"] }, never);
    expect(asked[0]?.body).toEqual({ ticket: "t", segments: ["m1", "m2"] });
    expect(file).toMatchObject({ id: "f1", size: 3, downloadUrl: "http://site/files/f1" });
    expect(file.createdAt.toISOString()).toBe("2026-11-22T16:00:00.000Z");
  });

  it.each([
    ["held", "held"],
    ["stored", "stored"],
    [undefined, "stored"],
  ])("know a file that is held from one that can be downloaded: %s", async (state, expected) => {
    const { control } = serverThat(json({ ...FILE, state }));
    expect(await control.findFile("f1", never)).toMatchObject({ state: expected });
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
    const failing = control.complete({ upload: UPLOAD, md5s: [] }, never);
    await expect(failing).rejects.toEqual(new Problem(503, "storage-unavailable", "Wait a little.", 7000));
  });

  it("keeps to the answer's own status and patience when the body tells nonsense", async () => {
    const body = { status: "bad", code: "storage-unavailable", detail: "Wait.", retry_after: "soon" };
    const { control } = serverThat(json(body, 503, { "Retry-After": "7" }));
    const failing = control.complete({ upload: UPLOAD, md5s: [] }, never);
    await expect(failing).rejects.toEqual(new Problem(503, "storage-unavailable", "Wait.", 7000));
  });

  it("names the segments that were rejected", async () => {
    const segments = [
      { number: 3, reason: "missing" },
      { number: 5, reason: "checksum" },
    ];
    const { control } = serverThat(json({ detail: "Some.", code: "segments-rejected", segments }, 409));
    await expect(control.complete({ upload: UPLOAD, md5s: [] }, never)).rejects.toMatchObject({
      rejected: [3, 5],
    });
  });

  it("tells which sizes are taken", async () => {
    const body = { code: "invalid-segment-size", detail: "No.", minimum: 1, maximum: 9 };
    const { control } = serverThat(json(body, 400));
    await expect(control.create(WISH, never)).rejects.toMatchObject({ range: { minimum: 1, maximum: 9 } });
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

describe("headers that can't be had", () => {
  it("are a failure of the network, which is tried again", async () => {
    const { control, asked } = serverThat(json(BEGUN, 201), () => Promise.reject(new Error("no token")));
    await expect(control.create(WISH, never)).rejects.toBeInstanceOf(NetworkFailure);
    expect(asked).toEqual([]);
  });

  it.each(["never come", "come too late"])("keep nobody who gave up: they %s", async (when) => {
    let told: AbortSignal | null = null;
    const { control, asked } = serverThat(json(BEGUN, 201), (signal) => {
      told = signal;
      return new Promise((resolve) => {
        if (when === "come too late") signal.addEventListener("abort", () => resolve({}));
      });
    });
    const controller = new AbortController();
    const creating = control.create(WISH, controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(creating).rejects.toThrow("cancelled");
    expect(told).toHaveProperty("reason.message", "cancelled");
    expect(asked).toEqual([]);
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
