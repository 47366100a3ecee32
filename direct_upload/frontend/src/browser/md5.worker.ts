import { createMD5 } from "hash-wasm";
import type { Md5Answer, Md5Question } from "./md5Messages";

/** Read in pieces of this size, one ahead of the hash: a segment is never in memory whole. */
const PIECE_BYTES = 4 * 1024 * 1024;

const ready = createMD5();
let previous: Promise<void> = Promise.resolve();

function read(body: Blob, start: number): Promise<ArrayBuffer> {
  return body.slice(start, start + PIECE_BYTES).arrayBuffer();
}

async function md5Of(body: Blob): Promise<string> {
  const hash = (await ready).init();
  let piece = read(body, 0);
  for (let start = 0; start < body.size; start += PIECE_BYTES) {
    const bytes = await piece;
    // Reading the next piece takes place while this one is hashed.
    piece = read(body, start + PIECE_BYTES);
    hash.update(new Uint8Array(bytes));
  }
  await piece;
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
