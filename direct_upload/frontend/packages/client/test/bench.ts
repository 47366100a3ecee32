import type { UploadState, UploadView } from "../src/api.ts";
import { Patience } from "../src/core/patience.ts";
import type { JobObserver } from "../src/core/segmentSender.ts";
import { type Begun, Transfer } from "../src/core/transfer.ts";
import { UploadList } from "../src/core/uploader.ts";
import { openWorkshop, type SendingSettings, USUAL } from "../src/core/workshop.ts";
import { FakeControlPlane } from "./fakeControlPlane.ts";
import { FakeSwift } from "./fakeSwift.ts";
import {
  FakeBrowser,
  FakeGuard,
  FakeHandles,
  FakeNetwork,
  FakeResumeStore,
  type FakeTab,
  never,
  TextHasher,
} from "./fakes.ts";
import { SimulatedClock } from "./simulatedClock.ts";

export const ENDPOINT = "http://site/";

/** The world around an uploader, all of it fake. Tabs and reloads share it. */
export function openWorld() {
  const clock = new SimulatedClock();
  return {
    clock,
    control: new FakeControlPlane(clock),
    swift: new FakeSwift(clock),
    hasher: new TextHasher(),
    network: new FakeNetwork(),
    resumeStore: new FakeResumeStore(),
    browser: new FakeBrowser(),
    handles: new FakeHandles(),
  };
}

export type World = ReturnType<typeof openWorld>;

/** A page with an uploader in that world. */
export function openPage(settings: Partial<SendingSettings> = {}, world: World = openWorld()) {
  const guard = new FakeGuard();
  const tab: FakeTab = world.browser.open();
  const ports = {
    ...world,
    store: world.swift,
    random: () => 0,
    tabs: tab,
    guard,
    wallClock: () => 1_000,
    close: () => {},
  };
  const uploader = new UploadList(ENDPOINT, ports, { ...USUAL, ...settings });
  const settled: UploadView[] = [];
  uploader.on("settled", (view) => settled.push(view));
  const states = () => uploader.views.map(({ state }) => state);
  const only = () => uploader.views[0] as UploadView;
  const until = (...wanted: UploadState[]) =>
    world.clock.until(() => states().every((state) => wanted.includes(state)));
  return { ...world, world, uploader, guard, tab, settled, states, only, until };
}

export type Page = ReturnType<typeof openPage>;

/** One transfer, without an uploader around it. */
export function openTransfer(
  file: File,
  settings: Partial<SendingSettings> = {},
  begun: Begun | null = null,
) {
  const world = openWorld();
  const workshop = openWorkshop(
    { ...world, store: world.swift, random: () => 0 },
    { ...USUAL, ...settings },
    new AbortController().signal,
  );
  const told: string[] = [];
  const waits: unknown[] = [];
  const patience = new Patience(workshop, workshop.random, {
    changed: () => waits.push(patience.waiting),
    retrying: () => {},
  });
  const observer: JobObserver = {
    progressed: () => {},
    advanced: () => {},
    verifying: () => told.push("verifying"),
    resending: () => told.push("resending"),
  };
  const job = { file, path: file.name, order: 1, patience, observer };
  const transfer = new Transfer(job, workshop, begun);
  /** Runs it while time passes as it needs. */
  const run = async (signal: AbortSignal = never) => {
    let isOver = false;
    const running = transfer.run(signal).finally(() => {
      isOver = true;
    });
    running.catch(() => undefined);
    await world.clock.until(() => isOver);
    return running;
  };
  return { ...world, workshop, transfer, patience, told, waits, run };
}
