import { NetworkFailure, Problem, SegmentRefused } from "../src/core/failures.ts";
import { type Limits, openWorkshop, type Workshop } from "../src/core/workshop.ts";
import type {
  BegunUpload,
  Clock,
  ControlPlane,
  FileDescription,
  FilePage,
  Hasher,
  Lease,
  SegmentStore,
  StoredFile,
  StoredSegment,
} from "../src/types.ts";

/** Time that passes only in `wait`, at once: tests of hours take no time. Every wait is noted. */
export class JumpingClock implements Clock {
  time = 0;
  readonly waits: number[] = [];

  now(): number {
    return this.time;
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    // A watchdog's wait is ended by its signal; everybody else gets the time they asked for.
    if (ms >= WATCHDOG_MS) return untilAborted(signal);
    this.waits.push(ms);
    this.time += ms;
    await settle();
    signal.throwIfAborted();
  }
}

const WATCHDOG_MS = 30_000;

export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Lets everything run that can run now. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export const never = new AbortController().signal;

/** A stand-in for MD5 that tests can predict: the text itself. */
export class TextHasher implements Hasher {
  hashed = 0;
  failure: Error | null = null;

  async md5(body: Blob, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    this.hashed += 1;
    if (this.failure) throw this.failure;
    return `md5(${await body.text()})`;
  }
}

type Outcome = "stored" | "lost" | "lost-but-stored" | "held" | number;

/** Swift in memory. `outcomes` says how the next PUTs of a segment end; without, they are stored. */
export class FakeSwift implements SegmentStore {
  readonly stored = new Map<string, StoredSegment>();
  readonly requests: string[] = [];
  readonly outcomes = new Map<number, Outcome[]>();
  /** Signatures that are refused, unreadably as in a browser. */
  readonly expired = new Set<string>();
  sending = 0;
  mostAtOnce = 0;
  /** Ends all PUTs that are held. */
  release: () => void = () => {};
  #held = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  async put(
    url: string,
    body: Blob,
    md5: string | null,
    onSent: (n: number) => void,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { number, query } = this.#note("PUT", url);
    this.sending += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.sending);
    try {
      await settle();
      signal.throwIfAborted();
      onSent(body.size);
      const kept = { md5: md5 ?? "unverified", size: body.size };
      await this.#end(this.#outcome(number, query), () => this.#keep(url, kept), signal);
      return kept.md5;
    } finally {
      this.sending -= 1;
    }
  }

  async head(url: string, signal: AbortSignal): Promise<StoredSegment | null> {
    const { query } = this.#note("HEAD", url);
    await settle();
    signal.throwIfAborted();
    if (this.expired.has(query)) throw new NetworkFailure("hidden by CORS");
    return this.stored.get(url.split("?")[0] ?? "") ?? null;
  }

  #note(method: string, url: string): { number: number; query: string } {
    const [path = "", query = ""] = url.split("?");
    const number = Number(path.slice(-8));
    this.requests.push(`${method} ${number}`);
    return { number, query };
  }

  #outcome(number: number, query: string): Outcome {
    if (this.expired.has(query)) return "lost";
    return this.outcomes.get(number)?.shift() ?? "stored";
  }

  #keep(url: string, segment: StoredSegment): void {
    this.stored.set(url.split("?")[0] ?? "", segment);
  }

  async #end(outcome: Outcome, keep: () => void, signal: AbortSignal): Promise<void> {
    if (outcome === "held") await Promise.race([this.#held, untilAborted(signal)]);
    if (typeof outcome === "number") throw new SegmentRefused(outcome);
    if (outcome !== "lost") keep();
    if (outcome === "lost" || outcome === "lost-but-stored") throw new NetworkFailure("no answer");
  }
}

type Call = "create" | "renew" | "complete" | "discard" | "listFiles" | "findFile" | "deleteFile";

