import { describe, expect, it } from "vitest";
import type { Md5Request } from "../src/browser/md5Messages.ts";
import { type Md5Worker, WorkerHasher } from "../src/browser/workerHasher.ts";
import { FileUnreadable } from "../src/core/failures.ts";
import { never } from "./fakes.ts";

class FakeWorker implements Md5Worker {
  onmessage: Md5Worker["onmessage"] = null;
  onerror: Md5Worker["onerror"] = null;
  readonly questions: Md5Request[] = [];

  postMessage(question: Md5Request): void {
    this.questions.push(question);
  }
  answer(data: object): void {
    this.onmessage?.({ data: { id: this.questions.shift()?.id, ...data } } as never);
  }
}

describe("hashing in workers", () => {
  it("gives each question its own answer, whatever the order", async () => {
    const workers = [new FakeWorker(), new FakeWorker()];
    const hasher = new WorkerHasher(workers);
    const first = hasher.md5(new Blob(["a"]), never);
    const second = hasher.md5(new Blob(["b"]), never);
    expect(workers.map(({ questions }) => questions.length)).toEqual([1, 1]);
    workers[0]?.answer({ md5: "of the second" });
    workers[1]?.answer({ md5: "of the first" });
    expect(await Promise.all([first, second])).toEqual(["of the first", "of the second"]);
  });

  it("says when a file can't be read", async () => {
    const worker = new FakeWorker();
    const hashing = new WorkerHasher([worker]).md5(new Blob(["a"]), never);
    worker.answer({ failure: "NotReadableError" });
    await expect(hashing).rejects.toBeInstanceOf(FileUnreadable);
  });

  it("does not blame the file for other failures", async () => {
    const worker = new FakeWorker();
    const hashing = new WorkerHasher([worker]).md5(new Blob(["a"]), never);
    worker.answer({ failure: "CompileError" });
    await expect(hashing).rejects.not.toBeInstanceOf(FileUnreadable);
  });

  it("tells the worker that a question is given up, and ignores a late answer", async () => {
    const worker = new FakeWorker();
    const controller = new AbortController();
    const hashing = new WorkerHasher([worker]).md5(new Blob(["a"]), controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(hashing).rejects.toThrow("cancelled");
    expect(worker.questions[1]).toEqual({ id: 1 });
    expect(() => worker.answer({ md5: "late" })).not.toThrow();
  });

  it("leaves nobody waiting when a worker breaks", async () => {
    const worker = new FakeWorker();
    const hashing = new WorkerHasher([worker]).md5(new Blob(["a"]), never);
    worker.onerror?.({ message: "no WebAssembly" } as ErrorEvent);
    await expect(hashing).rejects.toThrow("no WebAssembly");
  });
});
