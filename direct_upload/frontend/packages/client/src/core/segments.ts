import type { Lease } from "../types.ts";

/**
 * `absent`: not in Swift. `doubtful`: sent without an answer, Swift may have it. `remembered`: stored before a reload,
 * with that MD5, which Swift has to confirm. `stored`: Swift said so.
 */
export type Standing = "absent" | "doubtful" | "remembered" | "stored";

/** One piece of a file, bytes `start` to `end` (exclusive), and what is known of it. */
export interface Segment {
  readonly number: number;
  readonly start: number;
  readonly end: number;
  standing: Standing;
  /** Bytes that have left in the attempt under way. */
  sentBytes: number;
  md5: string | null;
}

/** After a crash, segments just beyond the last remembered one may have been stored too. */
const LATE_SEGMENTS = 8;

/** A file's segments: all of `segmentBytes` but the last; none for an empty file. */
export function cut(fileBytes: number, segmentBytes: number): Segment[] {
  const count = Math.ceil(fileBytes / segmentBytes);
  return Array.from({ length: count }, (_, number) => ({
    number,
    start: number * segmentBytes,
    end: Math.min(fileBytes, (number + 1) * segmentBytes),
    standing: "absent" as const,
    sentBytes: 0,
    md5: null,
  }));
}

/** Where a segment is written and asked for. */
export function segmentUrl(lease: Lease, number: number): string {
  return `${lease.url}${String(number).padStart(8, "0")}?${lease.query}`;
}

/** How far a file's segments are. Their sum is kept up to date: it is asked for at every step. */
export class SegmentTable {
  readonly all: readonly Segment[];
  #sentBytes = 0;

  /** `md5s` are those of the segments that were stored once, by their numbers. */
  constructor(fileBytes: number, segmentBytes: number, md5s: readonly (string | null)[] = []) {
    this.all = cut(fileBytes, segmentBytes);
    const known = md5s.findLastIndex((md5) => md5 !== null);
    const doubtful = md5s.length === 0 ? [] : this.all.slice(0, known + 1 + LATE_SEGMENTS);
    for (const segment of doubtful) this.#remember(segment, md5s[segment.number] ?? null);
  }

  /** Stored or on their way. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  get missing(): readonly Segment[] {
    return this.all.filter(({ standing }) => standing !== "stored");
  }

  /** The numbers of those that are not stored, from that one on. */
  missingFrom(number: number): readonly number[] {
    return this.all
      .slice(number)
      .flatMap((segment) => (segment.standing === "stored" ? [] : [segment.number]));
  }

  /** Of those that are stored, by number. */
  get md5s(): readonly (string | null)[] {
    const isThere = ({ standing }: Segment) => standing === "stored" || standing === "remembered";
    return this.all.map((segment) => (isThere(segment) ? segment.md5 : null));
  }

  /** Says that so many bytes of it have left. Returns how many more these are than before, which may be negative. */
  progress(segment: Segment, bytes: number): number {
    const more = bytes - segment.sentBytes;
    segment.sentBytes = bytes;
    this.#sentBytes += more;
    return more;
  }

  markStored(segment: Segment, md5: string): void {
    segment.standing = "stored";
    segment.md5 = md5;
    this.progress(segment, segment.end - segment.start);
  }

  /** It must be sent again, from the file as it is now. */
  takeBack(segment: Segment): void {
    segment.standing = "absent";
    segment.md5 = null;
    this.progress(segment, 0);
  }

  #remember(segment: Segment, md5: string | null): void {
    segment.standing = md5 === null ? "doubtful" : "remembered";
    segment.md5 = md5;
    // Counted as there until it is seen that it is not.
    if (md5 !== null) this.progress(segment, segment.end - segment.start);
  }
}
