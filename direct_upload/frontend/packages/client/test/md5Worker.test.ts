import { md5 as oracle } from "hash-wasm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Md5Message, Md5Request } from "../src/browser/md5Messages.ts";

/** What a worker sees of itself. */
class FakeSelf {
  onmessage: ((event: { readonly data: Md5Request }) => void) | null = null;
  readonly said: Md5Message[] = [];
  #hear: (answer: Md5Message) => void = () => {};

  postMessage(message: Md5Message): void {
    this.said.push(message);
    if ("id" in message) this.#hear(message);
  }

  ask(body: Blob): Promise<Md5Message> {
    return new Promise((resolve) => {
      this.#hear = resolve;
      this.onmessage?.({ data: { id: 7, body } });
    });
  }
}

let worker: FakeSelf;

async function startWorker() {
  vi.resetModules();
  await import("../src/browser/md5.worker.ts");
}

beforeEach(() => {
  worker = new FakeSelf();
  vi.stubGlobal("self", worker);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the MD5 worker", () => {
  it("answers with the MD5, and says meanwhile that it is busy", async () => {
    await startWorker();
    const bytes = new Uint8Array(3_000_000).fill(65);
    expect(await worker.ask(new Blob([bytes]))).toEqual({ id: 7, md5: await oracle(bytes) });
    expect(worker.said).toContainEqual({ isBusy: true });
  });

  it("answers also where a policy forbids WebAssembly", async () => {
    const refusal = new WebAssembly.CompileError("blocked by Content Security Policy");
    vi.spyOn(WebAssembly, "instantiate").mockRejectedValue(refusal);
    await startWorker();
    expect(await worker.ask(new Blob(["a"]))).toEqual({ id: 7, failure: "CompileError" });
  });
});
