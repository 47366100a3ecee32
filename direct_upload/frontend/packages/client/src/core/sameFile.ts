import type { Hasher, ResumeRecord } from "../types.ts";
import { cut, type Segment } from "./segments.ts";

/** Of a file that was not written since, so many stored segments are compared. */
const SAMPLES = 4;

/**
 * Whether `file` is the one that the record tells of: name, size, and the MD5 of what is stored of it. If it was written
 * since, all that is stored is compared, else a sample. Rejects as the hasher does.
 */
export async function isSameFile(
  file: File,
  record: ResumeRecord,
  hasher: Hasher,
  signal: AbortSignal,
): Promise<boolean> {
  if (file.size !== record.size || file.name !== record.name) return false;
  const stored = cut(record.size, record.segmentBytes).filter(({ number }) => record.md5s[number]);
  const compared = file.lastModified === record.lastModified ? sampleOf(stored) : stored;
  for (const { number, start, end } of compared) {
    const md5 = await hasher.md5(file.slice(start, end), signal);
    if (md5 !== record.md5s[number]) return false;
  }
  return true;
}

/** The first, the last, and some in between. */
function sampleOf(stored: readonly Segment[]): readonly Segment[] {
  if (stored.length <= SAMPLES) return stored;
  const step = (stored.length - 1) / (SAMPLES - 1);
  return Array.from({ length: SAMPLES }, (_, index) => stored[Math.round(index * step)]).filter(
    (segment) => segment !== undefined,
  );
}
