import type { Lease } from "../types.ts";

/**
 * `absent`: not in Swift. `doubtful`: sent, but no answer came; Swift may have it. `stored`: Swift said so.
 */
export type Standing = "absent" | "doubtful" | "stored";

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

/** Bytes that are stored or on their way. */
export function sentBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + sentOf(segment), 0);
}

function sentOf(segment: Segment): number {
  return segment.standing === "stored" ? segment.end - segment.start : segment.sentBytes;
}
