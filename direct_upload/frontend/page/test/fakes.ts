import { type FilePage, Problem, type StoredFile, type StoredFilesApi } from "@direct-upload/client";

/** Lets everything run that can run now. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export const never = new AbortController().signal;

type Call = "listFiles" | "findFile" | "deleteFile";

/** Stored files in memory. `failures` says how the next calls of a kind fail; without, they succeed. */
export class FakeStoredFiles implements StoredFilesApi {
  readonly calls: Call[] = [];
  readonly failures = new Map<Call, Error[]>();
  readonly pages: FilePage[] = [];

  async listFiles(_: string | null, signal: AbortSignal): Promise<FilePage> {
    await this.#answer("listFiles", signal);
    return this.pages.shift() ?? { files: [], next: null };
  }

  async findFile(id: string, signal: AbortSignal): Promise<StoredFile> {
    await this.#answer("findFile", signal);
    return storedFile(id);
  }

  async deleteFile(_: string, signal: AbortSignal): Promise<void> {
    await this.#answer("deleteFile", signal);
  }

  count(call: Call): number {
    return this.calls.filter((made) => made === call).length;
  }

  async #answer(call: Call, signal: AbortSignal): Promise<void> {
    this.calls.push(call);
    await settle();
    signal.throwIfAborted();
    const failure = this.failures.get(call)?.shift();
    if (failure) throw failure;
  }
}

export function storedFile(id: string): StoredFile {
  const told = { name: `${id}.txt`, size: 1, type: "text/plain", etag: `etag of ${id}` };
  return { id, ...told, createdAt: new Date(0), downloadUrl: `http://page/files/${id}` };
}

export const unavailable = () => new Problem(503, "storage-unavailable", "The storage does not answer.");
