import type { BegunUpload, FileDescription, StoredFile } from "../types.ts";
import { attempt } from "./attempt.ts";
import { isLostUpload, Problem } from "./failures.ts";
import { LeaseKeeper } from "./lease.ts";
import { cleanName, cleanType } from "./naming.ts";
import { SegmentSender, type SendObserver } from "./segmentSender.ts";
import { cut, type Segment, sentBytes } from "./segments.ts";
import type { Workshop } from "./workshop.ts";

const ANSWER_MS = 30_000;
/** The server has Swift look at every segment before it answers. */
const COMPLETE_MS = 180_000;
/** How often in all segments that Swift rejects at the end are sent again. */
const REPAIRS = 3;

/** A named blob; a `File` is one. */
export interface SourceFile extends Blob {
  readonly name: string;
}

export interface TransferObserver extends SendObserver {
  /** All segments are sent; Swift checks them now. */
  verifying(): void;
  /** Segments turned out wrong and are being sent again. */
  resending(): void;
}

export function describe(file: SourceFile): FileDescription {
  return { name: cleanName(file.name), size: file.size, type: cleanType(file.type) };
}

/** One file's way into Swift. It can be run again after a failure, and then does only what is missing. */
export class Transfer {
  #upload: BegunUpload | null = null;
  #segments: Segment[] = [];
  #sender: SegmentSender | null = null;

  constructor(
    private readonly file: SourceFile,
    private readonly workshop: Workshop,
    private readonly observer: TransferObserver,
  ) {}

  get sentBytes(): number {
    return sentBytes(this.#segments);
  }

  /** Resolves with the stored file. Rejects with the failure, or the signal's reason; call it again to continue. */
  async run(signal: AbortSignal): Promise<StoredFile> {
    try {
      const upload = this.#upload ?? (await this.#begin(signal));
      return await this.#bring(upload, signal);
    } catch (error) {
      if (isLostUpload(error)) this.#forget();
      throw error;
    }
  }

  /** Gives the upload up and has its segments removed. Resolves with the file if it was complete already, else null. */
  async discard(signal: AbortSignal): Promise<StoredFile | null> {
    const upload = this.#upload;
    if (!upload) return null;
    const { control } = this.workshop;
    try {
      await this.#ask((own) => control.discard(upload, own), signal);
      return null;
    } catch (error) {
      if (error instanceof Problem && error.status === 409)
        return this.#ask((own) => control.findFile(upload.id, own), signal);
      throw error;
    }
  }

  async #begin(signal: AbortSignal): Promise<BegunUpload> {
    const { control, clock } = this.workshop;
    const upload = await this.#ask((own) => control.create(describe(this.file), own), signal);
    const renew = (own: AbortSignal) => attempt((each) => control.renew(upload, each), ANSWER_MS, clock, own);
    const leases = new LeaseKeeper(upload.lease, renew, () => clock.now());
    this.#upload = upload;
    this.#segments = cut(this.file.size, upload.segmentBytes);
    this.#sender = new SegmentSender(this.file, leases, this.workshop, this.observer);
    return upload;
  }

  #forget(): void {
    this.#upload = null;
    this.#segments = [];
    this.#sender = null;
  }

  async #bring(upload: BegunUpload, signal: AbortSignal): Promise<StoredFile> {
    for (let repairs = 0; ; repairs += 1) {
      await this.#sendMissing(signal);
      this.observer.verifying();
      try {
        return await this.#complete(upload, signal);
      } catch (error) {
        if (!this.#takeBack(error)) throw error;
        if (repairs >= REPAIRS) throw error;
        this.observer.resending();
      }
    }
  }

  #complete(upload: BegunUpload, signal: AbortSignal): Promise<StoredFile> {
    const md5s = this.#segments.map((segment) => segment.md5 ?? "");
    return this.#ask((own) => this.workshop.control.complete(upload, md5s, own), signal, COMPLETE_MS);
  }

  /** Sends all that is not stored. The first failure stops the other segments, and is the one that is told. */
  async #sendMissing(outer: AbortSignal): Promise<void> {
    const own = new AbortController();
    const signal = AbortSignal.any([outer, own.signal]);
    const sending: Promise<void>[] = [];
    try {
      for (const segment of this.#segments.filter(({ standing }) => standing !== "stored")) {
        const leave = await this.workshop.segments.enter(signal);
        const sent = this.#sender?.send(segment, signal) ?? Promise.resolve();
        sending.push(sent.catch((error) => own.abort(error)).finally(leave));
      }
    } finally {
      await Promise.all(sending);
    }
    signal.throwIfAborted();
  }

  /** Marks the segments that Swift rejected as absent; false when the failure is not about segments. */
  #takeBack(error: unknown): boolean {
    if (!(error instanceof Problem)) return false;
    for (const number of error.rejected) {
      const segment = this.#segments[number];
      if (segment) Object.assign(segment, { standing: "absent", sentBytes: 0, md5: null });
    }
    return error.rejected.length > 0;
  }

  #ask<T>(call: (own: AbortSignal) => Promise<T>, signal: AbortSignal, quietMs = ANSWER_MS): Promise<T> {
    const { retrier, clock } = this.workshop;
    const pause = () => this.observer.paused(true);
    return retrier.run(() => attempt(call, quietMs, clock, signal), signal, pause);
  }
}
