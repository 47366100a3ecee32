import { beforeEach, describe, expect, it } from "vitest";
import { BrowserPageGuard } from "../src/browser/pageGuard.ts";

class FakeSentinel extends EventTarget {
  released = false;

  release(): Promise<void> {
    this.released = true;
    return Promise.resolve();
  }
}

/** A device that stays awake as long as one lock is not released. */
class FakeWakeLock {
  readonly sentinels: FakeSentinel[] = [];
  failure: Error | null = null;

  request(type: string): Promise<FakeSentinel> {
    expect(type).toBe("screen");
    if (this.failure) return Promise.reject(this.failure);
    const sentinel = new FakeSentinel();
    this.sentinels.push(sentinel);
    return Promise.resolve(sentinel);
  }
  get isAwake(): boolean {
    return this.sentinels.some(({ released }) => !released);
  }
}

class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";

  turn(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

let window: EventTarget;
let document: FakeDocument;
let wakeLock: FakeWakeLock;
let guard: BrowserPageGuard;

beforeEach(() => {
  window = new EventTarget();
  document = new FakeDocument();
  wakeLock = new FakeWakeLock();
  guard = guardWith(wakeLock);
});

function guardWith(lock: FakeWakeLock | undefined): BrowserPageGuard {
  return new BrowserPageGuard({ window, document, wakeLock: lock as unknown as WakeLock });
}

/** Whether the browser asks before the page is left. */
function asks(): boolean {
  const leaving = new Event("beforeunload", { cancelable: true });
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;
}

describe("leaving the page", () => {
  it("is asked about while the guard is held", () => {
    expect(asks()).toBe(false);
    guard.hold();
    expect(asks()).toBe(true);
    guard.release();
    expect(asks()).toBe(false);
  });

  it("is asked about no longer after one release, however often it was held", () => {
    guard.hold();
    guard.hold();
    guard.release();
    expect(asks()).toBe(false);
  });
});

describe("staying awake", () => {
  it("lasts as long as the guard is held", async () => {
    guard.hold();
    await settle();
    expect(wakeLock.isAwake).toBe(true);
    guard.release();
    await settle();
    expect(wakeLock.isAwake).toBe(false);
  });

  it("ends also when the guard is let go before the browser has answered", async () => {
    guard.hold();
    guard.release();
    await settle();
    expect(wakeLock.isAwake).toBe(false);
  });

  it("goes on when the guard is held again at once", async () => {
    guard.hold();
    guard.release();
    guard.hold();
    await settle();
    expect(wakeLock.isAwake).toBe(true);
  });

  it("is asked for again when a hidden page is shown", async () => {
    guard.hold();
    await settle();
    document.turn("hidden");
    void wakeLock.sentinels[0]?.release();
    await settle();
    expect(wakeLock.isAwake).toBe(false);
    document.turn("visible");
    await settle();
    expect(wakeLock.isAwake).toBe(true);
  });

  it("is asked for once only while it lasts", async () => {
    guard.hold();
    document.turn("visible");
    document.turn("visible");
    await settle();
    expect(wakeLock.sentinels).toHaveLength(1);
  });

  it("is not asked for by a page that is hidden, which would be refused", async () => {
    document.visibilityState = "hidden";
    guard.hold();
    await settle();
    expect(wakeLock.sentinels).toHaveLength(0);
    document.turn("visible");
    await settle();
    expect(wakeLock.isAwake).toBe(true);
  });

  it("is not asked for any more after the release", async () => {
    guard.hold();
    guard.release();
    document.turn("visible");
    await settle();
    expect(wakeLock.isAwake).toBe(false);
  });

  it("is tried again after a refusal", async () => {
    wakeLock.failure = new DOMException("Low battery", "NotAllowedError");
    guard.hold();
    await settle();
    wakeLock.failure = null;
    document.turn("visible");
    await settle();
    expect(wakeLock.isAwake).toBe(true);
  });

  it("is left out where the browser can't", async () => {
    const plain = guardWith(undefined);
    plain.hold();
    expect(asks()).toBe(true);
    plain.release();
    await settle();
    expect(asks()).toBe(false);
  });
});
