import { describe, expect, it } from "vitest";
import { openPage, type Page } from "./bench.ts";
import { hollowFile } from "./fakes.ts";

const MIB = 1 << 20;
const film = () => hollowFile(10 * MIB);

/** A second tab of the same browser. Time and Swift are the same for both. */
const openTab = (page: Page) => openPage({ connections: 2 }, page.world);

/** One tab that sends a film, and one in which the same film was added. */
async function openTwoTabs() {
  const first = openPage({ connections: 2 });
  first.control.segmentBytes = MIB;
  first.swift.msForPut = () => 1_000;
  first.uploader.add([film()]);
  await first.clock.advance(1_200);
  const second = openTab(first);
  second.uploader.add([film()]);
  await first.clock.advance(1_000);
  return { first, second, clock: first.clock };
}

describe("the same file in two tabs", () => {
  it("is sent by one, and the other shows how far it is", async () => {
    const { first, second, clock } = await openTwoTabs();
    await clock.advance(1_500);
    expect(second.only().state).toBe("following");
    expect(second.only().sentBytes).toBeGreaterThan(4 * MIB);
    expect(second.only().bytesPerSecond).toBeGreaterThan(0);
    await clock.until(() => second.only().state === "done");
    expect(second.only().file).toEqual(first.only().file);
    expect(first.control.count("create")).toBe(1);
    expect(second.uploader.summary).toMatchObject({ done: 1, underWay: 0 });
  });

  it("is shown as far as it is as soon as the other one is asked", async () => {
    const { first, clock } = await openTwoTabs();
    const third = openTab(first);
    third.uploader.add([film()]);
    await clock.advance(1);
    expect(third.only()).toMatchObject({ state: "following", sentBytes: first.only().sentBytes });
    expect(third.only().sentBytes).toBeGreaterThan(0);
  });

  it("is taken over when the tab that sends it crashes", async () => {
    const { first, second, clock } = await openTwoTabs();
    const before = first.swift.requests.length;
    first.uploader.close();
    first.tab.crash();
    await clock.until(() => second.only().state === "done");
    expect(first.control.count("create")).toBe(1);
    const sent = first.swift.requests.slice(before).filter((request) => request.startsWith("PUT"));
    expect(sent.length).toBeLessThan(10);
  });

  it("is paused and cancelled in both", async () => {
    const { first, second, clock } = await openTwoTabs();
    first.uploader.pauseAll();
    await clock.advance(2_000);
    expect(second.states()).toEqual(["paused"]);
    first.uploader.resumeAll();
    await clock.advance(1_000);
    second.uploader.resumeAll();
    await clock.advance(1_000);
    expect(second.states()).toEqual(["following"]);
    void first.uploader.cancelAll();
    await clock.advance(2_000);
    expect(second.states()).toEqual(["cancelled"]);
  });

  it("is not stopped by who only follows", async () => {
    const { first, second, clock } = await openTwoTabs();
    await second.uploader.cancelAll();
    expect(second.states()).toEqual(["cancelled"]);
    await clock.until(() => first.only().state === "done");
    expect(first.control.count("discard")).toBe(0);
  });
});

describe("a tab whose upload waits for its turn", () => {
  const openWaiting = async () => {
    const tabs = await openTwoTabs();
    const third = openTab(tabs.first);
    // So many that the film has to wait.
    third.swift.msForPut = () => 1_000;
    third.uploader.add([hollowFile(20 * MIB, "1"), hollowFile(20 * MIB, "2"), film()]);
    await tabs.clock.advance(100);
    const waiting = third.uploader.views[2];
    expect(waiting?.state).toBe("queued");
    return { ...tabs, third, key: waiting?.key ?? "" };
  };

  it("pauses for itself", async () => {
    const { second, third, key, clock } = await openWaiting();
    third.uploader.pause(key);
    await clock.advance(100);
    expect([third.uploader.view(key)?.state, second.only().state]).toEqual(["paused", "following"]);
  });
});

describe("a tab that is opened meanwhile", () => {
  const openThird = async () => {
    const { first, clock } = await openTwoTabs();
    const third = openTab(first);
    await third.uploader.restore();
    await clock.advance(600);
    return { first, third, clock };
  };

  it("follows what the other one sends", async () => {
    const { third, clock } = await openThird();
    expect(third.states()).toEqual(["following"]);
    await clock.until(() => third.only().state === "done");
  });

  it("takes nothing away from it when it is cancelled before it knows of the other", async () => {
    const { first, clock } = await openTwoTabs();
    const third = openTab(first);
    await third.uploader.restore();
    expect(third.states()).toEqual(["interrupted"]);
    await third.uploader.cancelAll();
    await clock.until(() => first.only().state === "done");
    expect(first.control.count("discard")).toBe(0);
  });

  it("asks for the file when the others are gone", async () => {
    const first = openPage({ connections: 2 });
    first.control.segmentBytes = MIB;
    first.swift.msForPut = () => 1_000;
    first.uploader.add([film()]);
    await first.clock.advance(3_500);
    const third = openTab(first);
    await third.uploader.restore();
    await first.clock.advance(600);
    first.uploader.close();
    first.tab.crash();
    await first.clock.advance(1_000);
    expect(third.only()).toMatchObject({ state: "interrupted", needs: "file" });
    expect(await third.uploader.supply(third.only().key, film())).toBe(true);
    await third.until("done");
    expect(first.control.count("create")).toBe(1);
  });

  it("follows an interrupted upload that is continued elsewhere", async () => {
    const first = openPage({ connections: 2 });
    first.control.segmentBytes = MIB;
    first.swift.msForPut = () => 1_000;
    first.uploader.add([film()]);
    await first.clock.advance(3_500);
    first.uploader.close();
    await first.clock.advance(2_000);
    const [second, third] = [openTab(first), openTab(first)];
    await second.uploader.restore();
    await third.uploader.restore();
    expect([...second.states(), ...third.states()]).toEqual(["interrupted", "interrupted"]);
    await second.uploader.supply(second.only().key, film());
    await first.clock.advance(1_200);
    expect(third.states()).toEqual(["following"]);
    await third.until("done");
    expect(first.control.count("create")).toBe(1);
  });
});
