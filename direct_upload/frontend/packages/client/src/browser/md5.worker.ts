import { createMD5 } from "hash-wasm";
import { whyUnread } from "./blobReading.ts";
import { LaneHasher } from "./laneHasher.ts";
import { Md5Lanes } from "./md5Lanes.ts";
import type { Md5Answer, Md5Message, Md5Request } from "./md5Messages.ts";

type Md5 = (body: Blob, signal: AbortSignal) => Promise<string>;

/** The page has to hear of a long work now and then. */
const TELL_MS = 1_000;
/** Sending needs the same cores, and is what takes the time: hashing pauses now and then, and lets it go first. */
const PAUSE = { rounds: 10, ms: 4 } as const;

const underWay = new Map<number, AbortController>();
let toldAt = Number.NEGATIVE_INFINITY;
let rounds = 0;
const ready: Promise<Md5> = Md5Lanes.open().then((lanes) => {
  if (!lanes) return oneByOne();
  const hasher = new LaneHasher(lanes, goOn);
  return (body, signal) => hasher.md5(body, signal);
});

async function goOn(): Promise<void> {
  tellBusy();
  rounds += 1;
  if (rounds % PAUSE.rounds === 0) await new Promise((resume) => setTimeout(resume, PAUSE.ms));
}

function tellBusy(): void {
  const now = performance.now();
  if (now - toldAt < TELL_MS) return;
  toldAt = now;
  self.postMessage({ isBusy: true } satisfies Md5Message);
}

/** For browsers whose WebAssembly has no vectors. */
function oneByOne(): Md5 {
  let previous: Promise<unknown> = Promise.resolve();
  const md5Of = async (body: Blob, signal: AbortSignal) => {
    const hash = (await createMD5()).init();
    const reader = body.stream().getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      signal.throwIfAborted();
      hash.update(next.value);
      tellBusy();
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
  // A content security policy may forbid WebAssembly: that has to be answered, too.
  const reply: Md5Answer = await ready
    .then((md5) => md5(body, controller.signal))
    .then(
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
