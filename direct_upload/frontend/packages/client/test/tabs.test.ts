import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Locks, PageLocks, WebLocks } from "../src/browser/locks.ts";
import { BrowserTabs } from "../src/browser/tabs.ts";
import type { TabMessage } from "../src/types.ts";
import { FakeLockManager } from "./fakeLocks.ts";

const never = new AbortController().signal;
const asked: TabMessage = { kind: "asked" };
const cancelled: TabMessage = { kind: "cancelled" };

/** Work that lasts until it is told to end. */
function work() {
  let end: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  return { run: () => ended, end, fail };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe.each<[string, () => Locks]>([
  ["the browser's locks", () => new WebLocks(new FakeLockManager() as unknown as LockManager)],
  ["a page's own locks", () => new PageLocks()],
])("with %s", (_, newLocks) => {
  let one: BrowserTabs;
  let other: BrowserTabs;

  beforeEach(() => {
    const locks = newLocks();
    one = new BrowserTabs(locks);
    other = new BrowserTabs(locks);
  });
  afterEach(() => {
    one.close();
    other.close();
  });

  it("one tab holds a name, and the other hears at once that it is held", async () => {
    const sending = work();
    const holding = one.hold("film", sending.run, never);
    expect(await other.hold("film", () => Promise.reject(new Error("not here")), never)).toBe(false);
    sending.end();
    expect(await holding).toBe(true);
    expect(await other.hold("film", () => Promise.resolve(), never)).toBe(true);
  });

  it("different names are held beside each other", async () => {
    const sending = work();
    const holding = one.hold("film", sending.run, never);
    expect(await one.hold("photo", () => Promise.resolve(), never)).toBe(true);
    sending.end();
    await holding;
  });

  it("a name is free again after work that failed, which its holder hears of", async () => {
    const sending = work();
    const holding = one.hold("film", sending.run, never);
    sending.fail(new Error("no network"));
    await expect(holding).rejects.toThrow("no network");
    expect(await other.hold("film", () => Promise.resolve(), never)).toBe(true);
  });

  it("work learns of its own end", async () => {
    const controller = new AbortController();
    const untilAborted = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const holding = one.hold("film", untilAborted, controller.signal);
    await turn();
    controller.abort(new Error("paused"));
    await expect(holding).rejects.toThrow("paused");
  });

  it("work that was aborted before is never begun", async () => {
    let isBegun = false;
    const begin = () => {
      isBegun = true;
      return Promise.resolve();
    };
    await expect(one.hold("film", begin, AbortSignal.abort(new Error("paused")))).rejects.toThrow("paused");
    expect(isBegun).toBe(false);
  });

  it("all who wait for a name hear when it is free", async () => {
    const sending = work();
    const holding = one.hold("film", sending.run, never);
    let free = 0;
    const waiting = [other, other].map((tab) => tab.whenFree("film", never).then(() => (free += 1)));
    await turn();
    expect(free).toBe(0);
    sending.end();
    await Promise.all([holding, ...waiting]);
    expect(free).toBe(2);
    await other.whenFree("film", never);
  });

  it("all who wait for a name get it in the end, one after the other", async () => {
    const sending = work();
    const holding = one.hold("film", sending.run, never);
    let atOnce = 0;
    let turns = 0;
    const use = async () => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      await turn();
      atOnce -= 1;
    };
    const takeOver = async (tab: BrowserTabs) => {
      do {
        turns += 1;
        expect(turns).toBeLessThan(20);
        await tab.whenFree("film", never);
      } while (!(await tab.hold("film", use, never)));
    };
    const waiting = [takeOver(one), takeOver(other), takeOver(other)];
    sending.end();
    await Promise.all([holding, ...waiting]);
  });

  it("waiting for a name can be given up", async () => {
    const sending = work();
    const holding = one.hold("film", sending.run, never);
    const controller = new AbortController();
    const waiting = other.whenFree("film", controller.signal);
    controller.abort(new Error("cancelled"));
    await expect(waiting).rejects.toThrow("cancelled");
    await expect(other.whenFree("film", controller.signal)).rejects.toThrow("cancelled");
    sending.end();
    await holding;
  });
});

describe("what tabs tell each other", () => {
  let tabs: BrowserTabs[] = [];
  const open = () => {
    const tab = new BrowserTabs(new PageLocks());
    tabs.push(tab);
    return tab;
  };
  /** What the tab has heard of `name`, by the time that `until` was said about another name. */
  async function heard(tab: BrowserTabs, name: string, say: () => void): Promise<TabMessage[]> {
    const messages: TabMessage[] = [];
    tab.follow(name, (message) => messages.push(message));
    const last = new Promise((resolve) => tab.follow("the end", resolve));
    say();
    const speaker = open();
    speaker.publish("the end", asked);
    await last;
    return messages;
  }
  afterEach(() => {
    for (const tab of tabs) tab.close();
    tabs = [];
  });

  it("arrives in the others, in order", async () => {
    const [sender, follower] = [open(), open()];
    const say = () => {
      sender.publish("film", asked);
      sender.publish("film", cancelled);
    };
    expect(await heard(follower, "film", say)).toEqual([asked, cancelled]);
  });

  it("does not come back to the one that said it", async () => {
    const sender = open();
    expect(await heard(sender, "film", () => sender.publish("film", asked))).toEqual([]);
  });

  it("does not reach those that follow another name", async () => {
    const [sender, follower] = [open(), open()];
    expect(await heard(follower, "photo", () => sender.publish("film", asked))).toEqual([]);
  });

  it("is not heard any more by one that has stopped", async () => {
    const [sender, follower] = [open(), open()];
    const messages: TabMessage[] = [];
    const stop = follower.follow("film", (message) => messages.push(message));
    stop();
    expect(await heard(follower, "film", () => sender.publish("film", asked))).toEqual([asked]);
    expect(messages).toEqual([]);
  });

  it("costs one channel, however many names", () => {
    let channels = 0;
    const tab = new BrowserTabs(new PageLocks(), () => {
      channels += 1;
      return { close() {}, postMessage() {} } as unknown as BroadcastChannel;
    });
    for (let n = 0; n < 1000; n += 1) tab.follow(`${n}`, () => {});
    tab.publish("film", asked);
    expect(channels).toBe(1);
  });
});
