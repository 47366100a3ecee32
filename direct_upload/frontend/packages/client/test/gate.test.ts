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

  it("admits the next when there is room for a crowd of them", async () => {
    const gate = new Gate(4, 3);
    const inside: Leave[] = [];
    for (let i = 0; i < 6; i += 1) void gate.enter(never).then((leave) => inside.push(leave));
    await settle();
    inside[0]?.();
    await settle();
    expect(inside).toHaveLength(3);
    inside[1]?.();
    await settle();
    expect(inside).toHaveLength(6);
  });

  it("admits a crowd at a time, even where there is room for more", async () => {
    const gate = new Gate(5, 2);
    const inside: Leave[] = [];
    for (let i = 0; i < 6; i += 1) void gate.enter(never).then((leave) => inside.push(leave));
    await settle();
    expect(inside).toHaveLength(4);
    inside[0]?.();
    await settle();
    expect(inside).toHaveLength(6);
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
