const MIB = 1 << 20;
/** The site takes no smaller ones, and no more of them for a file. */
const LEAST_BYTES = MIB;
const MOST_SEGMENTS = 1000;
/** Every new address costs the browser a round trip: on fast links, segments of the usual size come too often. */
const BIG = { fileBytes: 256 * MIB, bytesPerSecond: 20e6, segmentBytes: 64 * MIB } as const;
/** Browsers send a file as it is with half the work of a slice. Only who hashes nothing has anything of it. */
const WHOLE = { fileBytes: 1024 * MIB, bytesPerSecond: 100e6 } as const;
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
  if (!verify && fileBytes <= WHOLE.fileBytes && bytesPerSecond >= WHOLE.bytesPerSecond)
    return Math.ceil(fileBytes / MIB) * MIB;
  if (fileBytes > BIG.fileBytes && bytesPerSecond >= BIG.bytesPerSecond)
    return atLeast(BIG.segmentBytes, fileBytes);
  return bytesPerSecond <= SLOW.bytesPerSecond ? atLeast(SLOW.segmentBytes, fileBytes) : null;
}

function atLeast(bytes: number, fileBytes: number): number {
  const whole = Math.floor(bytes / MIB) * MIB;
  return Math.max(LEAST_BYTES, whole, Math.ceil(fileBytes / MOST_SEGMENTS / MIB) * MIB);
}
