import { describe, expect, it } from "vitest";
import { whyUnread } from "../src/browser/blobReading.ts";

const CHANGED = new DOMException("The file was changed", "NotReadableError");

/** As Chromium's: its stream has failed, and a slice of it fails with the reason. */
function blob(reason: Error | null): Blob {
  const slice = {
    arrayBuffer: () => (reason ? Promise.reject(reason) : Promise.resolve(new ArrayBuffer(1))),
  };
  return { slice: () => slice } as unknown as Blob;
}

describe("why a blob could not be read", () => {
  it.each([
    [
      "a stream failed and the file was changed",
      new TypeError("network error"),
      blob(CHANGED),
      "NotReadableError",
    ],
    ["a stream failed and the file can be read", new TypeError("network error"), blob(null), "TypeError"],
    ["the error tells it itself", CHANGED, blob(null), "NotReadableError"],
    ["something was thrown that is no error", "broken", blob(CHANGED), "broken"],
  ])("%s", async (_, error, body, name) => {
    expect(await whyUnread(error, body)).toBe(name);
  });
});
