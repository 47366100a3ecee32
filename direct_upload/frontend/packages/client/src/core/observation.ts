/** In how much of its time all places must have been taken for it to tell anything. */
const FULL_SHARE = 0.7;
/**
 * Browsers tell what a connection has sent every 50 or 100 ms. Over whole beats each has told equally often, so that what
 * none has told yet is the same at both ends.
 */
export const BEAT_MS = 100;

export interface Seen {
  /** Milliseconds of a steady clock. */
  readonly at: number;
  /** Sent so far, ever. */
  readonly bytes: number;
  /** Stored so far, ever. */
  readonly segments: number;
  readonly inFlight: number;
}

/** What has happened since an observation began. */
export interface Measure {
  readonly at: number;
  readonly lastedMs: number;
  readonly bytes: number;
  readonly segments: number;
  /** Whether all places were taken for most of it: otherwise it says nothing about their number. */
  readonly isTelling: boolean;
}

/** A time in which so many were to be in flight, measured in whole beats. */
export class Observation {
  #first: Seen | null;
  #notes = 0;
  #fullNotes = 0;

  /** It begins at `from`; `first` is what was known then, if that is known already. */
  constructor(
    private readonly width: number,
    private readonly from: number,
    first: Seen | null = null,
  ) {
    this.#first = first;
  }

  /** What it tells, at the first note after each beat; `last` is the note before this one. */
  note(seen: Seen, last: Seen): Measure | null {
    if (seen.at < this.from) return null;
    this.#first ??= last;
    this.#notes += 1;
    if (seen.inFlight === this.width) this.#fullNotes += 1;
    const beat = this.#beatOf(seen);
    if (beat <= this.#beatOf(last)) return null;
    const lastedMs = beat * BEAT_MS;
    return {
      at: this.from + lastedMs,
      lastedMs,
      bytes: last.bytes - this.#first.bytes,
      segments: last.segments - this.#first.segments,
      isTelling: this.#fullNotes >= this.#notes * FULL_SHARE,
    };
  }

  #beatOf({ at }: Seen): number {
    return Math.floor((at - this.from) / BEAT_MS);
  }
}
