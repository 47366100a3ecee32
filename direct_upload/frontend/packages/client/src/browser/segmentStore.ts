import { FileUnreadable, NetworkFailure, SegmentRefused } from "../core/failures.ts";
import type { SegmentStore, StoredSegment } from "../types.ts";
import { type Fetch, reach } from "./controlPlane.ts";

/**
 * Swift over HTTP. Only what needs upload progress is an XMLHttpRequest. Bodies are sent as blobs: the browser reads them
 * from the disk while it sends, and a `File` itself, rather than its slice, with half the work. A buffer would be copied
 * four times on its way.
 */
export class HttpSegmentStore implements SegmentStore {
  constructor(
    private readonly fetch: Fetch,
    private readonly newRequest: () => XMLHttpRequest,
  ) {}

  async put(
    url: string,
    body: Blob,
    md5: string | null,
    onSent: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<string | null> {
    const request = this.newRequest();
    request.open("PUT", url);
    if (md5 !== null) request.setRequestHeader("ETag", md5);
    const status = await send(request, body, onSent, signal);
    if (status < 200 || status > 299) throw new SegmentRefused(status);
    return bareEtag(request.getResponseHeader("ETag"));
  }

  async head(url: string, signal: AbortSignal): Promise<StoredSegment | null> {
    const init: RequestInit = { method: "HEAD", credentials: "omit", cache: "no-store", signal };
    const response = await reach(() => this.fetch(url, init), signal);
    if (response.status === 404) return null;
    if (!response.ok) throw new SegmentRefused(response.status);
    const md5 = bareEtag(response.headers.get("ETag"));
    return { md5, size: Number(response.headers.get("Content-Length")) };
  }
}

function bareEtag(header: string | null): string | null {
  return header === null ? null : header.replaceAll('"', "").toLowerCase();
}

/** Resolves with the status, however bad; rejects with the signal's reason, `FileUnreadable` or `NetworkFailure`. */
function send(
  request: XMLHttpRequest,
  body: Blob,
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise<number>((resolve, reject) => {
    const stop = () => {
      request.abort();
      reject(signal.reason);
    };
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    request.upload.onprogress = (event) => onSent(event.loaded);
    request.onload = () => resolve(request.status);
    request.onerror = () => void whyFailed(body).then(reject);
    request.onloadend = () => signal.removeEventListener("abort", stop);
    request.send(body);
  });
}

/** A request fails in the same way when there is no network and when its file was changed or is gone. */
async function whyFailed(body: Blob): Promise<Error> {
  try {
    await body.slice(0, 1).arrayBuffer();
    return new NetworkFailure("The segment's request failed");
  } catch (error) {
    return new FileUnreadable(error instanceof Error ? error.name : String(error));
  }
}
