import type { UploadView } from "../api.ts";
import type { ResumeRecord } from "../types.ts";
import { fingerprintOf, isWorthKeeping, type Office, type Source } from "./office.ts";
import type { Patience } from "./patience.ts";
import { isSameFile } from "./sameFile.ts";
import type { Begun } from "./transfer.ts";

/** What one upload can be continued from after a reload. */
export class Keepsake {
  #begunAt: number;
  #isNoted = false;

  /** `record`: what a former page has left of it. */
  constructor(
    private readonly office: Office,
    private record: ResumeRecord | null = null,
  ) {
    this.#begunAt = record?.begunAt ?? 0;
  }

  /** From where the upload of this file goes on; null when it begins anew. */
  async recall(source: Source, key: string, patience: Patience, signal: AbortSignal): Promise<Begun | null> {
    if (this.record) return begunOf(this.record);
    const { memory, endpoint, workshop } = this.office;
    if (!memory || !isWorthKeeping(source.file.size)) return null;
    const found = await memory.find(fingerprintOf(source, endpoint));
    if (!found) return null;
    const compare = () => isSameFile(source.file, found, workshop.hasher, signal);
    if (!(await patience.repeat(compare, signal))) return null;
    if (found.key !== key) await memory.forget(found.key);
    this.record = found;
    this.#begunAt = found.begunAt;
    return begunOf(found);
  }

  /** Notes how far it is now; `begun` is asked when it is written down. */
  note({ key, type }: UploadView, source: Source, begun: () => Begun | null): void {
    const { memory, endpoint } = this.office;
    if (!memory || !isWorthKeeping(source.file.size)) return;
    this.#begunAt ||= this.office.wallClock();
    const about = {
      ...fingerprintOf(source, endpoint),
      key,
      name: source.file.name,
      type,
      handle: source.handle,
    };
    memory.note(key, () => {
      const now = begun();
      return now && { ...about, ...now, begunAt: this.#begunAt };
    });
    if (!this.#isNoted) void memory.flush();
    this.#isNoted = true;
  }

  forget(key: string): void {
    if (this.#isNoted || this.record) void this.office.memory?.forget(key);
    this.record = null;
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
