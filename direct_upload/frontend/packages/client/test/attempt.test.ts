import { describe, expect, it } from "vitest";
import { attempt } from "../src/core/attempt.ts";
import { Connectivity } from "../src/core/connectivity.ts";
import { NetworkFailure, WentOffline } from "../src/core/failures.ts";
import { FakeNetwork, never, untilAborted } from "./fakes.ts";
import { SimulatedClock } from "./simulatedClock.ts";

function surroundings() {
  const clock = new SimulatedClock();
  const network = new FakeNetwork();
  return { clock, network, connectivity: new Connectivity(network, clock) };
}

/** Starts an attempt at something that never ends by itself. */
function hang(around: ReturnType<typeof surroundings>, outer = never) {
  const failures: unknown[] = [];
  const alive: Array<() => void> = [];
  const work = (signal: AbortSignal, isAlive: () => void) => {
    alive.push(isAlive);
    return untilAborted(signal);
  };
  attempt(work, 60_000, around, outer).catch((error) => failures.push(error));
  return { failures, alive: () => alive[0]?.() };
}

describe("an attempt", () => {
  it("gives what its work gives, and leaves no timer", async () => {
    const around = surroundings();
    expect(await attempt(() => Promise.resolve(7), 1000, around, never)).toBe(7);
    expect(around.clock.timers).toBe(0);
  });

  it("is a failure of the network when nothing happens for too long", async () => {
    const around = surroundings();
    const { failures } = hang(around);
    await around.clock.advance(59_999);
    expect(failures).toEqual([]);
    await around.clock.advance(1);
    expect(failures[0]).toBeInstanceOf(NetworkFailure);
  });

  it("goes on as long as there are signs of life", async () => {
    const around = surroundings();
    const { failures, alive } = hang(around);
    for (let minute = 0; minute < 10; minute += 1) {
      await around.clock.advance(50_000);
      alive();
    }
    expect(failures).toEqual([]);
  });

  it("gives the peer a full time again after the machine has slept", async () => {
    const around = surroundings();
    const { failures } = hang(around);
    await around.clock.advance(1_000);
    await around.clock.sleep(8 * 3_600_000);
    await around.clock.advance(59_000);
    expect(failures).toEqual([]);
    await around.clock.advance(1_000);
    expect(failures[0]).toBeInstanceOf(NetworkFailure);
  });

  it("ends when the network goes", async () => {
    const around = surroundings();
    const { failures } = hang(around);
    around.network.isOnline = false;
    await around.clock.advance(0);
    expect(failures[0]).toBeInstanceOf(WentOffline);
  });

  it("blames the network for a request that failed while offline", async () => {
    const around = surroundings();
    const work = () => {
      around.network.isOnline = false;
      return Promise.reject(new NetworkFailure("x"));
    };
    await expect(attempt(work, 1000, around, never)).rejects.toBeInstanceOf(WentOffline);
  });

  it("ends with its outer signal, for that reason", async () => {
    const around = surroundings();
    const controller = new AbortController();
    const { failures } = hang(around, controller.signal);
    controller.abort(new Error("cancelled"));
    await around.clock.advance(0);
    expect(failures).toEqual([new Error("cancelled")]);
  });
});

describe("the browser that says it is offline", () => {
  it("is believed until something is answered all the same", async () => {
    const { network, connectivity, clock } = surroundings();
    network.isOnline = false;
    expect(connectivity.isOnline).toBe(false);
    await attempt(() => Promise.resolve(), 1000, { connectivity, clock }, never);
    expect(connectivity.isOnline).toBe(true);
    network.isOnline = false;
    expect(connectivity.isOnline).toBe(false);
  });

  it("is asked again when it says it is online, and tried every quarter of a minute", async () => {
    const { network, connectivity, clock } = surroundings();
    network.isOnline = false;
    const told: string[] = [];
    void connectivity.untilOnline(never).then(() => told.push("tried"));
    await clock.advance(14_999);
    expect(told).toEqual([]);
    await clock.advance(1);
    void connectivity.untilOnline(never).then(() => told.push("online"));
    await clock.advance(1_000);
    network.isOnline = true;
    await clock.advance(0);
    expect(told).toEqual(["tried", "online"]);
    expect(clock.timers).toBe(0);
  });
});
