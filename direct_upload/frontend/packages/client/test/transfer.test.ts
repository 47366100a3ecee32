import { describe, expect, it } from "vitest";
import { FileUnreadable, NetworkFailure, Problem, SegmentRefused } from "../src/core/failures.ts";
import { Transfer, type TransferObserver } from "../src/core/transfer.ts";
import { type Bench, never, openBench, rejection, settle, textFile, unavailable } from "./fakes.ts";

const TEN_BYTES = "abcdefghij"; // three segments of four bytes at most
const MD5S = ["md5(abcd)", "md5(efgh)", "md5(ij)"];

class Notes implements TransferObserver {
  readonly told: string[] = [];
  progressed(): void {}
  paused(retrying: boolean): void {
    if (retrying) this.told.push("paused");
  }
  verifying(): void {
    this.told.push("verifying");
  }
  resending(): void {
    this.told.push("resending");
  }
}

function begin(bench: Bench, text = TEN_BYTES) {
  const notes = new Notes();
  return { notes, transfer: new Transfer(textFile(text), bench.workshop, notes) };
}

const puts = (bench: Bench, number: number) =>
  bench.swift.requests.filter((request) => request === `PUT ${number}`).length;

describe("a transfer", () => {
  it("sends every segment once and completes with their checksums in order", async () => {
    const bench = openBench();
    const { transfer } = begin(bench);
    expect((await transfer.run(never)).id).toBe("upload-1");
    expect(bench.swift.requests.toSorted()).toEqual(["PUT 0", "PUT 1", "PUT 2"]);
    expect(bench.control.completed).toEqual([MD5S]);
    expect(transfer.sentBytes).toBe(10);
  });

  it("tells the server a clean name and a bare type", async () => {
    const bench = openBench();
    await new Transfer(textFile("a", "a\nb.txt"), bench.workshop, new Notes()).run(never);
    expect(bench.control.created).toEqual([{ name: "a_b.txt", size: 1, type: "text/plain" }]);
  });

  it("completes an empty file without any segment", async () => {
    const bench = openBench();
    await begin(bench, "").transfer.run(never);
    expect(bench.swift.requests).toEqual([]);
    expect(bench.control.completed).toEqual([[]]);
  });

  it.each([408, 422, 429, 499, 500, 503])("sends a segment again after %i", async (status) => {
    const bench = openBench();
    bench.swift.outcomes.set(1, [status, status]);
    const { transfer, notes } = begin(bench);
    await transfer.run(never);
    expect(puts(bench, 1)).toBe(3);
    expect(notes.told).toEqual(["paused", "paused", "verifying"]);
  });

  it("hashes again what arrived damaged", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(0, [422]);
    await begin(bench).transfer.run(never);
    expect(bench.hasher.hashed).toBe(4);
  });

  it.each([400, 403, 413])("gives up at once after %i, which no repetition changes", async (status) => {
    const bench = openBench();
    bench.swift.outcomes.set(1, [status]);
    await expect(begin(bench).transfer.run(never)).rejects.toEqual(new SegmentRefused(status));
    expect(puts(bench, 1)).toBe(1);
  });

  it("gives up after six failures in a row, and stops the other segments", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(0, Array(6).fill(503));
    bench.swift.outcomes.set(1, ["held"]);
    await expect(begin(bench).transfer.run(never)).rejects.toEqual(new SegmentRefused(503));
    expect(puts(bench, 0)).toBe(6);
    expect(bench.swift.sending).toBe(0);
  });

  it("fails at once when the file can't be read", async () => {
    const bench = openBench();
    bench.hasher.failure = new FileUnreadable("gone");
    await expect(begin(bench).transfer.run(never)).rejects.toBeInstanceOf(FileUnreadable);
    expect(bench.swift.requests).toEqual([]);
  });
});

