import { expect, it } from "vitest";
import { BrowserNetwork } from "../src/browser/network.ts";

function open() {
  const state = { onLine: true };
  const events = new EventTarget();
  const turn = (isOnline: boolean) => {
    state.onLine = isOnline;
    events.dispatchEvent(new Event(isOnline ? "online" : "offline"));
  };
  return { network: new BrowserNetwork(state, events), turn };
}

it("tells what the browser knows, each time anew", () => {
  const { network, turn } = open();
  expect(network.isOnline).toBe(true);
  turn(false);
  expect(network.isOnline).toBe(false);
});

it("calls at every change, until it is told to stop", () => {
  const { network, turn } = open();
  const heard: boolean[] = [];
  const stop = network.onChange(() => heard.push(network.isOnline));
  turn(false);
  turn(true);
  stop();
  turn(false);
  expect(heard).toEqual([false, true]);
});

it("keeps two who listen with the same function apart", () => {
  const { network, turn } = open();
  let calls = 0;
  const listener = () => {
    calls += 1;
  };
  const stop = network.onChange(listener);
  network.onChange(listener);
  stop();
  turn(false);
  expect(calls).toBe(1);
});
