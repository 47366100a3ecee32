import { describe, expect, it } from "vitest";
import { Batcher } from "../src/core/batcher.ts";
import { Doorway, type Visitor } from "../src/core/doorway.ts";
import { Problem } from "../src/core/failures.ts";
import { openPage } from "./bench.ts";
import { never, settle, textFile } from "./fakes.ts";
import { SimulatedClock } from "./simulatedClock.ts";

const smallFiles = (count: number) =>
  Array.from({ length: count }, (_, index) => textFile("abc", `${index}.txt`));

describe("ten thousand small files", () => {
  it("arrive in batches, and each waiting one costs nothing but its place", async () => {
    const page = openPage();
    page.control.answerMs = 20;
    page.swift.msForPut = () => 5;
    let events = 0;
    page.uploader.on("changed", () => {
      events += 1;
    });
    page.uploader.add(smallFiles(10_000));
    await page.clock.advance(10);
    // A frame, the heartbeat, a few requests: no timer for a file that waits.
    expect(page.clock.timers).toBeLessThan(500);
    expect(page.uploader.summary).toMatchObject({ total: 10_000, underWay: 10_000 });
    await page.clock.until(() => page.uploader.summary.underWay === 0);
    expect(page.uploader.summary).toMatchObject({ done: 10_000, sentBytes: 30_000 });
    // Alone they would take 20,000 requests, and at least 50 s, two at a time.
    expect(page.control.calls.length).toBeLessThan(1_000);
    expect(page.clock.now()).toBeLessThan(15_000);
    expect(events).toBeLessThan(page.clock.now() / 16 + 2);
    expect(page.swift.requests).toHaveLength(10_000);
  }, 120_000);

  it("are begun a few hundred at a time", async () => {
    const page = openPage();
    page.swift.outcomes.set(0, Array(10_000).fill("held"));
    page.uploader.add(smallFiles(1_000));
    await page.clock.advance(1_000);
    expect(page.states().filter((state) => state === "queued")).toHaveLength(800);
  });

  it("fail one by one", async () => {
    const page = openPage();
    page.control.failures.set("create", [new Problem(400, "invalid-name", "Rename it.")]);
    page.uploader.add(smallFiles(50));
    await page.until("done", "failed");
    expect(page.states().filter((state) => state === "failed")).toHaveLength(1);
    expect(page.control.count("createMany")).toBe(1);
  });
});

function openBatcher(many?: () => Promise<(string | Error)[]>) {
  const clock = new SimulatedClock();
  const calls: string[][] = [];
  const answer = async (questions: readonly string[]) => {
    calls.push([...questions]);
    await clock.wait(10, never);
    return questions.map((question) =>
      question === "bad" ? new Problem(400, "bad", "No.") : `${question}!`,
    );
  };
  const batcher = new Batcher<string, string>(
    {
      single: async (question) => {
        const [only] = await answer([question]);
        if (only instanceof Error) throw only;
        return only ?? "";
      },
      many: many ?? answer,
    },
    clock,
  );
  const results: unknown[] = [];
  const ask = (question: string, signal = never) =>
    batcher.ask(question, signal).then(
      (result) => void results.push(result),
      (error) => void results.push(error),
    );
  return { clock, calls, ask, results };
}

