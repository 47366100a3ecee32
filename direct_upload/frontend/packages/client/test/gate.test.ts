import { describe, expect, it } from "vitest";
import { Gate, type Leave } from "../src/core/gate.ts";
import { never, settle } from "./fakes.ts";

describe("a gate", () => {
  it("admits its width at once and the others in their order", async () => {
    const gate = new Gate(2);
    const inside: number[] = [];
    const leaves = [1, 2, 3, 4].map(async (number) => {
      const leave = await gate.enter(never);
      inside.push(number);
      return leave;
    });
    await settle();
    expect(inside).toEqual([1, 2]);
    (await leaves[0])?.();
    await settle();
    expect(inside).toEqual([1, 2, 3]);
  });

  it.each([
    { width: 4, crowd: 3, admitted: [3, 3, 6], what: "the next when there is room for a crowd of them" },
    { width: 5, crowd: 2, admitted: [4, 6, 6], what: "a crowd at a time, even where there is room for more" },
  ])("admits $what", async ({ width, crowd, admitted }) => {
    const gate = new Gate(width, crowd);
    const inside: Leave[] = [];
    for (let i = 0; i < 6; i += 1) void gate.enter(never).then((leave) => inside.push(leave));
    const counts: number[] = [];
    for (const next of [0, 1, 2]) {
      await settle();
      counts.push(inside.length);
      inside[next]?.();
    }
    expect(counts).toEqual(admitted);
  });

  it("admits somebody when it is empty, however large a crowd is", async () => {
    const gate = new Gate(1, 4);
    const leave = await gate.enter(never);
    const next = gate.enter(never);
    leave();
    await expect(next).resolves.toBeTypeOf("function");
  });

  it("counts a place once, however often it is left", async () => {
    const gate = new Gate(1);
    const leave = await gate.enter(never);
    leave();
    leave();
    await gate.enter(never);
    let isSecondInside = false;
    void gate.enter(never).then(() => {
      isSecondInside = true;
    });
    await settle();
    expect(isSecondInside).toBe(false);
  });

  it("forgets who gives up waiting", async () => {
    const gate = new Gate(1);
    const leave = await gate.enter(never);
    const impatient = new AbortController();
    const waiting = gate.enter(impatient.signal);
    const next = gate.enter(never);
    impatient.abort(new Error("too slow"));
    await expect(waiting).rejects.toThrow("too slow");
    leave();
    await expect(next).resolves.toBeTypeOf("function");
  });

  it("turns away who was aborted before", async () => {
    await expect(new Gate(1).enter(AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
  });

  it("is left when the work inside fails", async () => {
    const gate = new Gate(1);
    const failing = gate.run(() => Promise.reject(new Error("broken")), never);
    await expect(failing).rejects.toThrow("broken");
    await expect(gate.run(() => Promise.resolve("next"), never)).resolves.toBe("next");
  });
});
