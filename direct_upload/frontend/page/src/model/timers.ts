/** Time, as the model needs it: milliseconds of a clock that only goes forward. */
export interface Timers {
  now(): number;
  /** Runs once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
}
