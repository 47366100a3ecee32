import { describe, expect, it } from "vitest";
import {
  FileDamaged,
  FileUnreadable,
  HasherLost,
  NetworkFailure,
  Problem,
  SegmentRefused,
} from "../src/core/failures.ts";
import type { Begun } from "../src/core/transfer.ts";
import { openTransfer } from "./bench.ts";
import { never, rejection, textFile, unavailable } from "./fakes.ts";

const TEN_BYTES = "abcdefghij"; // three segments of four bytes at most
const MD5S = ["md5(abcd)", "md5(efgh)", "md5(ij)"];

/** Segments of four bytes, unless the settings say otherwise. */
const begin = (text = TEN_BYTES, settings = {}) => openTransfer(textFile(text), settings);

describe("a transfer", () => {
  it("sends every segment once and completes with their checksums in order", async () => {
    const bench = begin();
    expect((await bench.run()).id).toBe("upload-1");
    expect(bench.swift.requests.toSorted()).toEqual(["PUT 0", "PUT 1", "PUT 2"]);
    expect(bench.control.completed).toEqual([MD5S]);
    expect(bench.transfer.sentBytes).toBe(10);
  });

  it("tells the server a clean name and a bare type", async () => {
    const bench = openTransfer(textFile("a", "a\nb.txt"));
    await bench.run();
    const wish = { name: "a_b.txt", size: 1, type: "text/plain", segmentBytes: null };
    expect(bench.control.created).toEqual([wish]);
  });

  it("sends a file of one segment as it is, with which browsers have less work", async () => {
    const file = textFile("abc");
    const bench = openTransfer(file);
    await bench.run();
    expect(bench.swift.bodies[0]).toBe(file);
  });

  it("completes an empty file without any segment", async () => {
    const bench = begin("");
    await bench.run();
    expect(bench.swift.requests).toEqual([]);
    expect(bench.control.completed).toEqual([[]]);
  });

  it.each([408, 422, 429, 499, 500, 503])("sends a segment again after %i", async (status) => {
    const bench = begin();
    bench.swift.outcomes.set(1, [status, status]);
    await bench.run();
    expect(bench.swift.count("PUT 1")).toBe(3);
    expect(bench.told).toEqual(["verifying"]);
    expect(bench.clock.waits).toEqual(expect.arrayContaining([250, 500]));
  });

  it("hashes again what arrived damaged", async () => {
    const bench = begin();
    bench.swift.outcomes.set(0, [422]);
    await bench.run();
    expect(bench.hasher.hashed).toBe(3 + 1 + 1); // the last one is the list of checksums
  });

  it("takes another worker when one is lost over the last checksum", async () => {
    const bench = begin();
    const { md5 } = bench.hasher;
    let lost = 0;
    bench.hasher.md5 = (body, signal) => {
      if (lost > 0 || !bench.told.includes("verifying")) return md5.call(bench.hasher, body, signal);
      lost += 1;
      return Promise.reject(new HasherLost("it broke"));
    };
    await bench.run();
    expect(lost).toBe(1);
  });

  it.each([400, 403, 413])("gives up at once after %i, which no repetition changes", async (status) => {
    const bench = begin();
    bench.swift.outcomes.set(1, [status]);
    await expect(bench.run()).rejects.toEqual(new SegmentRefused(status));
    expect(bench.swift.count("PUT 1")).toBe(1);
  });

  it("gives up after ten minutes of failures, and stops the other segments", async () => {
    const bench = begin();
    bench.swift.outcomes.set(0, Array(100).fill(503));
    bench.swift.outcomes.set(1, ["held"]);
    await expect(bench.run()).rejects.toEqual(new SegmentRefused(503));
    expect(bench.clock.now()).toBeGreaterThan(600_000);
    expect(bench.clock.now()).toBeLessThan(700_000);
    expect(bench.swift.sending).toBe(0);
  });

  it("gives up sooner when its bytes arrive damaged every time", async () => {
    const bench = begin();
    bench.swift.outcomes.set(0, Array(100).fill(422));
    await expect(bench.run()).rejects.toEqual(new SegmentRefused(422));
    expect(bench.swift.count("PUT 0")).toBe(8);
  });

  it("sends a segment again that made no progress for a minute", async () => {
    const bench = begin();
    bench.swift.outcomes.set(1, ["held"]);
    await bench.run();
    expect(bench.clock.now()).toBeGreaterThan(60_000);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("fails at once when the file can't be read", async () => {
    const bench = begin();
    bench.hasher.failure = new FileUnreadable("gone");
    await expect(bench.run()).rejects.toBeInstanceOf(FileUnreadable);
    expect(bench.swift.stored.size).toBe(0);
  });

  it("waits for no checksum with sending, and compares it afterwards", async () => {
    const bench = openTransfer(textFile("abcdefghijklmnopqrst"));
    const release = bench.hasher.hold();
    bench.swift.msForPut = () => 1_000;
    const running = bench.transfer.run(never);
    await bench.clock.advance(5_000);
    // Those that are sent leave their places to others.
    expect(bench.swift.told).toEqual([null, null, null, null, null]);
    expect(bench.transfer.begun?.md5s).toEqual([null, null, null, null, null]);
    release();
    await running;
    expect(bench.control.completed[0]).toContain("md5(abcd)");
  });

  it("tells Swift every checksum that is there when a segment's turn comes", async () => {
    const bench = openTransfer(textFile("abcdefghijklmnopqrst"));
    bench.swift.msForPut = () => 1_000;
    await bench.run();
    expect(bench.swift.told).toEqual(["abcd", "efgh", "ijkl", "mnop", "qrst"].map((part) => `md5(${part})`));
  });

  it.each([true, false])(
    "sends again what differs from its checksum (Swift's ETag shown: %s)",
    async (shown) => {
      const bench = openTransfer(textFile("abcd"));
      if (!shown) bench.swift.etagIn = ["HEAD"];
      const release = bench.hasher.hold();
      bench.swift.msForPut = () => 1_000;
      const running = bench.transfer.run(never);
      await bench.clock.advance(500);
      bench.swift.damage = "md5(abXd)";
      await bench.clock.advance(1_000);
      bench.swift.damage = null;
      release();
      await bench.clock.until(() => bench.control.completed.length > 0);
      await running;
      expect(bench.swift.count("PUT 0")).toBe(2);
      expect(bench.control.completed).toEqual([["md5(abcd)"]]);
    },
  );

  it("does not send again what is right in Swift, and was only hashed wrongly", async () => {
    const bench = openTransfer(textFile("abcd"));
    bench.swift.msForPut = () => 1_000;
    const { md5 } = bench.hasher;
    bench.hasher.md5 = async (_, signal) => {
      bench.hasher.md5 = md5;
      await bench.clock.wait(2_000, signal);
      return "wrong";
    };
    await bench.run();
    expect(bench.swift.requests).toEqual(["PUT 0", "HEAD 0"]);
    expect(bench.control.completed).toEqual([["md5(abcd)"]]);
  });

  it("is sure of its own checksum where Swift's answers show none", async () => {
    const bench = openTransfer(textFile("abcd"));
    bench.swift.etagIn = [];
    const release = bench.hasher.hold();
    const running = bench.transfer.run(never);
    await bench.clock.advance(1_000);
    release();
    await bench.clock.until(() => bench.control.completed.length > 0);
    await running;
    expect(bench.swift.count("PUT 0")).toBe(1);
    expect(bench.control.completed).toEqual([["md5(abcd)"]]);
  });

  it("stops sending what turns out to be unreadable", async () => {
    const bench = openTransfer(textFile("abcd"));
    const release = bench.hasher.hold();
    bench.swift.outcomes.set(0, ["held"]);
    const running = bench.transfer.run(never);
    running.catch(() => undefined);
    await bench.clock.advance(1_000);
    expect(bench.swift.sending).toBe(1);
    bench.hasher.failure = new FileUnreadable("gone");
    release();
    await expect(running).rejects.toBeInstanceOf(FileUnreadable);
    expect(bench.swift.sending).toBe(0);
  });
});

describe("where each segment has a signature of its own", () => {
  const beginThere = (begun: Begun | null = null) => {
    const bench = openTransfer(textFile(TEN_BYTES), {}, begun);
    bench.control.signsPrefixes = false;
    return bench;
  };

  it("gets them for all segments in one request, and sends each with its own", async () => {
    const bench = beginThere();
    await bench.run();
    expect(bench.control.signed).toEqual([[0, 1, 2]]);
    expect(bench.control.calls).toEqual(["create", "sign", "complete"]);
    expect(bench.swift.queries.toSorted()).toEqual(["sig=1&segment=0", "sig=1&segment=1", "sig=1&segment=2"]);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("gets over expired ones with one request for all segments that follow", async () => {
    const bench = beginThere();
    for (const number of [0, 1, 2]) bench.swift.expired.add(`sig=1&segment=${number}`);
    await bench.run();
    expect(bench.control.signed).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("continues after a reload: asks for the segments with new ones", async () => {
    const md5s = [MD5S[0] ?? null, null, null];
    const bench = beginThere({ uploadId: "old", ticket: "old ticket", segmentBytes: 4, md5s });
    bench.swift.stored.set("http://swift/old/00000000", { md5: "md5(abcd)", size: 4 });
    await bench.run();
    expect(bench.control.calls).toEqual(["renew", "sign", "complete"]);
    expect(bench.swift.count("PUT 0")).toBe(0);
    expect(bench.control.completed).toEqual([MD5S]);
  });
});

describe("after an unreadable failure", () => {
  it("renews the signature, asks for the segment, and sends it only when it is missing", async () => {
    const bench = begin();
    bench.swift.outcomes.set(0, ["lost"]);
    await bench.run();
    expect(bench.control.count("renew")).toBe(1);
    expect(bench.swift.requests.filter((request) => request.endsWith(" 0"))).toEqual([
      "PUT 0",
      "HEAD 0",
      "PUT 0",
    ]);
  });

  it("does not send again what was stored although the answer was lost", async () => {
    const bench = begin();
    bench.swift.outcomes.set(0, ["lost-but-stored"]);
    await bench.run();
    expect(bench.swift.count("PUT 0")).toBe(1);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("gets over an expired signature with one renewal for all segments", async () => {
    const bench = begin();
    bench.swift.expired.add("sig=1");
    await bench.run();
    expect(bench.control.count("renew")).toBe(1);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("reports the server's words when the renewal is refused", async () => {
    const bench = begin();
    bench.swift.outcomes.set(0, ["lost"]);
    bench.control.failures.set("renew", [new Problem(403, "quota-exceeded", "Your quota is used up.")]);
    await expect(bench.run()).rejects.toThrow("Your quota is used up.");
  });
});

describe("a transfer that failed", () => {
  it("continues the same upload and sends only what is missing", async () => {
    const bench = begin(TEN_BYTES, { connections: 1 });
    bench.swift.outcomes.set(2, [413]);
    await expect(bench.run()).rejects.toBeInstanceOf(SegmentRefused);
    await bench.run();
    expect(bench.control.count("create")).toBe(1);
    expect(bench.swift.requests).toEqual(["PUT 0", "PUT 1", "PUT 2", "PUT 2"]);
  });

  it("asks for the segments that were stopped half-way before it sends them again", async () => {
    const bench = begin();
    bench.swift.outcomes.set(2, [413]);
    bench.swift.outcomes.set(1, ["held"]);
    await expect(bench.run()).rejects.toBeInstanceOf(SegmentRefused);
    await bench.run();
    expect(bench.swift.requests.filter((request) => request.endsWith(" 1"))).toEqual([
      "PUT 1",
      "HEAD 1",
      "PUT 1",
    ]);
  });

  it("asks for a new upload after the request for one failed", async () => {
    const bench = begin();
    bench.control.failures.set("create", [new Problem(413, "too-large", "Too large.")]);
    await expect(bench.run()).rejects.toThrow("Too large.");
    await bench.run();
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it.each(["ticket-expired", "invalid-ticket", "foreign-ticket"])(
    "begins anew when its ticket is worthless (%s)",
    async (code) => {
      const bench = begin();
      bench.control.failures.set("complete", [new Problem(400, code, "Begin anew.")]);
      await bench.run();
      expect(bench.control.count("create")).toBe(2);
      expect(bench.swift.requests).toHaveLength(6);
    },
  );
});

describe("completing", () => {
  it("sends exactly the rejected segments again and completes again", async () => {
    const bench = begin();
    bench.control.failures.set("complete", [rejection(0, 2)]);
    await bench.run();
    expect([0, 1, 2].map((number) => bench.swift.count(`PUT ${number}`))).toEqual([2, 1, 2]);
    expect(bench.told).toEqual(["verifying", "resending", "verifying"]);
  });

  it("stops repairing after three rounds and says what the server says", async () => {
    const bench = begin();
    bench.control.failures.set("complete", Array(4).fill(rejection(1)));
    await expect(bench.run()).rejects.toThrow("Some segments are missing.");
    expect(bench.swift.count("PUT 1")).toBe(4);
  });

  it("is asked again while the storage is away, without sending anything again", async () => {
    const bench = begin();
    bench.control.failures.set("complete", [unavailable(), new NetworkFailure("no answer")]);
    await bench.run();
    expect(bench.control.count("complete")).toBe(3);
    expect(bench.swift.requests).toHaveLength(3);
  });
});

describe("a transfer that is stopped", () => {
  it("stops what is being sent and rejects with the reason", async () => {
    const bench = begin();
    bench.swift.outcomes.set(1, ["held"]);
    const controller = new AbortController();
    const running = bench.transfer.run(controller.signal);
    await bench.clock.until(() => bench.swift.count("PUT 1") === 1);
    controller.abort(new Error("not wanted"));
    await expect(running).rejects.toThrow("not wanted");
    expect(bench.swift.sending).toBe(0);
  });

  it("forgets what was on its way, and keeps what is stored", async () => {
    const bench = begin();
    bench.swift.outcomes.set(2, ["held"]);
    const controller = new AbortController();
    const running = bench.transfer.run(controller.signal).catch(() => undefined);
    await bench.clock.until(() => bench.swift.count("PUT 2") === 1);
    await bench.clock.advance(10);
    expect(bench.transfer.sentBytes).toBe(10);
    controller.abort();
    await running;
    expect(bench.transfer.sentBytes).toBe(8);
    await bench.run();
    expect(bench.swift.count("PUT 0")).toBe(1);
  });
});

describe("without verification", () => {
  const unverified = () => begin(TEN_BYTES, { verify: false });

  it("nothing is hashed but the list of checksums, which are Swift's", async () => {
    const bench = unverified();
    await bench.run();
    expect(bench.hasher.hashed).toBe(1);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("Swift is asked for the checksum where its answer hides it", async () => {
    const bench = unverified();
    bench.swift.etagIn = ["HEAD"];
    await bench.run();
    expect(bench.control.completed).toEqual([MD5S]);
    expect(bench.swift.requests.filter((request) => request.startsWith("HEAD"))).toHaveLength(3);
  });

  it("says so where no answer shows it", async () => {
    const bench = unverified();
    bench.swift.etagIn = [];
    await expect(bench.run()).rejects.toThrow("Swift shows no ETag to this page");
  });
});

describe("the stored file", () => {
  it("has the ETag of the segments that were sent, or the upload is damaged", async () => {
    const bench = begin();
    bench.control.etagOf = () => "something else";
    await expect(bench.run()).rejects.toBeInstanceOf(FileDamaged);
  });

  it("is refused when Swift stored another segment than was sent", async () => {
    const bench = begin();
    const put = bench.swift.put.bind(bench.swift);
    let damages = 2;
    bench.swift.put = async (...args) => {
      const md5 = await put(...args);
      damages -= 1;
      return damages >= 0 ? "another" : md5;
    };
    await bench.run();
    expect(bench.swift.requests).toHaveLength(5);
    expect(bench.control.completed).toEqual([MD5S]);
  });
});

describe("a transfer that was begun before a reload", () => {
  const begun = {
    uploadId: "old",
    ticket: "old ticket",
    segmentBytes: 4,
    md5s: [MD5S[0] ?? null, null, null],
  };
  const resume = () => openTransfer(textFile(TEN_BYTES), {}, begun);
  const store = (bench: ReturnType<typeof resume>, number: number, md5: string, size: number) =>
    bench.swift.stored.set(`http://swift/old/0000000${number}`, { md5, size });

  it("asks for a fresh signature, and sends only what Swift does not have", async () => {
    const bench = resume();
    store(bench, 0, "md5(abcd)", 4);
    await bench.run();
    expect(bench.control.calls).toEqual(["renew", "complete"]);
    expect(bench.swift.requests.filter((request) => request.startsWith("PUT")).toSorted()).toEqual([
      "PUT 1",
      "PUT 2",
    ]);
  });

  it("finds what was stored after the last note, too", async () => {
    const bench = resume();
    store(bench, 0, "md5(abcd)", 4);
    store(bench, 1, "md5(efgh)", 4);
    await bench.run();
    expect(bench.swift.count("PUT 1")).toBe(0);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("sends again what was swept", async () => {
    const bench = resume();
    await bench.run();
    expect(bench.swift.count("PUT 0")).toBe(1);
    expect(bench.control.completed).toEqual([MD5S]);
  });

  it("shows at once what was stored", () => {
    expect(resume().transfer.sentBytes).toBe(4);
  });

  it("begins anew, without a word, when its ticket has expired", async () => {
    const bench = resume();
    bench.control.failures.set("renew", [new Problem(410, "ticket-expired", "Too late.")]);
    expect((await bench.run()).id).toBe("upload-1");
    expect(bench.control.completed).toEqual([MD5S]);
  });
});

describe("the segment size", () => {
  it("is asked for as the settings say", async () => {
    const bench = begin(TEN_BYTES, { segmentBytes: 5 });
    await bench.run();
    expect(bench.control.completed).toEqual([["md5(abcde)", "md5(fghij)"]]);
  });

  it.each([
    ["the nearest that the site takes", { minimum: 8, maximum: 20 }, 8],
    ["the site's own when it does not say", null, null],
  ])("is %s when it is refused", async (_, range, asked) => {
    const bench = begin(TEN_BYTES, { segmentBytes: 5 });
    bench.control.failures.set("create", [new Problem(400, "invalid-segment-size", "No.", 0, [], range)]);
    await bench.run();
    expect(bench.control.created.map(({ segmentBytes }) => segmentBytes)).toEqual([asked]);
  });
});
