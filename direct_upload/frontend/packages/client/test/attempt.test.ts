import { describe, expect, it } from "vitest";
import { steadyClock } from "../src/browser/steadyClock.ts";
import { attempt } from "../src/core/attempt.ts";
import { NetworkFailure } from "../src/core/failures.ts";
import { never } from "./fakes.ts";

const hang = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

describe("an attempt", () => {
  it("gives what its work gives", async () => {
    await expect(attempt(() => Promise.resolve(7), 1000, steadyClock, never)).resolves.toBe(7);
  });

  it("is a failure of the network when nothing happens for too long", async () => {
    await expect(attempt(hang, 5, steadyClock, never)).rejects.toBeInstanceOf(NetworkFailure);
  });

  it("goes on as long as there are signs of life", async () => {
    let time = 0;
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
    const clock = { now: () => time, wait: (_: number, signal: AbortSignal) => steadyClock.wait(0, signal) };
    const work = async (_: AbortSignal, alive: () => void) => {
      for (; time < 500; time += 50) {
        alive();
        await turn();
      }
      return "arrived";
    };
    await expect(attempt(work, 100, clock, never)).resolves.toBe("arrived");
  });

  it("ends with its outer signal, for that reason", async () => {
    const controller = new AbortController();
    const running = attempt(hang, 1000, steadyClock, controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(running).rejects.toThrow("cancelled");
  });
});
