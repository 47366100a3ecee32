import { describe, expect, it } from "vitest";
import { HttpSegmentStore } from "../src/browser/segmentStore.ts";
import { FileUnreadable, NetworkFailure, SegmentRefused } from "../src/core/failures.ts";
import { never } from "./fakes.ts";

type Handler = (() => void) | null;

/** As much of an XMLHttpRequest as a PUT needs; the test is its server. */
class FakeRequest {
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null };
  readonly headers: Record<string, string> = {};
  opened = "";
  isAborted = false;
  status = 0;
  onload: Handler = null;
  onerror: Handler = null;
  onloadend: Handler = null;

  constructor(private readonly etag: string | null) {}

  open(method: string, url: string): void {
    this.opened = `${method} ${url}`;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader(name: string): string | null {
    return name.toLowerCase() === "etag" ? this.etag : null;
  }
  send(): void {}
  abort(): void {
    this.isAborted = true;
  }
  answer(status: number): void {
    this.status = status;
    this.onload?.();
    this.onloadend?.();
  }
  fail(): void {
    this.onerror?.();
    this.onloadend?.();
  }
}

interface Put {
  readonly body?: Blob;
  readonly md5?: string | null;
  readonly etag?: string | null;
  readonly signal?: AbortSignal;
}

function startPut({ body = new Blob(["abc"]), md5 = "md5", etag = "md5", signal = never }: Put = {}) {
  const request = new FakeRequest(etag);
  const sent: number[] = [];
  const store = new HttpSegmentStore(
    () => Promise.reject(new Error("unused")),
    () => request as unknown as XMLHttpRequest,
  );
  const put = store.put("http://swift/o/00000000?sig", body, md5, (n) => sent.push(n), signal);
  return { request, sent, put };
}

const changed = {
  slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("changed", "NotReadableError")) }),
} as unknown as Blob;

describe("sending a segment", () => {
  it("names its checksum, tells of its progress and ends with Swift's 201", async () => {
    const { request, sent, put } = startPut();
    request.upload.onprogress?.({ loaded: 2 });
    request.answer(201);
    expect(await put).toBe("md5");
    expect(request.opened).toBe("PUT http://swift/o/00000000?sig");
    expect(request.headers).toEqual({ ETag: "md5" });
    expect(sent).toEqual([2]);
  });

  it.each([
    ['"ABC"', "abc"],
    ["abc", "abc"],
    [null, null],
  ])("announces no checksum when there is none, and tells Swift's (Etag %s)", async (etag, md5) => {
    const { request, put } = startPut({ md5: null, etag });
    request.answer(201);
    expect(await put).toBe(md5);
    expect(request.headers).toEqual({});
  });

  it("tells a file that can't be read from a network that is gone", async () => {
    const { request, put } = startPut({ body: changed });
    request.fail();
    await expect(put).rejects.toEqual(new FileUnreadable("NotReadableError"));
  });

  it.each([401, 413, 422, 503])("is refused by %i", async (status) => {
    const { request, put } = startPut();
    request.answer(status);
    await expect(put).rejects.toEqual(new SegmentRefused(status));
  });

  it("fails with the network when there is no answer that scripts may read", async () => {
    const { request, put } = startPut();
    request.fail();
    await expect(put).rejects.toBeInstanceOf(NetworkFailure);
  });

  it("stops at once when it is aborted", async () => {
    const controller = new AbortController();
    const { request, put } = startPut({ signal: controller.signal });
    controller.abort(new Error("cancelled"));
    await expect(put).rejects.toThrow("cancelled");
    expect(request.isAborted).toBe(true);
  });
});

describe("asking for a segment", () => {
  const head = (answer: () => Response) =>
    new HttpSegmentStore(
      () => Promise.resolve().then(answer),
      () => {
        throw new Error("unused");
      },
    ).head("http://swift/o/00000000?sig", never);

  it.each(["abc", '"ABC"'])("reads checksum and size (Etag %s)", async (etag) => {
    const headers = { Etag: etag, "Content-Length": "42" };
    expect(await head(() => new Response(null, { headers }))).toEqual({ md5: "abc", size: 42 });
  });

  it("knows no checksum where CORS hides it", async () => {
    const headers = { "Content-Length": "42" };
    expect(await head(() => new Response(null, { headers }))).toEqual({ md5: null, size: 42 });
  });

  it("knows that nothing is stored", async () => {
    expect(await head(() => new Response(null, { status: 404 }))).toBeNull();
  });

  it("is refused as sending is", async () => {
    await expect(head(() => new Response(null, { status: 503 }))).rejects.toEqual(new SegmentRefused(503));
  });
});
