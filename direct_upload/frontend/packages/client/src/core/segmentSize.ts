const MIB = 1 << 20;
/** The site takes no smaller ones, and no more of them for a file. */
const LEAST_BYTES = MIB;
const MOST_SEGMENTS = 1000;
/** So many MD5s at a time cost hardly more than one (docs/browser-uploads.md): they are begun together. */
export const HASHED_TOGETHER = 8;
/** Every new address costs the browser a round trip: on fast links, segments of the usual size come too often. */
const BIG = { fileBytes: 256 * MIB, bytesPerSecond: 20e6, segmentBytes: 64 * MIB } as const;
/** What may be sent of a file in vain, at most, when its only segment breaks. */
const WHOLE_BYTES = 1024 * MIB;
/** On so fast a link the work for each segment is what there is to save. */
export const FAST_BYTES_PER_SECOND = 75e6;
const FAST_SEGMENT_BYTES = 128 * MIB;
/** A link so slow loses less with smaller segments when it breaks. */
const SLOW = { bytesPerSecond: 1e6, segmentBytes: 8 * MIB } as const;

export interface SizeQuestion {
  readonly fileBytes: number;
  /** What was measured on this link; null before anything was. */
  readonly bytesPerSecond: number | null;
  /** The limit that is set, if any. */
  readonly maxBytesPerSecond: number | null;
  /** Whether segments are hashed. */
  readonly verify: boolean;
}

/** The segment size to ask for, in whole MiB; null where the site's own choice is as good. */
export function wantedSegmentBytes({
  fileBytes,
  bytesPerSecond,
  maxBytesPerSecond,
  verify,
}: SizeQuestion): number | null {
  if (fileBytes <= LEAST_BYTES) return null;
  // A capped upload goes on segment by segment: with one a second it looks, and is, even.
  if (maxBytesPerSecond !== null) return atLeast(Math.min(maxBytesPerSecond, 32 * MIB), fileBytes);
  if (bytesPerSecond === null) return null;
  if (bytesPerSecond >= FAST_BYTES_PER_SECOND && (fileBytes > BIG.fileBytes || !verify))
    return fastSegmentBytes(fileBytes, verify);
  if (fileBytes > BIG.fileBytes && bytesPerSecond >= BIG.bytesPerSecond)
    return atLeast(BIG.segmentBytes, fileBytes);
  return bytesPerSecond <= SLOW.bytesPerSecond ? atLeast(SLOW.segmentBytes, fileBytes) : null;
}

/** Whether to find out, with this file, how fast the link is. */
export function isWorthTrying({ fileBytes, bytesPerSecond, maxBytesPerSecond }: SizeQuestion): boolean {
  return bytesPerSecond === null && maxBytesPerSecond === null && fileBytes > BIG.fileBytes;
}

/**
 * What to ask for on a fast link. A file that is not hashed is one segment: browsers send it as it is with half the work of
 * a slice. Others have few segments, and as many as are hashed together, or a multiple.
 */
export function fastSegmentBytes(fileBytes: number, verify: boolean): number {
  if (!verify && fileBytes <= WHOLE_BYTES) return wholeMib(fileBytes);
  const crowds = Math.ceil(fileBytes / (HASHED_TOGETHER * FAST_SEGMENT_BYTES));
  return atLeast(wholeMib(fileBytes / (HASHED_TOGETHER * crowds)), fileBytes);
}

function wholeMib(bytes: number): number {
  return Math.ceil(bytes / MIB) * MIB;
}

function atLeast(bytes: number, fileBytes: number): number {
  const whole = Math.floor(bytes / MIB) * MIB;
  return Math.max(LEAST_BYTES, whole, wholeMib(fileBytes / MOST_SEGMENTS));
}
