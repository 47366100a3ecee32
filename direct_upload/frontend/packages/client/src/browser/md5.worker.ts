import { createMD5 } from "hash-wasm";
import type { Md5Answer, Md5Question } from "./md5Messages.ts";

const ready = createMD5();
let previous: Promise<void> = Promise.resolve();

/** Reads the blob as a stream, which Chromium does faster than slice by slice: a segment is never in memory whole. */
async function md5Of(body: Blob): Promise<string> {
  const hash = (await ready).init();
  const reader = body.stream().getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) hash.update(next.value);
  return hash.digest("hex");
}

async function answer({ id, body }: Md5Question): Promise<void> {
  const reply: Md5Answer = await md5Of(body).then(
    (md5) => ({ id, md5 }),
    (error: unknown) => ({ id, failure: error instanceof Error ? error.name : String(error) }),
  );
  self.postMessage(reply);
}

self.onmessage = (event: MessageEvent<Md5Question>) => {
  // One at a time: the first segment is to be ready first.
  previous = previous.then(() => answer(event.data));
};
