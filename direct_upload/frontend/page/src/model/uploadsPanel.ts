import type { Uploader, UploadsSummary, UploadView } from "@direct-upload/client";
import type { Show } from "./uploadList.ts";

/** The uploads, and how the reader looks at them. */
export interface UploadsState {
  readonly views: readonly UploadView[];
  readonly summary: UploadsSummary;
  readonly show: Show;
  /** Bytes a second, or null. */
  readonly limit: number | null;
  /** Interrupted uploads for which another file was chosen than they need. */
  readonly otherFiles: ReadonlySet<string>;
}

/** In bytes a second: from a slow line to a fast one. */
export const LIMITS: readonly number[] = [100e3, 250e3, 500e3, 1e6, 2e6, 5e6, 10e6, 25e6, 50e6, 100e6];

export class UploadsPanel {
  #show: Show = "all";
  #limit: number | null = null;
  #otherFiles: ReadonlySet<string> = new Set();

  constructor(
    private readonly uploader: Uploader,
    private readonly changed: () => void,
  ) {}

  get state(): UploadsState {
    const { views, summary } = this.uploader;
    return { views, summary, show: this.#show, limit: this.#limit, otherFiles: this.#otherFiles };
  }

  show(show: Show): void {
    this.#show = show;
    this.changed();
  }

  setLimit(limit: number | null): void {
    this.#limit = limit;
    this.uploader.setMaxBytesPerSecond(limit);
    this.changed();
  }

  clearFinished(): void {
    this.uploader.clearFinished();
    this.#show = "all";
    this.changed();
  }

  /** Gives an interrupted upload the file that was chosen for it. */
  async supply(key: string, file: Parameters<Uploader["supply"]>[1]): Promise<void> {
    const isIt = await this.uploader.supply(key, file);
    const others = new Set(this.#otherFiles);
    if (isIt) others.delete(key);
    else others.add(key);
    this.#otherFiles = others;
    this.changed();
  }
}
