import { createMD5, type IHasher } from "hash-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { openBlob } from "../src/browser/blobReading.ts";
import { LaneHasher } from "../src/browser/laneHasher.ts";
import { CHUNK_BYTES, LANES, Md5Lanes } from "../src/browser/md5Lanes.ts";
import { never } from "./fakes.ts";

/** Bytes that look random and are the same each time. */
function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

let independent: IHasher;
beforeAll(async () => {
  independent = await createMD5();
});
const oracle = (bytes: Uint8Array) => independent.init().update(bytes).digest("hex");

async function open(): Promise<Md5Lanes> {
  const lanes = await Md5Lanes.open();
  if (!lanes) throw new Error("This Node's WebAssembly has no vectors");
  return lanes;
}

/** One short message in a lane of its own. */
function put(lanes: Md5Lanes, lane: number, bytes: Uint8Array): void {
  lanes.begin(lane);
  lanes.room(lane).set(bytes);
  lanes.feed(lane, bytes.length, true);
}

describe("MD5 in eight lanes", () => {
  // RFC 1321, A.5.
  it.each([
    ["", "d41d8cd98f00b204e9800998ecf8427e"],
    ["a", "0cc175b9c0f1b6a831c399e269772661"],
    ["abc", "900150983cd24fb0d6963f7d28e17f72"],
    ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
    ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
  ])("agrees with the RFC on %j, in every lane", async (message, digest) => {
    const lanes = await open();
    for (let lane = 0; lane < LANES; lane += 1) {
      put(lanes, lane, new TextEncoder().encode(message));
      lanes.run();
      expect(lanes.digest(lane)).toBe(digest);
    }
  });

  it("keeps apart what is in the lanes, of every length around the ends of blocks", async () => {
    const lanes = await open();
    for (let length = 0; length <= 260; length += 1) {
      const lengths = [length, 260 - length, 64, length >> 1, 0, 130, length, 260 - (length >> 1)];
      const messages = lengths.map((bytes, lane) => noise(bytes, lane + 7));
      messages.forEach((message, lane) => void put(lanes, lane, message));
      lanes.run();
      expect(messages.map((_, lane) => lanes.digest(lane))).toEqual(messages.map(oracle));
    }
  });

  it("lets a message begin while another is in its middle", async () => {
    const lanes = await open();
    const long = noise(2 * CHUNK_BYTES + 5);
    lanes.begin(0);
    lanes.room(0).set(long.subarray(0, CHUNK_BYTES));
    lanes.feed(0, CHUNK_BYTES, false);
    lanes.run();
    put(lanes, 6, noise(100, 2));
    lanes.room(0).set(long.subarray(CHUNK_BYTES, 2 * CHUNK_BYTES));
    lanes.feed(0, CHUNK_BYTES, false);
    lanes.run();
    lanes.room(0).set(long.subarray(2 * CHUNK_BYTES));
    lanes.feed(0, 5, true);
    lanes.run();
    expect([lanes.digest(0), lanes.digest(6)]).toEqual([oracle(long), oracle(noise(100, 2))]);
  });
});

describe("hashing blobs side by side", () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    "knows the MD5 of %i bytes",
    async (length) => {
      const bytes = noise(length);
      const hasher = new LaneHasher(await open());
      expect(await hasher.md5(new Blob([bytes]), never)).toBe(oracle(bytes));
    },
  );

  it("takes more blobs than lanes, of different sizes, each for itself", async () => {
    const hasher = new LaneHasher(await open());
    const messages = [3, 0, CHUNK_BYTES, 70_000, 2 * CHUNK_BYTES + 64, 12, 64, 500, 1, CHUNK_BYTES + 9].map(
      noise,
    );
    const found = await Promise.all(messages.map((bytes) => hasher.md5(new Blob([bytes]), never)));
    expect(found).toEqual(messages.map(oracle));
  });

  it("tells at each round that it gets on", async () => {
    let rounds = 0;
    const hasher = new LaneHasher(await open(), () => {
      rounds += 1;
    });
    await hasher.md5(new Blob([noise(3 * CHUNK_BYTES)]), never);
    expect(rounds).toBe(3);
  });

  it("goes on with the others when one is given up or can't be read", async () => {
    const hasher = new LaneHasher(await open());
    const controller = new AbortController();
    const bytes = noise(CHUNK_BYTES + 9);
    const broken = brokenBlob(10, new DOMException("changed", "NotReadableError"));
    const [givenUp, unreadable, unopened, whole] = await Promise.allSettled([
      hasher.md5(new Blob([noise(8 * CHUNK_BYTES)]), controller.signal),
      hasher.md5(broken, never),
      hasher.md5(unopenedBlob(10, new DOMException("gone", "NotFoundError")), never),
      hasher.md5(new Blob([bytes]), never).finally(() => controller.abort(new Error("cancelled"))),
    ]);
    expect(givenUp).toMatchObject({ reason: { message: "cancelled" } });
    expect(unreadable).toMatchObject({ reason: { name: "NotReadableError" } });
    expect(unopened).toMatchObject({ reason: { name: "NotFoundError" } });
    expect(whole).toMatchObject({ value: oracle(bytes) });
  });
});

describe("reading a blob", () => {
  const withoutBuffers = (bytes: Uint8Array<ArrayBuffer>) => {
    const blob = new Blob([bytes]);
    return Object.assign(blob, { stream: () => new ReadableStream() }) as Blob;
  };

  it.each([
    ["in browsers whose streams fill buffers", (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes])],
    ["in browsers whose streams don't", withoutBuffers],
  ])("goes from its beginning to its end %s", async (_, blobOf) => {
    const bytes = noise(1000);
    const source = openBlob(blobOf(bytes), 128);
    const read = new Uint8Array(1000);
    for (const [from, to] of [
      [0, 100],
      [100, 640],
      [640, 1000],
    ])
      await source.read(read.subarray(from, to));
    expect(read).toEqual(bytes);
  });

  it.each([
    ["a stream", (blob: Blob) => blob],
    ["slices", (blob: Blob) => Object.assign(blob, { stream: () => new ReadableStream() })],
  ])("fails when the file has become shorter (%s)", async (_, made) => {
    const source = openBlob(made(new Blob([noise(10)])), 128);
    await expect(source.read(new Uint8Array(11))).rejects.toMatchObject({ name: "NotReadableError" });
  });
});

function unopenedBlob(size: number, error: Error): Blob {
  const stream = () => {
    throw error;
  };
  return { size, stream } as unknown as Blob;
}

function brokenBlob(size: number, error: Error): Blob {
  const stream = () =>
    new ReadableStream({
      type: "bytes",
      pull: (controller) => controller.error(error),
    });
  return { size, stream } as unknown as Blob;
}
