/** What happened to the page while it uploaded. */
export interface Watched {
  readonly seconds: number;
  /** The long tasks of the main thread: those over 50 ms. */
  readonly longTasks: number;
  readonly longTaskSeconds: number;
  /** The longest time between two ticks of a timer that is due every 10 ms. */
  readonly longestGapSeconds: number;
}

const TICK_MS = 10;

/** Runs `work` and tells how long it took, and how busy the main thread was meanwhile. */
export async function watched(work: () => Promise<void>): Promise<Watched> {
  const tasks: number[] = [];
  const note = (list: PerformanceEntryList) => tasks.push(...list.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "longtask" });
  let last = performance.now();
  let longestGap = 0;
  const tick = () => {
    const now = performance.now();
    longestGap = Math.max(longestGap, now - last);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  const start = performance.now();
  try {
    await work();
  } finally {
    tick();
    clearInterval(timer);
  }
  const end = performance.now();
  note(observer.takeRecords());
  observer.disconnect();
  return {
    seconds: (end - start) / 1000,
    longTasks: tasks.length,
    longTaskSeconds: tasks.reduce((sum, duration) => sum + duration, 0) / 1000,
    longestGapSeconds: longestGap / 1000,
  };
}
