import type { Failure } from "@direct-upload/client";
import { SiteFailure } from "../model/storedFiles.ts";

const PATIENCE_MS = 30_000;
const UNREACHABLE: Failure = { code: "network", detail: "The site could not be reached.", status: null };

export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;
export type Fields = Readonly<Record<string, unknown>>;

/** Requests to the site below the page's address `base`. Each rejects with a `SiteFailure`, which `onFailure` hears too. */
export class SiteRequests {
  constructor(
    readonly base: string,
    private readonly fetch: Fetch,
    private readonly onFailure: (failure: Failure) => void = () => {},
  ) {}

  async read(path: string): Promise<Fields> {
    return this.#json(await this.#ask(path, { signal: AbortSignal.timeout(PATIENCE_MS) }));
  }

  async post(path: string, message: object): Promise<Fields> {
    const init = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(PATIENCE_MS),
    };
    return this.#json(await this.#ask(path, init));
  }

  /** Goes through even when the page is left meanwhile. What is gone already is deleted. */
  async delete(path: string): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await this.#ask(path, { method: "DELETE", keepalive: true, signal }, 404);
  }

  /** An address in an answer may be relative to the page's. */
  absolute(address: unknown): string {
    return new URL(String(address), this.base).href;
  }

  async #ask(path: string, init: RequestInit, accepted: number | null = null): Promise<Response> {
    const response = await this.#reach(this.fetch(new URL(path, this.base), init));
    if (!response.ok && response.status !== accepted) throw this.#failed(await refusal(response));
    return response;
  }

  #json(response: Response): Promise<Fields> {
    return this.#reach(response.json() as Promise<Fields>);
  }

  async #reach<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw this.#failed({ ...UNREACHABLE, detail: `${UNREACHABLE.detail} ${error}` });
    }
  }

  #failed(failure: Failure): SiteFailure {
    this.onFailure(failure);
    return new SiteFailure(failure);
  }
}

async function refusal(response: Response): Promise<Failure> {
  const problem: Fields = await response.json().catch(() => ({}));
  const { code, detail } = problem;
  return {
    code: typeof code === "string" ? code : "unexplained",
    detail: typeof detail === "string" ? detail : `The site answered ${response.status}.`,
    status: response.status,
  };
}
