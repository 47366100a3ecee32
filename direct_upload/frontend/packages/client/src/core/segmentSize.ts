const MIB = 1 << 20;
/** The site takes no smaller ones, and no more of them for a file. */
const LEAST_BYTES = MIB;
const MOST_SEGMENTS = 1000;
/** So many MD5s at a time cost hardly more than one (docs/browser-uploads.md): they are begun together. */
export const HASHED_TOGETHER = 8;
/**
 * Every new address costs the browser a round trip, and every segment Swift a moment: big files have larger segments on
 * links that are not slow.
 */
const BIG = { fileBytes: 256 * MIB, bytesPerSecond: 20e6, segmentBytes: 128 * MIB } as const;
/**
 * On so fast a link a file that is not hashed may be one segment: browsers send it as it is with half the work of a slice.
 * So much may be sent in vain, at most, when the only segment breaks.
 */
const WHOLE = { fileBytes: 1024 * MIB, bytesPerSecond: 75e6 } as const;
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
    return wholeMib(fileBytes);
  if (fileBytes > BIG.fileBytes && bytesPerSecond >= BIG.bytesPerSecond) return crowdedBytes(fileBytes);
  return bytesPerSecond <= SLOW.bytesPerSecond ? atLeast(SLOW.segmentBytes, fileBytes) : null;
}

/** A segment size for a link that nobody knows, and how fast the link has to turn out. */
export interface Bid {
  readonly segmentBytes: number;
  readonly leastBytesPerSecond: number;
}

/** What to try with this file to find out how fast the link is; null if it gains nothing. */
export function boldBid({ fileBytes, bytesPerSecond, maxBytesPerSecond, verify }: SizeQuestion): Bid | null {
  if (bytesPerSecond !== null || maxBytesPerSecond !== null || fileBytes <= BIG.fileBytes) return null;
  return verify || fileBytes > WHOLE.fileBytes
    ? { segmentBytes: crowdedBytes(fileBytes), leastBytesPerSecond: BIG.bytesPerSecond }
    : { segmentBytes: wholeMib(fileBytes), leastBytesPerSecond: WHOLE.bytesPerSecond };
}

/** Few segments, and as many as are hashed together, or a multiple: a place that stays empty saves nothing. */
function crowdedBytes(fileBytes: number): number {
  const crowds = Math.ceil(fileBytes / (HASHED_TOGETHER * BIG.segmentBytes));
  return atLeast(wholeMib(fileBytes / (HASHED_TOGETHER * crowds)), fileBytes);
}

function wholeMib(bytes: number): number {
  return Math.ceil(bytes / MIB) * MIB;
}

function atLeast(bytes: number, fileBytes: number): number {
  const whole = Math.floor(bytes / MIB) * MIB;
  return Math.max(LEAST_BYTES, whole, wholeMib(fileBytes / MOST_SEGMENTS));
}
