import { FileUnreadable, HasherLost } from "../core/failures.ts";
import type { Hasher } from "../types.ts";
import type { Md5Answer, Md5Message, Md5Request } from "./md5Messages.ts";

/** The part of a `Worker` that is used. */
export interface Md5Worker {
  onmessage: ((event: MessageEvent<Md5Message>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: Md5Request): void;
  terminate(): void;
}

type Settle = (answer: Md5Answer | HasherLost) => void;

/** Hashes in workers, which read the blobs themselves: posting one copies no bytes. */
export class WorkerHasher implements Hasher {
  readonly #desks: readonly Desk[];
  #turn = 0;

  constructor(start: () => Md5Worker, workers: number) {
    this.#desks = Array.from({ length: workers }, () => new Desk(start));
  }

  /** Rejects with `HasherLost`, too, when the worker breaks: the next call is answered by another one. */
  async md5(body: Blob, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    this.#turn += 1;
    const desk = this.#desks[this.#turn % this.#desks.length];
    if (!desk) throw new RangeError("There are no workers");
    return await desk.ask(body, signal);
  }

  close(): void {
    for (const desk of this.#desks) desk.close();
  }
}

/**
 * A worker that has a question and says nothing at so many looks in a row is given up. Looks are counted, and not the
 * time: a machine that sleeps takes none.
 */
const SILENT_LOOKS = 6;
const LOOK_MS = 10_000;

/** Where one worker sits, and the next one when it breaks. */
class Desk {
  readonly #questions = new Map<number, Settle>();
  #worker: Md5Worker | null;
  #lastId = 0;
  #silentLooks = 0;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly start: () => Md5Worker) {
    // Before there is a question: it takes a moment.
    this.#worker = this.#seat();
  }

  ask(body: Blob, signal: AbortSignal): Promise<string> {
    this.#worker ??= this.#seat();
    const worker = this.#worker;
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#take(id);
        worker.postMessage({ id });
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#questions.set(id, (answer) => {
        signal.removeEventListener("abort", stop);
        if (answer instanceof HasherLost) reject(answer);
        else if ("md5" in answer) resolve(answer.md5);
        else reject(failureNamed(answer.failure));
      });
      this.#looking ??= setInterval(() => this.#look(), LOOK_MS);
      worker.postMessage({ id, body });
    });
  }

  close(): void {
    this.#dismiss("The page is done with hashing");
  }

  #seat(): Md5Worker {
    const worker = this.start();
    this.#silentLooks = 0;
    worker.onmessage = ({ data }) => {
      this.#silentLooks = 0;
      if ("id" in data) this.#take(data.id)?.(data);
    };
    // One whose script can't be loaded says so without a message.
    worker.onerror = ({ message }) => this.#dismiss(message || "It can't be loaded");
    return worker;
  }

  #take(id: number): Settle | undefined {
    const settle = this.#questions.get(id);
    this.#questions.delete(id);
    if (this.#questions.size === 0) this.#rest();
    return settle;
  }

  #look(): void {
    this.#silentLooks += 1;
    if (this.#silentLooks >= SILENT_LOOKS) this.#dismiss("It says nothing");
  }

  #rest(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#silentLooks = 0;
  }

  #dismiss(why: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const id of [...this.#questions.keys()]) this.#take(id)?.(new HasherLost(why));
  }
}

/** How reading a file fails that was changed or taken away; anything else is no fault of the file's. */
const UNREADABLE: ReadonlySet<string> = new Set(["NotReadableError", "NotFoundError"]);

function failureNamed(name: string): Error {
  return UNREADABLE.has(name) ? new FileUnreadable(name) : new Error(`Hashing failed: ${name}`);
}

/** From so many cores on, a second worker takes nothing away from the network and the page. */
const PLENTY_OF_CORES = 8;

/** One worker hashes some gigabytes in as many seconds, because it takes eight segments at a time. */
export function openHasher(cores: number): WorkerHasher {
  const start = () => new Worker(new URL("./md5.worker.ts", import.meta.url), { type: "module" });
  return new WorkerHasher(start, cores < PLENTY_OF_CORES ? 1 : 2);
}
