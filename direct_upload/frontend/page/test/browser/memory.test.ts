import { describe, expect, it } from "vitest";
import { readTexts, remembered, writeTexts } from "../../src/browser/memory.ts";

/** Storage that holds one value. */
function storageWith(value: string | null) {
  const kept = { value };
  const storage = {
    getItem: () => kept.value,
    setItem: (_: string, next: string) => {
      kept.value = next;
    },
    removeItem: () => {
      kept.value = null;
    },
  } as unknown as Storage;
  return { kept, memory: remembered(() => storage, "key") };
}

describe("a remembered list", () => {
  it("is read as it was written, and leaves nothing behind when it is empty", () => {
    const { kept, memory } = storageWith(null);
    writeTexts(memory, ["a", "b"]);
    expect(readTexts(memory)).toEqual(["a", "b"]);
    writeTexts(memory, []);
    expect(kept.value).toBeNull();
  });

  it.each([null, "", "{not JSON", "null", "7", '"text"', '{"length": 1}'])("is empty for %s", (kept) => {
    expect(readTexts(storageWith(kept).memory)).toEqual([]);
  });

  it("has none but texts", () => {
    expect(readTexts(storageWith('["a", 7, null, {"b": 1}, "c"]').memory)).toEqual(["a", "c"]);
  });

  it("is empty where there is no storage", () => {
    const memory = remembered(() => {
      throw new DOMException("forbidden", "SecurityError");
    }, "key");
    writeTexts(memory, ["a"]);
    expect(readTexts(memory)).toEqual([]);
  });
});