describe("after an unreadable failure", () => {
  it("renews the signature, asks for the segment, and sends it only when it is missing", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(0, ["lost"]);
    await begin(bench).transfer.run(never);
    expect(bench.control.count("renew")).toBe(1);
    expect(bench.swift.requests.filter((request) => request.endsWith(" 0"))).toEqual([
      "PUT 0",
      "HEAD 0",
      "PUT 0",
    ]);
  });

  it("does not send again what was stored although the answer was lost", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(0, ["lost-but-stored"]);
    await begin(bench).transfer.run(never);
    expect(puts(bench, 0)).toBe(1);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("gets over an expired signature with one renewal for all segments", async () => {
    const bench = openBench();
    bench.swift.expired.add("sig=1");
    await begin(bench).transfer.run(never);
    expect(bench.control.count("renew")).toBe(1);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("reports the server's words when the renewal is refused", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(0, ["lost"]);
    bench.control.failures.set("renew", [new Problem(403, "quota-exceeded", "Your quota is used up.")]);
    await expect(begin(bench).transfer.run(never)).rejects.toThrow("Your quota is used up.");
  });
});

describe("a transfer that failed", () => {
  it("continues the same upload and sends only what is missing", async () => {
    const bench = openBench({ sends: 1 });
    bench.swift.outcomes.set(2, [413]);
    const { transfer } = begin(bench);
    await expect(transfer.run(never)).rejects.toBeInstanceOf(SegmentRefused);
    await transfer.run(never);
    expect(bench.control.count("create")).toBe(1);
    expect(bench.swift.requests).toEqual(["PUT 0", "PUT 1", "PUT 2", "PUT 2"]);
  });

  it("asks for the segments that were stopped half-way before it sends them again", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(2, [413]);
    bench.swift.outcomes.set(1, ["held"]);
    const { transfer } = begin(bench);
    await expect(transfer.run(never)).rejects.toBeInstanceOf(SegmentRefused);
    await transfer.run(never);
    expect(bench.swift.requests.filter((request) => request.endsWith(" 1"))).toEqual([
      "PUT 1",
      "HEAD 1",
      "PUT 1",
    ]);
  });

  it("asks for a new upload after the request for one failed", async () => {
    const bench = openBench();
    bench.control.failures.set("create", [new Problem(413, "too-large", "Too large.")]);
    const { transfer } = begin(bench);
    await expect(transfer.run(never)).rejects.toThrow("Too large.");
    await transfer.run(never);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it.each(["ticket-expired", "invalid-ticket", "foreign-ticket"])(
    "begins anew when its ticket is worthless (%s)",
    async (code) => {
      const bench = openBench();
      bench.control.failures.set("complete", [new Problem(400, code, "Begin anew.")]);
      const { transfer } = begin(bench);
      await expect(transfer.run(never)).rejects.toThrow("Begin anew.");
      await transfer.run(never);
      expect(bench.control.count("create")).toBe(2);
      expect(bench.swift.requests).toHaveLength(6);
    },
  );
});

describe("completing", () => {
  it("sends exactly the rejected segments again and completes again", async () => {
    const bench = openBench();
    bench.control.failures.set("complete", [rejection(0, 2)]);
    const { transfer, notes } = begin(bench);
    await transfer.run(never);
    expect([0, 1, 2].map((number) => puts(bench, number))).toEqual([2, 1, 2]);
    expect(notes.told).toEqual(["verifying", "resending", "verifying"]);
  });

  it("stops repairing after three rounds and says what the server says", async () => {
    const bench = openBench();
    bench.control.failures.set("complete", Array(4).fill(rejection(1)));
    await expect(begin(bench).transfer.run(never)).rejects.toThrow("Some segments are missing.");
    expect(puts(bench, 1)).toBe(4);
  });

  it("is asked again while the storage is away, without sending anything again", async () => {
    const bench = openBench();
    bench.control.failures.set("complete", [unavailable(), new NetworkFailure("no answer")]);
    await begin(bench).transfer.run(never);
    expect(bench.control.count("complete")).toBe(3);
    expect(bench.swift.requests).toHaveLength(3);
  });
});

describe("a transfer that is given up", () => {
  it("stops what is being sent and rejects with the reason", async () => {
    const bench = openBench();
    bench.swift.outcomes.set(1, ["held"]);
    const controller = new AbortController();
    const { transfer } = begin(bench);
    const running = transfer.run(controller.signal);
    for (let turn = 0; turn < 12; turn += 1) await settle();
    controller.abort(new Error("not wanted"));
    await expect(running).rejects.toThrow("not wanted");
    expect(bench.swift.sending).toBe(0);
    expect(await transfer.discard(never)).toBeNull();
    expect(bench.control.calls).toEqual(["create", "discard"]);
  });

  it("has nothing to remove when it never began", async () => {
    const bench = openBench();
    expect(await begin(bench).transfer.discard(never)).toBeNull();
    expect(bench.control.calls).toEqual([]);
  });

  it("finds the stored file when it was complete already", async () => {
    const bench = openBench();
    bench.control.failures.set("discard", [new Problem(409, "already-complete", "It is stored.")]);
    const { transfer } = begin(bench);
    await transfer.run(never);
    expect((await transfer.discard(never))?.id).toBe("upload-1");
  });
});
