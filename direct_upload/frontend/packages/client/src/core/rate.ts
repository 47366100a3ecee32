const WINDOW_MS = 6_000;
/** Less time than this tells noise, not speed. */
const SHORTEST_SPAN_MS = 700;

interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** The speed over the last few seconds, from the totals seen at some times. */
export class RateMeter {
  #samples: Sample[] = [];

  /** Notes that `bytes` in all had been sent at time `at` (ms). Fewer bytes than before start a new measurement. */
  note(at: number, bytes: number): void {
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#samples.push({ at, bytes });
    this.#samples = this.#samples.filter((sample) => at - sample.at <= WINDOW_MS);
  }

  /** Bytes a second, or null while too little is known. */
  get bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < SHORTEST_SPAN_MS) return null;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}

/** Seconds until `bytes` more are sent at that speed; null when nobody can say. */
export function secondsLeft(bytes: number, bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null || bytesPerSecond <= 0 ? null : bytes / bytesPerSecond;
}
