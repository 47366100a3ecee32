import type { Failure, FilePage, StoredFile } from "@direct-upload/client";
import { type FileStore, SiteFailure } from "../model/storedFiles.ts";

/** As many as the site gives at once. */
const PAGE_SIZE = 1000;
const PATIENCE_MS = 30_000;
const UNREACHABLE: Failure = { code: "network", detail: "The site could not be reached.", status: null };

type Fetch = (url: URL, init: RequestInit) => Promise<Response>;
type Fields = Readonly<Record<string, unknown>>;

/** The site's list of stored files. `base` is the page's address. */
export class SiteFiles implements FileStore {
  constructor(
    private readonly base: string,
    private readonly fetch: Fetch,
  ) {}

  async list(after: string | null): Promise<FilePage> {
    const url = new URL("api/files", this.base);
    url.searchParams.set("limit", String(PAGE_SIZE));
    if (after !== null) url.searchParams.set("after", after);
    const response = await this.#ask(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw await refusal(response);
    const page = (await reach(response.json())) as Fields;
    const files = (page["files"] as readonly Fields[]).map((file) => this.#file(file));
    return { files, next: page["next"] as string | null };
  }

  async delete(id: string): Promise<void> {
    // A request that outlives its page must not be given up with it.
    const response = await this.#ask(new URL(`api/files/${id}`, this.base), {
      method: "DELETE",
      keepalive: true,
    });
    if (!response.ok && response.status !== 404) throw await refusal(response);
  }

  #ask(url: URL, init: RequestInit): Promise<Response> {
    return reach(this.fetch(url, init));
  }

  #file(fields: Fields): StoredFile {
    return {
      id: String(fields["id"]),
      name: String(fields["name"]),
      size: Number(fields["size"]),
      type: String(fields["type"]),
      etag: String(fields["etag"]),
      createdAt: new Date(String(fields["created_at"])),
      downloadUrl: new URL(String(fields["download_url"]), this.base).href,
    };
  }
}

async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new SiteFailure({ ...UNREACHABLE, detail: `${UNREACHABLE.detail} ${error}` });
  }
}

async function refusal(response: Response): Promise<SiteFailure> {
  const problem: Fields = await response.json().catch(() => ({}));
  const code = typeof problem["code"] === "string" ? problem["code"] : "unexpected";
  const detail =
    typeof problem["detail"] === "string" ? problem["detail"] : `The site answered ${response.status}.`;
  return new SiteFailure({ code, detail, status: response.status });
}
