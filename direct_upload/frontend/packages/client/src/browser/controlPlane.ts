import type { UploaderOptions } from "../api.ts";
import { unlessAborted } from "../core/abort.ts";
import { NetworkFailure } from "../core/failures.ts";
import { renewalTime, type SignedTarget, targetFrom } from "../core/lease.ts";
import type {
  BegunUpload,
  Completion,
  ControlPlane,
  FilePage,
  SegmentSignatures,
  StoredFile,
  StoredFilesApi,
  Target,
  UploadTicket,
  UploadWish,
} from "../types.ts";
import {
  decodeFile,
  decodePage,
  decodeResults,
  decodeSignatures,
  decodeTarget,
  decodeUpload,
  fields,
} from "./decode.ts";
import { readProblem } from "./problem.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

type GetHeaders = NonNullable<UploaderOptions["headers"]>;

interface Answer {
  readonly body: unknown;
  /** The server's clock, as it was told, and ours when it was asked. */
  readonly timed: (target: SignedTarget) => Target;
  readonly renewAt: (expiresAt: string) => number;
}

/**
 * The control plane over HTTP. `base` is the site's address; `now` reads the steady clock; `headers` gives what is sent with every
 * request.
 */
export class HttpControlPlane implements ControlPlane, StoredFilesApi {
  constructor(
    private readonly base: string,
    private readonly fetch: Fetch,
    private readonly now: () => number,
    private readonly headers: GetHeaders = () => ({}),
  ) {}

  async create(wish: UploadWish, signal: AbortSignal): Promise<BegunUpload> {
    const { body, timed } = await this.#post("api/uploads", wishMessage(wish), signal);
    return decodeUpload(body, timed);
  }

  async createMany(
    wishes: readonly UploadWish[],
    signal: AbortSignal,
  ): Promise<readonly (BegunUpload | Error)[]> {
    const message = { uploads: wishes.map(wishMessage) };
    const { body, timed } = await this.#post("api/uploads/batch", message, signal);
    return decodeResults(body, "upload", (upload) => decodeUpload(upload, timed));
  }

  async renew({ id, ticket }: UploadTicket, signal: AbortSignal): Promise<Target> {
    const { body, timed } = await this.#post(`api/uploads/${id}/renew`, { ticket }, signal);
    return timed(decodeTarget(fields(body)["target"]));
  }

  async sign(
    { id, ticket }: UploadTicket,
    numbers: readonly number[],
    signal: AbortSignal,
  ): Promise<SegmentSignatures> {
    const message = { ticket, segments: numbers };
    const { body, renewAt } = await this.#post(`api/uploads/${id}/signatures`, message, signal);
    const { queries, expires_at } = decodeSignatures(body);
    return { queries, renewAt: renewAt(expires_at) };
  }

  async complete({ upload, md5s }: Completion, signal: AbortSignal): Promise<StoredFile> {
    const { id, ticket } = upload;
    const { body } = await this.#post(`api/uploads/${id}/complete`, { ticket, segments: md5s }, signal);
    return decodeFile(body, this.base);
  }

  async completeMany(
    completions: readonly Completion[],
    signal: AbortSignal,
  ): Promise<readonly (StoredFile | Error)[]> {
    const uploads = completions.map(({ upload, md5s }) => {
      return { id: upload.id, ticket: upload.ticket, segments: md5s };
    });
    const { body } = await this.#post("api/uploads/complete", { uploads }, signal);
    return decodeResults(body, "file", (file) => decodeFile(file, this.base));
  }

  async discard({ id, ticket }: UploadTicket, signal: AbortSignal): Promise<void> {
    await this.#request(`api/uploads/${id}`, {
      method: "DELETE",
      headers: { "Upload-Ticket": ticket },
      signal,
    });
  }

  async listFiles(after: string | null, signal: AbortSignal): Promise<FilePage> {
    const query = after === null ? "" : `?after=${encodeURIComponent(after)}`;
    const response = await this.#request(`api/files${query}`, { method: "GET", signal });
    return decodePage(await readJson(response, signal), this.base);
  }

  async findFile(id: string, signal: AbortSignal): Promise<StoredFile> {
    const response = await this.#request(`api/files/${id}`, { method: "GET", signal });
    return decodeFile(await readJson(response, signal), this.base);
  }

  async deleteFile(id: string, signal: AbortSignal): Promise<void> {
    await this.#request(`api/files/${id}`, { method: "DELETE", signal });
  }

  async #post(path: string, message: object, signal: AbortSignal): Promise<Answer> {
    const askedAt = this.now();
    const headers = { "Content-Type": "application/json" };
    const response = await this.#request(path, {
      method: "POST",
      headers,
      body: JSON.stringify(message),
      signal,
    });
    const serverDate = response.headers.get("Date");
    return {
      body: await readJson(response, signal),
      timed: (target) => targetFrom(target, serverDate, askedAt),
      renewAt: (expiresAt) => renewalTime(expiresAt, serverDate, askedAt),
    };
  }

  async #request(path: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const { signal } = init;
    const url = new URL(path, this.base).href;
    // Whoever gives headers may ask a server for them, which fails, and hangs, as any request does.
    const given = await reach(() => unlessAborted(signal, async (own) => await this.headers(own)), signal);
    const headers = { ...given, ...init.headers };
    const response = await reach(() => this.fetch(url, { ...init, headers }), signal);
    if (!response.ok) throw await readProblem(response);
    return response;
  }
}

function wishMessage({ name, size, type, segmentBytes }: UploadWish): object {
  return { name, size, type, ...(segmentBytes !== null && { segment_size: segmentBytes }) };
}

/** A body that breaks off, or is a portal's page in place of JSON, is a failure of the network. */
function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  return reach(() => response.json(), signal);
}

/** Names the failures of `fetch`: the signal's reason when aborted, else a `NetworkFailure`. */
export async function reach<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await call();
  } catch (error) {
    signal.throwIfAborted();
    throw new NetworkFailure(String(error));
  }
}
