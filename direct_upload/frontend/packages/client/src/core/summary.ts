import { secondsLeft } from "./rate.ts";
import type { UploadView } from "./uploads.ts";
import { isUnderWay } from "./uploads.ts";

/** All uploads in one line. */
export interface Summary {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly underWay: number;
  /** Done or cancelled: what "clear" would remove. */
  readonly clearable: number;
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

export function summarize(views: readonly UploadView[]): Summary {
  const counted = views.filter(({ state }) => state !== "cancelled");
  const active = counted.filter(isUnderWay);
  const speeds = active.flatMap(({ bytesPerSecond }) => (bytesPerSecond === null ? [] : [bytesPerSecond]));
  const bytesPerSecond = speeds.length > 0 ? sum(speeds) : null;
  const done = countOf(counted, "done");
  return {
    total: counted.length,
    done,
    failed: countOf(counted, "failed"),
    underWay: active.length,
    clearable: done + (views.length - counted.length),
    bytesPerSecond,
    secondsLeft: secondsLeft(sum(active.map(({ size, sentBytes }) => size - sentBytes)), bytesPerSecond),
  };
}

function countOf(views: readonly UploadView[], state: UploadView["state"]): number {
  return views.filter((view) => view.state === state).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
