import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Md5Request } from "../src/browser/md5Messages.ts";
import { type Md5Worker, WorkerHasher } from "../src/browser/workerHasher.ts";
import { FileUnreadable, HasherLost, isTransient } from "../src/core/failures.ts";
import { never } from "./fakes.ts";

const MINUTE_MS = 60_000;

class FakeWorker implements Md5Worker {
  onmessage: Md5Worker["onmessage"] = null;
  onerror: Md5Worker["onerror"] = null;
  readonly questions: Md5Request[] = [];
  isTerminated = false;

  postMessage(question: Md5Request): void {
    this.questions.push(question);
  }
  terminate(): void {
    this.isTerminated = true;
  }
  say(data: object): void {
    this.onmessage?.({ data } as never);
  }
  answer(data: object): void {
    this.say({ id: this.questions.shift()?.id, ...data });
  }
  break(message?: string): void {
    this.onerror?.({ message } as ErrorEvent);
  }
}

/** A hasher, and the workers that it has started, the newest first. */
function openHasher(count = 1) {
  const workers: FakeWorker[] = [];
  const start = () => {
    const worker = new FakeWorker();
    workers.unshift(worker);
    return worker;
  };
  const hasher = new WorkerHasher(start, count);
  const ask = (signal = never) => {
    const asking = hasher.md5(new Blob(["a"]), signal);
    asking.catch(() => undefined);
    return asking;
  };
  return { hasher, workers, ask, newest: () => workers[0] as FakeWorker };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("hashing in workers", () => {
  it("shares the questions out, and gives each its own answer", async () => {
    const { workers, ask } = openHasher(2);
    const asked = [ask(), ask()];
    expect(workers.map(({ questions }) => questions.length)).toEqual([1, 1]);
    workers[1]?.answer({ md5: "of the second" });
    workers[0]?.answer({ md5: "of the first" });
    expect(await Promise.all(asked)).toEqual(["of the first", "of the second"]);
  });

  it("may be answered in any order", async () => {
    const { newest, ask } = openHasher();
    const asked = [ask(), ask()];
    const [first, second] = newest().questions;
    newest().say({ id: second?.id, md5: "of the second" });
    newest().say({ id: first?.id, md5: "of the first" });
    expect(await Promise.all(asked)).toEqual(["of the first", "of the second"]);
  });

  it("says when a file can't be read", async () => {
    const { newest, ask } = openHasher();
    const asking = ask();
    newest().answer({ failure: "NotReadableError" });
    await expect(asking).rejects.toBeInstanceOf(FileUnreadable);
  });

  it("does not blame the file for other failures", async () => {
    const { newest, ask } = openHasher();
    const asking = ask();
    newest().answer({ failure: "CompileError" });
    await expect(asking).rejects.not.toBeInstanceOf(FileUnreadable);
  });

  it("tells the worker that a question is given up, and ignores a late answer", async () => {
    const { newest, ask } = openHasher();
    const controller = new AbortController();
    const asking = ask(controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(asking).rejects.toThrow("cancelled");
    expect(newest().questions[1]).toEqual({ id: 1 });
    expect(() => newest().answer({ md5: "late" })).not.toThrow();
  });
});

describe("a worker that breaks", () => {
  it("leaves nobody waiting, and nothing that would not be tried again", async () => {
    const { newest, ask } = openHasher();
    const asking = ask();
    newest().break("out of memory");
    const error = await asking.catch((reason: unknown) => reason);
    expect(error).toEqual(new HasherLost("out of memory"));
    expect(isTransient(error)).toBe(true);
  });

  it("is not asked again: another takes its place", async () => {
    const { newest, workers, ask } = openHasher();
    const broken = newest();
    // Its script could not be loaded, and there was no question yet.
    broken.break();
    const asking = ask();
    expect([broken.isTerminated, broken.questions.length, workers.length]).toEqual([true, 0, 2]);
    newest().answer({ md5: "m" });
    expect(await asking).toBe("m");
  });

  it("is known by its silence", async () => {
    const { newest, workers, ask } = openHasher();
    const asking = ask();
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    await expect(asking).rejects.toBeInstanceOf(HasherLost);
    const again = ask();
    newest().answer({ md5: "m" });
    expect(await again).toBe("m");
    expect(workers).toHaveLength(2);
  });

  it("is not one that says it is busy, or has nothing to do", async () => {
    const { newest, workers, ask } = openHasher();
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    const asking = ask();
    for (let minute = 0; minute < 10; minute += 1) {
      await vi.advanceTimersByTimeAsync(0.8 * MINUTE_MS);
      newest().say({ isBusy: true });
    }
    newest().answer({ md5: "m" });
    expect(await asking).toBe("m");
    expect(workers).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it("closing ends the workers, and what they were asked", async () => {
  const { hasher, workers, ask } = openHasher(2);
  const asking = ask();
  hasher.close();
  await expect(asking).rejects.toBeInstanceOf(HasherLost);
  expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, true]);
  expect(vi.getTimerCount()).toBe(0);
});
