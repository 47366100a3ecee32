import { describe, expect, it, vi } from "vitest";
import { LeaseKeeper, targetFrom } from "../src/core/lease.ts";
import { SIGNED_AT_ONCE, SignatureBook } from "../src/core/signatureBook.ts";
import type { Lease, SegmentSignatures, Target } from "../src/types.ts";
import { never } from "./fakes.ts";

const target = { url: "http://swift/o/", query: "sig=1", expires_at: "2026-11-22T16:15:00Z" };

function renewAtOf(serverDate: string | null, askedAt: number): number | null {
  const lease = targetFrom(target, serverDate, askedAt);
  return lease.query === null ? null : lease.renewAt;
}

describe("a lease", () => {
  it("is used for three quarters of its lifetime, by the server's own times", () => {
    const lease = targetFrom(target, "Sun, 22 Nov 2026 16:00:00 GMT", 1_000);
    expect(lease).toEqual({ url: "http://swift/o/", query: "sig=1", renewAt: 1_000 + 675_000 });
  });

  it("does not care what the wall clock of this machine says", () => {
    vi.useFakeTimers({ now: new Date("1999-01-01"), toFake: ["Date"] });
    expect(renewAtOf("Sun, 22 Nov 2026 16:00:00 GMT", 0)).toBe(675_000);
    vi.useRealTimers();
  });

  it.each([null, "yesterday"])("counts as short when the server's date is %s", (date) => {
    expect(renewAtOf(date, 0)).toBe(45_000);
  });

  it("that has expired on arrival is renewed at once", () => {
    expect(renewAtOf("Sun, 22 Nov 2026 17:00:00 GMT", 5)).toBe(5);
  });

  it("is none where each segment has a query of its own", () => {
    const bare = { ...target, query: null };
    expect(targetFrom(bare, null, 0)).toEqual({ url: "http://swift/o/", query: null });
  });
});

const noBook = new SignatureBook(
  () => Promise.reject(new Error("nobody asks")),
  () => [],
  () => 0,
);

describe("a keeper of leases", () => {
  const open = () => {
    let time = 0;
    let signatures = 1;
    const renew = vi.fn((): Promise<Lease> => {
      signatures += 1;
      return Promise.resolve({ url: "u", query: `sig=${signatures}`, renewAt: time + 100 });
    });
    const first: Lease = { url: "u", query: "sig=1", renewAt: 100 };
    const pass = (ms: number) => {
      time += ms;
    };
    return { keeper: new LeaseKeeper(first, renew, noBook, () => time), renew, first, pass };
  };

  it("hands out the same lease while it is fresh", async () => {
    const { keeper, first, pass } = open();
    pass(99);
    expect(await keeper.current(0, never)).toBe(first);
  });

  it("renews once for everybody who asks at the same time", async () => {
    const { keeper, renew, pass } = open();
    pass(100);
    const leases = await Promise.all([
      keeper.current(0, never),
      keeper.current(0, never),
      keeper.current(0, never),
    ]);
    expect(leases.map(({ query }) => query)).toEqual(["sig=2", "sig=2", "sig=2"]);
    expect(renew).toHaveBeenCalledOnce();
  });

  it("renews a lease that is distrusted, however fresh", async () => {
    const { keeper, first } = open();
    keeper.distrust(first);
    expect((await keeper.current(0, never)).query).toBe("sig=2");
  });

  it("keeps the new lease when somebody distrusts the old one late", async () => {
    const { keeper, first, renew } = open();
    keeper.distrust(first);
    await keeper.current(0, never);
    keeper.distrust(first);
    await keeper.current(0, never);
    expect(renew).toHaveBeenCalledOnce();
  });

  it("asks again after a renewal that failed", async () => {
    const { keeper, renew, pass } = open();
    renew.mockRejectedValueOnce(new Error("away"));
    pass(100);
    await expect(keeper.current(0, never)).rejects.toThrow("away");
    expect((await keeper.current(0, never)).query).toBe("sig=2");
  });
});

describe("signatures of single segments", () => {
  /** A file of a hundred segments, of which the first of a query are signed together. */
  const open = () => {
    let time = 0;
    const sign = vi.fn((numbers: readonly number[]): Promise<SegmentSignatures> => {
      const round = sign.mock.calls.length;
      const queries = numbers.map((number) => `sig=${round}.${number}`);
      return Promise.resolve({ queries, renewAt: time + 100 });
    });
    const following = (from: number) => Array.from({ length: 100 - from }, (_, at) => from + at);
    const now = () => time;
    const renew = vi.fn((): Promise<Target> => Promise.resolve({ url: "u", query: null }));
    const keeper = new LeaseKeeper(null, renew, new SignatureBook(sign, following, now), now);
    const pass = (ms: number) => {
      time += ms;
    };
    return { keeper, sign, renew, pass };
  };

  it("come in batches, ahead of the segments that need them", async () => {
    const { keeper, sign } = open();
    const ask = (number: number) => keeper.current(number, never);
    const leases = await Promise.all([0, 1, SIGNED_AT_ONCE - 1].map(ask));
    expect(leases.map(({ query }) => query)).toEqual(["sig=1.0", "sig=1.1", `sig=1.${SIGNED_AT_ONCE - 1}`]);
    expect((await ask(SIGNED_AT_ONCE)).query).toBe(`sig=2.${SIGNED_AT_ONCE}`);
    expect(sign).toHaveBeenCalledTimes(2);
  });

  it("are asked for only where there are none yet", async () => {
    const { keeper, sign } = open();
    await keeper.current(10, never);
    await keeper.current(9, never);
    expect(sign.mock.calls[1]?.[0].slice(0, 2)).toEqual([9, 10 + SIGNED_AT_ONCE]);
  });

  it("are renewed before they end", async () => {
    const { keeper, pass } = open();
    await keeper.current(0, never);
    pass(99);
    expect((await keeper.current(0, never)).query).toBe("sig=1.0");
    pass(1);
    expect((await keeper.current(0, never)).query).toBe("sig=2.0");
  });

  it("are all asked for again when one was refused, and once only", async () => {
    const { keeper, sign } = open();
    const [first, second] = [await keeper.current(0, never), await keeper.current(1, never)];
    keeper.distrust(first);
    expect((await keeper.current(1, never)).query).toBe("sig=2.1");
    keeper.distrust(second);
    expect((await keeper.current(1, never)).query).toBe("sig=2.1");
    expect(sign).toHaveBeenCalledTimes(2);
  });

  it("are asked for again after a request that failed", async () => {
    const { keeper, sign } = open();
    sign.mockRejectedValueOnce(new Error("away"));
    await expect(keeper.current(0, never)).rejects.toThrow("away");
    expect((await keeper.current(0, never)).query).toBe("sig=2.0");
  });

  it("that the answer lacks are a failure, and not an address without one", async () => {
    const { keeper, sign } = open();
    sign.mockResolvedValueOnce({ queries: [], renewAt: 100 });
    await expect(keeper.current(0, never)).rejects.toThrow("no signature for segment 0");
  });

  it("give way to one for all segments when the cluster takes such again", async () => {
    const { keeper, renew, sign } = open();
    renew.mockResolvedValueOnce({ url: "u", query: "sig=all", renewAt: 100 });
    expect((await keeper.current(7, never)).query).toBe("sig=all");
    expect(sign).not.toHaveBeenCalled();
  });
});
