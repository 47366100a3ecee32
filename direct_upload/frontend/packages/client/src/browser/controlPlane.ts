import { NetworkFailure } from "../core/failures.ts";
import { leaseFrom, type SignedTarget } from "../core/lease.ts";
import type {
  BegunUpload,
  ControlPlane,
  FileDescription,
  FilePage,
  Lease,
  StoredFile,
  StoredFilesApi,
} from "../types.ts";
import { decodeFile, decodePage, decodeTarget, decodeUpload, fields } from "./decode.ts";
import { readProblem } from "./problem.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Answer {
  readonly body: unknown;
  readonly toLease: (target: SignedTarget) => Lease;
}

/** The control plane over HTTP. `base` is the page's address; `now` reads the steady clock. */
export class HttpControlPlane implements ControlPlane, StoredFilesApi {
  constructor(
    private readonly base: string,
    private readonly fetch: Fetch,
    private readonly now: () => number,
  ) {}

  async create(file: FileDescription, signal: AbortSignal): Promise<BegunUpload> {
    const { body, toLease } = await this.#post("api/uploads", file, signal);
    return decodeUpload(body, toLease);
  }

  async renew({ id, ticket }: BegunUpload, signal: AbortSignal): Promise<Lease> {
    const { body, toLease } = await this.#post(`api/uploads/${id}/renew`, { ticket }, signal);
    return toLease(decodeTarget(fields(body)["target"]));
  }

  async complete(
    { id, ticket }: BegunUpload,
    md5s: readonly string[],
    signal: AbortSignal,
  ): Promise<StoredFile> {
    const { body } = await this.#post(`api/uploads/${id}/complete`, { ticket, segments: md5s }, signal);
    return decodeFile(body, this.base);
  }

  async discard({ id, ticket }: BegunUpload, signal: AbortSignal): Promise<void> {
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
      toLease: (target) => leaseFrom(target, serverDate, askedAt),
    };
  }

  async #request(path: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const response = await reach(() => this.fetch(new URL(path, this.base).href, init), init.signal);
    if (!response.ok) throw await readProblem(response);
    return response;
  }
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
