import type { UploadView } from "../api.ts";
import type { ResumeRecord } from "../types.ts";
import type { Recall } from "./memory.ts";
import { fingerprintOf, isWorthKeeping, type Office, type Source } from "./office.ts";
import type { Patience } from "./patience.ts";
import { isSameFile } from "./sameFile.ts";
import type { Begun } from "./transfer.ts";

/** What one upload can be continued from: after a pause or a failure, after a reload, or with its file chosen again. */
export class Keepsake {
  #latest: Recall;
  /** The file that is known to be the record's. */
  #confirmed: File | null = null;
  #begunAt: number;
  #isKept: boolean;

  /** `record`: what a former page has left of it. */
  constructor(
    private readonly office: Office,
    record: ResumeRecord | null = null,
  ) {
    this.#latest = () => record;
    this.#begunAt = record?.begunAt ?? 0;
    this.#isKept = record !== null;
  }

  /** How far it is; null as long as nothing is begun. */
  get record(): ResumeRecord | null {
    return this.#latest();
  }

  /** Says that the file was compared with the record, and is the same. */
  confirm(file: File): void {
    this.#confirmed = file;
  }

  /** From where the upload of this file goes on; null when it begins anew, because there is nothing or it is another one. */
  async recall(source: Source, key: string, patience: Patience, signal: AbortSignal): Promise<Begun | null> {
    const { memory, workshop } = this.office;
    const found = this.record ?? (await this.#find(source));
    if (!found) return null;
    const compare = () => isSameFile(source.file, found, workshop.hasher, signal);
    const isSame = source.file === this.#confirmed || (await patience.repeat(compare, signal));
    if (found.key !== key) await memory?.forget(found.key);
    this.#latest = () => (isSame ? found : null);
    this.#begunAt = isSame ? found.begunAt : 0;
    return isSame ? begunOf(found) : null;
  }

  /** Another tab may have got on with it. */
  async refresh(): Promise<void> {
    const record = this.record && (await this.office.memory?.find(this.record));
    if (record) this.#latest = () => record;
  }

  /** Notes how far it is now; `begun` is asked when it is written down. */
  note({ key, type }: UploadView, source: Source, begun: () => Begun | null): void {
    const { memory, endpoint, wallClock } = this.office;
    this.#begunAt ||= wallClock();
    const { handle, file } = source;
    const about = { ...fingerprintOf(source, endpoint), key, name: file.name, type, handle };
    this.#latest = () => {
      const now = begun();
      return now && { ...about, ...now, begunAt: this.#begunAt };
    };
    if (!memory || !isWorthKeeping(file.size)) return;
    memory.note(key, this.#latest);
    if (!this.#isKept) void memory.flush();
    this.#isKept = true;
  }

  forget(key: string): void {
    if (this.#isKept) void this.office.memory?.forget(key);
    this.#isKept = false;
    this.#latest = () => null;
  }

  async #find(source: Source): Promise<ResumeRecord | null> {
    const { memory, endpoint } = this.office;
    if (!memory || !isWorthKeeping(source.file.size)) return null;
    return await memory.find(fingerprintOf(source, endpoint));
  }
}

/** Bytes that were stored when the record was written. */
export function storedBytes({ md5s, segmentBytes, size }: ResumeRecord): number {
  const bytesOf = (number: number) => Math.min(segmentBytes, size - number * segmentBytes);
  return md5s.reduce((sum, md5, number) => sum + (md5 === null ? 0 : bytesOf(number)), 0);
}

function begunOf({ uploadId, ticket, segmentBytes, md5s }: ResumeRecord): Begun {
  return { uploadId, ticket, segmentBytes, md5s };
}