describe("a batcher", () => {
  it("asks one question alone in the plain way", async () => {
    const { clock, calls, ask, results } = openBatcher(() => Promise.reject(new Error("not this way")));
    void ask("a");
    await clock.advance(20);
    expect(calls).toEqual([["a"]]);
    expect(results).toEqual(["a!"]);
  });

  it("asks in one request what comes together, a hundred at most, two requests at a time", async () => {
    const { clock, calls, ask, results } = openBatcher();
    for (let number = 0; number < 350; number += 1) void ask(String(number));
    await clock.advance(13);
    expect(calls.map(({ length }) => length)).toEqual([100, 100]);
    await clock.advance(100);
    expect(calls.map(({ length }) => length)).toEqual([100, 100, 100, 50]);
    expect(results).toHaveLength(350);
    expect(new Set(results).size).toBe(350);
  });

  it("waits for more while it is being answered, for a quarter of a second at most", async () => {
    const { clock, calls, ask } = openBatcher();
    void ask("a");
    await clock.advance(5);
    void ask("b");
    await clock.advance(5);
    void ask("c");
    await clock.advance(4);
    expect(calls).toEqual([["a"], ["b", "c"]]);
    const slow = openBatcher(() => new Promise(() => {}));
    for (const question of ["a", "b"]) void slow.ask(question);
    await slow.clock.advance(10);
    void slow.ask("c");
    await slow.clock.advance(300);
    expect(slow.calls).toEqual([["c"]]);
    expect(slow.results).toEqual(["c!"]);
  });

  it("refuses each by itself", async () => {
    const { clock, ask, results } = openBatcher();
    for (const question of ["a", "bad", "c"]) void ask(question);
    await clock.advance(20);
    expect(results).toEqual(["a!", new Problem(400, "bad", "No."), "c!"]);
  });

  it("does not ask for those that gave up, nor keeps the others waiting", async () => {
    const { clock, calls, ask, results } = openBatcher();
    const controller = new AbortController();
    void ask("a");
    void ask("b", controller.signal);
    void ask("c");
    controller.abort("given up");
    await clock.advance(20);
    expect(calls).toEqual([["a", "c"]]);
    expect(results).toEqual(["given up", "a!", "c!"]);
  });

  it.each([404, 405])("asks one by one where a server answers %i, and does not try again", async (status) => {
    let asked = 0;
    const { clock, calls, ask, results } = openBatcher(() => {
      asked += 1;
      return Promise.reject(new Problem(status, "not-found", "What?"));
    });
    for (const question of ["a", "b"]) void ask(question);
    await clock.advance(50);
    for (const question of ["c", "d"]) void ask(question);
    await clock.advance(50);
    expect(asked).toBe(1);
    expect(calls).toEqual([["a"], ["b"], ["c"], ["d"]]);
    expect(results).toEqual(["a!", "b!", "c!", "d!"]);
  });

  it("tells all of a failure that meets all", async () => {
    const { clock, ask, results } = openBatcher(() => Promise.reject(new Problem(503, "away", "Later.")));
    for (const question of ["a", "b"]) void ask(question);
    await clock.advance(50);
    expect(results).toEqual([new Problem(503, "away", "Later."), new Problem(503, "away", "Later.")]);
  });

  it("is not misled by an answer that is too short", async () => {
    const { clock, ask, results } = openBatcher(() => Promise.resolve(["a!"]));
    for (const question of ["a", "b"]) void ask(question);
    await clock.advance(50);
    expect(results).toEqual(["a!", expect.objectContaining({ status: 502 })]);
  });
});

function openDoorway() {
  const doorway = new Doorway({ visitors: 6, few: 2, bytes: 100 });
  const entered: number[] = [];
  const visitor = (order: number, bytes: number): Visitor => ({
    order,
    bytes,
    enter: () => void entered.push(order),
  });
  return { doorway, entered, visitor };
}

describe("the doorway", () => {
  it("lets a few big files in, or many small ones", async () => {
    const { doorway, entered, visitor } = openDoorway();
    for (const order of [1, 2, 3]) doorway.queue(visitor(order, 1000));
    await settle();
    expect(entered).toEqual([1, 2]);
    const small = openDoorway();
    for (let order = 1; order < 10; order += 1) small.doorway.queue(small.visitor(order, 10));
    expect(small.entered).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lets small ones in as a crowd, when half of the last one has left", () => {
    const { doorway, entered, visitor } = openDoorway();
    const all = Array.from({ length: 20 }, (_, index) => visitor(index, 10));
    for (const each of all) doorway.queue(each);
    for (const each of all.slice(0, 2)) doorway.leave(each);
    expect(entered).toHaveLength(6);
    doorway.leave(all[2] as Visitor);
    expect(entered).toHaveLength(9);
  });

  it("lets another in when one leaves or rests, the earliest first", () => {
    const { doorway, entered, visitor } = openDoorway();
    const [first, second, third, fourth] = [1, 2, 3, 4].map((order) => visitor(order, 1000)) as Visitor[];
    for (const each of [first, second, fourth, third]) doorway.queue(each as Visitor);
    doorway.rest(first as Visitor);
    expect(entered).toEqual([1, 2, 3]);
    doorway.rise(first as Visitor);
    doorway.leave(second as Visitor);
    expect(entered).toEqual([1, 2, 3]);
    doorway.leave(third as Visitor);
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  it("does not let in who has left the queue", () => {
    const { doorway, entered, visitor } = openDoorway();
    const all = [1, 2, 3, 4].map((order) => visitor(order, 1000));
    for (const each of all) doorway.queue(each);
    doorway.leave(all[2] as Visitor);
    doorway.leave(all[0] as Visitor);
    expect(entered).toEqual([1, 2, 4]);
  });
});
