import type { Clock } from "../types.ts";

/** The browser's steady clock and timers. */
export const steadyClock: Clock = {
  now: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const finish = () => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      signal.addEventListener("abort", stop, { once: true });
    }),
};
