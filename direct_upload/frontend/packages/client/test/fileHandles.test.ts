import { describe, expect, it } from "vitest";
import { browserFileHandles, canPickFiles, canPickFolder } from "../src/browser/fileHandles.ts";

const { isAllowed, ask, read } = browserFileHandles;

function handle(members: object): FileSystemFileHandle {
  return members as FileSystemFileHandle;
}

const answering = (state: PermissionState) => (descriptor: object) => {
  expect(descriptor).toEqual({ mode: "read" });
  return Promise.resolve(state);
};

const refusing = () => Promise.reject(new DOMException("No click", "SecurityError"));

describe("permission to read a file", () => {
  it.each([
    ["granted", true],
    ["prompt", false],
    ["denied", false],
  ] as const)("is there or not: %s", async (state, isGranted) => {
    expect(await isAllowed(handle({ queryPermission: answering(state) }))).toBe(isGranted);
    expect(await ask(handle({ requestPermission: answering(state) }))).toBe(isGranted);
  });

  it("is not needed for a page's own files", async () => {
    expect(await isAllowed(handle({}))).toBe(true);
    expect(await ask(handle({}))).toBe(true);
  });

  it("is not there when the browser lets nobody ask", async () => {
    expect(await ask(handle({ requestPermission: refusing }))).toBe(false);
    expect(await isAllowed(handle({ queryPermission: refusing }))).toBe(false);
  });
});

describe("reading a file again", () => {
  it("gives the file", async () => {
    const file = new File(["A"], "a.txt");
    expect(await read(handle({ getFile: () => Promise.resolve(file) }))).toBe(file);
  });

  it("gives nothing when it has gone", async () => {
    expect(await read(handle({ getFile: refusing }))).toBeNull();
  });
});

it("knows which pickers a browser has", () => {
  expect([canPickFiles({}), canPickFolder({})]).toEqual([false, false]);
  expect(canPickFiles({ showOpenFilePicker: null })).toBe(true);
  expect(canPickFolder({ showDirectoryPicker: null })).toBe(true);
});
