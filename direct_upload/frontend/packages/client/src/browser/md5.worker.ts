import { createMD5 } from "hash-wasm";
import { whyUnread } from "./blobReading.ts";
import { LaneHasher } from "./laneHasher.ts";
import { Md5Lanes } from "./md5Lanes.ts";
import type { Md5Answer, Md5Request } from "./md5Messages.ts";

type Md5 = (body: Blob, signal: AbortSignal) => Promise<string>;

const ready: Promise<Md5> = Md5Lanes.open().then((lanes) => {
  if (!lanes) return oneByOne();
  const hasher = new LaneHasher(lanes);
  return (body, signal) => hasher.md5(body, signal);
});
const underWay = new Map<number, AbortController>();

/** For browsers whose WebAssembly has no vectors. */
function oneByOne(): Md5 {
  let previous: Promise<unknown> = Promise.resolve();
  const md5Of = async (body: Blob, signal: AbortSignal) => {
    const hash = (await createMD5()).init();
    const reader = body.stream().getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      signal.throwIfAborted();
      hash.update(next.value);
    }
    return hash.digest("hex");
  };
  return (body, signal) => {
    const md5 = previous.then(() => md5Of(body, signal));
    previous = md5.catch(() => undefined);
    return md5;
  };
}

async function answer(id: number, body: Blob): Promise<void> {
  const controller = new AbortController();
  underWay.set(id, controller);
  const md5 = await ready;
  const reply: Md5Answer = await md5(body, controller.signal).then(
    (digest) => ({ id, md5: digest }),
    async (error: unknown) => ({ id, failure: await whyUnread(error, body) }),
  );
  underWay.delete(id);
  self.postMessage(reply);
}

self.onmessage = ({ data }: MessageEvent<Md5Request>) => {
  if ("body" in data) void answer(data.id, data.body);
  else underWay.get(data.id)?.abort();
};
