const MIB = 1 << 20;
/** The site takes no smaller ones, and no more of them for a file. */
const LEAST_BYTES = MIB;
const MOST_SEGMENTS = 1000;
/** Every new address costs the browser a round trip: on fast links, segments of the usual size come too often. */
const BIG = { fileBytes: 256 * MIB, bytesPerSecond: 20e6, segmentBytes: 64 * MIB } as const;
/** What may be sent of a file in vain, at most, when its only segment breaks. */
const WHOLE_BYTES = 1024 * MIB;
/** On so fast a link a file may be one segment: browsers send it as it is with half the work of a slice. */
export const FAST_BYTES_PER_SECOND = 75e6;
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
  if (!verify && fileBytes <= WHOLE_BYTES && bytesPerSecond >= FAST_BYTES_PER_SECOND)
    return wholeBytes(fileBytes);
  if (fileBytes > BIG.fileBytes && bytesPerSecond >= BIG.bytesPerSecond)
    return atLeast(BIG.segmentBytes, fileBytes);
  return bytesPerSecond <= SLOW.bytesPerSecond ? atLeast(SLOW.segmentBytes, fileBytes) : null;
}

/** Whether to find out, with this file, how fast the link is. Hashed files have nothing of being one segment. */
export function isWorthTrying({
  fileBytes,
  bytesPerSecond,
  maxBytesPerSecond,
  verify,
}: SizeQuestion): boolean {
  const isUnknown = bytesPerSecond === null && maxBytesPerSecond === null;
  return !verify && isUnknown && fileBytes > BIG.fileBytes && fileBytes <= WHOLE_BYTES;
}

/** The segment size with which the file has one. */
export function wholeBytes(fileBytes: number): number {
  return Math.ceil(fileBytes / MIB) * MIB;
}

function atLeast(bytes: number, fileBytes: number): number {
  const whole = Math.floor(bytes / MIB) * MIB;
  return Math.max(LEAST_BYTES, whole, Math.ceil(fileBytes / MOST_SEGMENTS / MIB) * MIB);
}
