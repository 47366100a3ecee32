import { describe, expect, it, vi } from "vitest";
import { LeaseKeeper, leaseFrom } from "../src/core/lease.ts";
import type { Lease } from "../src/types.ts";
import { never } from "./fakes.ts";

const target = { url: "http://swift/o/", query: "sig=1", expires_at: "2026-11-22T16:15:00Z" };

describe("a lease", () => {
  it("is used for three quarters of its lifetime, by the server's own times", () => {
    const lease = leaseFrom(target, "Sun, 22 Nov 2026 16:00:00 GMT", 1_000);
    expect(lease).toEqual({ url: "http://swift/o/", query: "sig=1", renewAt: 1_000 + 675_000 });
  });

  it("does not care what the wall clock of this machine says", () => {
    vi.useFakeTimers({ now: new Date("1999-01-01"), toFake: ["Date"] });
    expect(leaseFrom(target, "Sun, 22 Nov 2026 16:00:00 GMT", 0).renewAt).toBe(675_000);
    vi.useRealTimers();
  });

  it.each([null, "yesterday"])("counts as short when the server's date is %s", (date) => {
    expect(leaseFrom(target, date, 0).renewAt).toBe(45_000);
  });

  it("that has expired on arrival is renewed at once", () => {
    expect(leaseFrom(target, "Sun, 22 Nov 2026 17:00:00 GMT", 5).renewAt).toBe(5);
  });
});

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
    return { keeper: new LeaseKeeper(first, renew, () => time), renew, first, pass };
  };

  it("hands out the same lease while it is fresh", async () => {
    const { keeper, first, pass } = open();
    pass(99);
    expect(await keeper.current(never)).toBe(first);
  });

  it("renews once for everybody who asks at the same time", async () => {
    const { keeper, renew, pass } = open();
    pass(100);
    const leases = await Promise.all([keeper.current(never), keeper.current(never), keeper.current(never)]);
    expect(leases.map(({ query }) => query)).toEqual(["sig=2", "sig=2", "sig=2"]);
    expect(renew).toHaveBeenCalledOnce();
  });

  it("renews a lease that is distrusted, however fresh", async () => {
    const { keeper, first } = open();
    keeper.distrust(first);
    expect((await keeper.current(never)).query).toBe("sig=2");
  });

  it("keeps the new lease when somebody distrusts the old one late", async () => {
    const { keeper, first, renew } = open();
    keeper.distrust(first);
    await keeper.current(never);
    keeper.distrust(first);
    await keeper.current(never);
    expect(renew).toHaveBeenCalledOnce();
  });

  it("asks again after a renewal that failed", async () => {
    const { keeper, renew, pass } = open();
    renew.mockRejectedValueOnce(new Error("away"));
    pass(100);
    await expect(keeper.current(never)).rejects.toThrow("away");
    expect((await keeper.current(never)).query).toBe("sig=2");
  });
});
