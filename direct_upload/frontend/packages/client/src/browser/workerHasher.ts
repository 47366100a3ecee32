import { FileUnreadable } from "../core/failures.ts";
import type { Hasher } from "../types.ts";
import type { Md5Answer, Md5Request } from "./md5Messages.ts";

/** The part of a `Worker` that is used. */
export interface Md5Worker {
  onmessage: ((event: MessageEvent<Md5Answer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(request: Md5Request): void;
}

type Settle = (answer: Md5Answer) => void;

/** Hashes in workers, which read the blobs themselves: posting one copies no bytes. */
export class WorkerHasher implements Hasher {
  readonly #questions = new Map<number, Settle>();
  #lastId = 0;

  constructor(private readonly workers: readonly Md5Worker[]) {
    for (const worker of workers) {
      worker.onmessage = ({ data }) => this.#settle(data);
      worker.onerror = (event) => this.#failAll(event.message);
    }
  }

  md5(body: Blob, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    this.#lastId += 1;
    const id = this.#lastId;
    const worker = this.workers[id % this.workers.length];
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#questions.delete(id);
        worker?.postMessage({ id });
        reject(signal.reason);
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#questions.set(id, (answer) => {
        signal.removeEventListener("abort", stop);
        if ("md5" in answer) resolve(answer.md5);
        else reject(failureNamed(answer.failure));
      });
      worker?.postMessage({ id, body });
    });
  }

  #settle(answer: Md5Answer): void {
    this.#questions.get(answer.id)?.(answer);
    this.#questions.delete(answer.id);
  }

  #failAll(message: string): void {
    for (const id of [...this.#questions.keys()]) this.#settle({ id, failure: message });
  }
}

/** How reading a file fails that was changed or taken away; anything else is no fault of the file's. */
const UNREADABLE: ReadonlySet<string> = new Set(["NotReadableError", "NotFoundError"]);

function failureNamed(name: string): Error {
  return UNREADABLE.has(name) ? new FileUnreadable(name) : new Error(`Hashing failed: ${name}`);
}

/** From so many cores on, a second worker takes nothing away from the network and the page. */
const PLENTY_OF_CORES = 8;

/** One worker hashes some gigabytes in as many seconds, because it takes four segments at a time. */
export function startMd5Workers(cores: number): Md5Worker[] {
  return Array.from(
    { length: cores < PLENTY_OF_CORES ? 1 : 2 },
    () => new Worker(new URL("./md5.worker.ts", import.meta.url), { type: "module" }),
  );
}
