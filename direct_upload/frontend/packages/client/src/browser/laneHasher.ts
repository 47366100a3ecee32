import { openBlob, type ReadInto } from "./blobReading.ts";
import { CHUNK_BYTES, LANES, type Md5Lanes } from "./md5Lanes.ts";

interface Job {
  readonly body: Blob;
  readonly signal: AbortSignal;
  readonly resolve: (md5: string) => void;
  readonly reject: (reason: unknown) => void;
}

/** Hashes blobs, first come first served, as many at a time as there are lanes. No blob is in memory whole. */
export class LaneHasher {
  readonly #waiting: Job[] = [];
  readonly #running: (Reading | null)[] = new Array(LANES).fill(null);
  #isBusy = false;

  /** Calls `gotOn` after each round of all lanes, and goes on when that is done. */
  constructor(
    private readonly lanes: Md5Lanes,
    private readonly gotOn: () => void | Promise<void> = () => {},
  ) {}

  /** Rejects with the browser's error when the blob can't be read, or with the signal's reason. */
  md5(body: Blob, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, signal, resolve, reject });
      if (!this.#isBusy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#fillLanes()) {
      await Promise.all(this.#running.map((reading, lane) => reading && this.#feed(reading, lane)));
      this.lanes.run();
      this.#running.forEach((reading, lane) => {
        if (reading?.isComplete) this.#settle(lane, () => reading.job.resolve(this.lanes.digest(lane)));
      });
      await this.gotOn();
    }
    this.#isBusy = false;
  }

  /** False when there is nothing to do. */
  #fillLanes(): boolean {
    for (let lane = 0; lane < LANES; lane += 1) {
      const job = this.#running[lane] ? undefined : this.#waiting.shift();
      if (!job) continue;
      this.lanes.begin(lane);
      this.#running[lane] = new Reading(job);
    }
    return this.#running.some((reading) => reading !== null);
  }

  async #feed(reading: Reading, lane: number): Promise<void> {
    try {
      reading.job.signal.throwIfAborted();
      const bytes = await reading.next(this.lanes.room(lane));
      this.lanes.feed(lane, bytes, reading.isComplete);
    } catch (error) {
      this.#settle(lane, () => reading.job.reject(error));
    }
  }

  #settle(lane: number, tell: () => void): void {
    this.#running[lane]?.close();
    this.#running[lane] = null;
    tell();
  }
}

/** How far a job's blob is read. */
class Reading {
  #source: ReadInto | null = null;
  #left: number;

  constructor(readonly job: Job) {
    this.#left = job.body.size;
  }

  get isComplete(): boolean {
    return this.#left === 0;
  }

  async next(room: Uint8Array): Promise<number> {
    const wanted = Math.min(room.length, this.#left);
    this.#source ??= openBlob(this.job.body, CHUNK_BYTES);
    await this.#source.read(room.subarray(0, wanted));
    this.#left -= wanted;
    return wanted;
  }

  close(): void {
    this.#source?.close();
  }
}