/** A control plane in memory. `failures` says how the next calls of a kind fail; without, they succeed. */
export class FakeControlPlane implements ControlPlane {
  readonly calls: Call[] = [];
  readonly created: FileDescription[] = [];
  readonly failures = new Map<Call, Error[]>();
  readonly completed: Array<readonly string[]> = [];
  readonly pages: FilePage[] = [];
  segmentBytes = 4;
  leaseMs = 600_000;
  mostAtOnce = 0;
  #atOnce = 0;
  #signatures = 0;

  constructor(private readonly clock: Clock) {}

  async create(file: FileDescription, signal: AbortSignal): Promise<BegunUpload> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    await this.#answer("create", signal).finally(() => {
      this.#atOnce -= 1;
    });
    this.created.push(file);
    const id = `upload-${this.created.length}`;
    const segmentCount = Math.ceil(file.size / this.segmentBytes);
    return {
      id,
      ticket: `ticket of ${id}`,
      segmentBytes: this.segmentBytes,
      segmentCount,
      lease: this.#lease(id),
    };
  }

  async renew({ id }: BegunUpload, signal: AbortSignal): Promise<Lease> {
    await this.#answer("renew", signal);
    return this.#lease(id);
  }

  async complete({ id }: BegunUpload, md5s: readonly string[], signal: AbortSignal): Promise<StoredFile> {
    await this.#answer("complete", signal);
    this.completed.push(md5s);
    return storedFile(id);
  }

  async discard(_: BegunUpload, signal: AbortSignal): Promise<void> {
    await this.#answer("discard", signal);
  }

  async listFiles(_: string | null, signal: AbortSignal): Promise<FilePage> {
    await this.#answer("listFiles", signal);
    return this.pages.shift() ?? { files: [], next: null };
  }

  async findFile(id: string, signal: AbortSignal): Promise<StoredFile> {
    await this.#answer("findFile", signal);
    return storedFile(id);
  }

  async deleteFile(_: string, signal: AbortSignal): Promise<void> {
    await this.#answer("deleteFile", signal);
  }

  count(call: Call): number {
    return this.calls.filter((made) => made === call).length;
  }

  async #answer(call: Call, signal: AbortSignal): Promise<void> {
    this.calls.push(call);
    await settle();
    signal.throwIfAborted();
    const failure = this.failures.get(call)?.shift();
    if (failure) throw failure;
  }

  #lease(id: string): Lease {
    this.#signatures += 1;
    return {
      url: `http://swift/${id}/`,
      query: `sig=${this.#signatures}`,
      renewAt: this.clock.now() + this.leaseMs,
    };
  }
}

export function storedFile(id: string): StoredFile {
  const told = { name: `${id}.txt`, size: 1, type: "text/plain", etag: `etag of ${id}` };
  return { id, ...told, createdAt: new Date(0), downloadUrl: `http://page/files/${id}` };
}

export function textFile(text: string, name = "notes.txt"): File {
  return new File([text], name, { type: "text/plain; charset=utf-8" });
}

export function rejection(...numbers: number[]): Problem {
  return new Problem(409, "segments-rejected", "Some segments are missing.", 0, numbers);
}

export const unavailable = () => new Problem(503, "storage-unavailable", "The storage does not answer.");

export interface Bench {
  readonly clock: JumpingClock;
  readonly control: FakeControlPlane;
  readonly swift: FakeSwift;
  readonly hasher: TextHasher;
  readonly workshop: Workshop;
}

/** A workshop whose every port is a fake. */
export function openBench(limits?: Partial<Limits>): Bench {
  const clock = new JumpingClock();
  const control = new FakeControlPlane(clock);
  const swift = new FakeSwift();
  const hasher = new TextHasher();
  const all = { files: 4, segments: 6, sends: 3, ...limits };
  const workshop = openWorkshop({ control, store: swift, hasher, clock, random: () => 0 }, all);
  return { clock, control, swift, hasher, workshop };
}
