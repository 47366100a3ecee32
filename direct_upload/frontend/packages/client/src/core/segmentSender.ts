import type { Lease, StoredSegment } from "../types.ts";
import { under } from "./abort.ts";
import { NetworkFailure, SegmentRefused } from "./failures.ts";
import type { Leave } from "./gate.ts";
import type { LeaseKeeper } from "./lease.ts";
import type { Patience } from "./patience.ts";
import { type Segment, type SegmentTable, segmentUrl } from "./segments.ts";
import type { Workshop } from "./workshop.ts";

/** A segment that makes no progress for so long is sent again. */
const STALL_MS = 60_000;

/** One file that is being sent. */
export interface Job {
  readonly file: Blob;
  /** As it is named to the control plane: with its folders. */
  readonly path: string;
  /** Files that came earlier go first. */
  readonly order: number;
  readonly patience: Patience;
  readonly observer: JobObserver;
}

export interface JobObserver {
  /** Bytes moved. */
  progressed(): void;
  /** The upload was begun, a segment was stored, or the upload is lost: what is worth remembering has changed. */
  advanced(): void;
  /** All segments are sent; Swift checks them now. */
  verifying(): void;
  /** Segments, or all of them, turned out wrong and are being sent again. */
  resending(why: unknown): void;
}

/** Brings single segments of one file into Swift. */
export class SegmentSender {
  constructor(
    private readonly job: Job,
    private readonly table: SegmentTable,
    private readonly leases: LeaseKeeper,
    private readonly workshop: Workshop,
  ) {}

  /**
   * Resolves when the segment is stored. Tries again what may be tried again; rejects with the last failure. `place` is
   * one in `Flow.segments`, left as soon as it is not used.
   */
  async send(segment: Segment, place: Leave, signal: AbortSignal): Promise<void> {
    const { segments } = this.workshop.flow;
    let leave: Leave | null = place;
    const work = async () => {
      leave ??= await segments.enter(signal, this.job.order);
      try {
        await this.#try(segment, signal);
      } finally {
        leave();
        leave = null;
      }
    };
    await this.job.patience.repeat(work, signal, segment.number).finally(place);
    this.workshop.flow.stored();
    this.job.observer.advanced();
    this.job.observer.progressed();
  }

  #try(segment: Segment, signal: AbortSignal): Promise<void> {
    const body = this.#bodyOf(segment);
    return under(signal, async (own) => {
      const hashing = this.#hash(segment, body, own.signal);
      // What can't be hashed need not be sent.
      hashing.catch((error) => own.abort(error));
      try {
        // One that may be there is asked for first, and that takes its MD5.
        if (segment.standing !== "absent") await hashing;
        const deliver = () => this.#deliver(segment, body, own.signal);
        const md5 = await this.workshop.flow.sends.run(deliver, own.signal, this.job.order);
        // The way to Swift is never idle for want of an MD5: it is compared when it is there, and others are sent meanwhile.
        await hashing;
        this.#accept(segment, md5);
      } finally {
        own.abort();
      }
    });
  }

  async #hash(segment: Segment, body: Blob, signal: AbortSignal): Promise<void> {
    const { settings, hasher } = this.workshop;
    if (settings.verify) segment.md5 ??= await hasher.md5(body, signal);
  }

  /** A file that is one segment as it is: browsers send it with less work than a slice of it. */
  #bodyOf({ start, end }: Segment): Blob {
    const { file } = this.job;
    return start === 0 && end === file.size ? file : file.slice(start, end);
  }

  /** Resolves with the MD5 that Swift has; null where its answers hide that. */
  async #deliver(segment: Segment, body: Blob, signal: AbortSignal): Promise<string | null> {
    let lease: Lease | null = null;
    try {
      lease = await this.leases.current(segment.number, signal);
      const there = segment.standing === "absent" ? null : await this.#find(segment, body, lease, signal);
      if (there !== null) return there;
      await this.workshop.flow.pacer.take(body.size, signal);
      lease = await this.leases.current(segment.number, signal);
      segment.standing = "doubtful";
      const md5 = await this.#put(segment, body, lease, signal);
      return md5 ?? segment.md5 ?? (await this.#askMd5(segment, lease, signal));
    } catch (error) {
      this.#progress(segment, 0);
      // The reason of an abort, another segment's failure perhaps, says nothing about this one.
      if (!signal.aborted && lease) this.#learn(error, segment, lease);
      throw error;
    }
  }

  /** Compares what Swift has with what was read, if both are known. */
  #accept(segment: Segment, md5: string | null): void {
    const read = segment.md5;
    if (read !== null && md5 !== null && read !== md5) {
      // Either may be wrong: it is hashed again, and compared with what is there, before it is sent again.
      segment.md5 = null;
      this.#progress(segment, 0);
      throw new SegmentRefused(422);
    }
    const known = read ?? md5;
    if (known === null) throw new Error("Swift shows no ETag to this page: expose the header, or verify");
    this.table.markStored(segment, known);
  }

  /** The MD5 of what lies there, if it is this segment. */
  async #find(segment: Segment, body: Blob, lease: Lease, signal: AbortSignal): Promise<string | null> {
    const found = await this.#head(segment, lease, signal);
    // Without an MD5 of our own, what lies there may be another file's: it is sent again.
    const isSame = segment.md5 !== null && found?.size === body.size && found.md5 === segment.md5;
    return isSame ? segment.md5 : null;
  }

  async #askMd5(segment: Segment, lease: Lease, signal: AbortSignal): Promise<string | null> {
    const found = await this.#head(segment, lease, signal);
    if (!found) throw new NetworkFailure("A segment is gone that was just stored");
    return found.md5;
  }

  #head(segment: Segment, lease: Lease, signal: AbortSignal): Promise<StoredSegment | null> {
    const url = segmentUrl(lease, segment.number);
    return this.job.patience.attempt((own) => this.workshop.store.head(url, own), STALL_MS, signal);
  }

  #put(segment: Segment, body: Blob, lease: Lease, signal: AbortSignal): Promise<string | null> {
    const url = segmentUrl(lease, segment.number);
    const work = (own: AbortSignal, alive: () => void) => {
      const onSent = (bytes: number) => {
        alive();
        this.#progress(segment, bytes);
      };
      return this.workshop.store.put(url, body, segment.md5, onSent, own);
    };
    return this.job.patience.attempt(work, STALL_MS, signal);
  }

  #progress(segment: Segment, bytes: number): void {
    this.workshop.flow.sent(this.table.progress(segment, bytes));
    this.job.observer.progressed();
  }

  /**
   * What a failure tells. One without an answer may be an expired signature, whose answer CORS hides: the next attempt
   * takes a new one. And what was damaged may have been hashed wrongly: it is hashed again.
   */
  #learn(error: unknown, segment: Segment, lease: Lease): void {
    const isAmbiguous = error instanceof NetworkFailure;
    const status = error instanceof SegmentRefused ? error.status : 0;
    if (status > 0) segment.standing = "absent";
    if (isAmbiguous || status === 401) this.leases.distrust(lease);
    if (status === 422) segment.md5 = null;
    if (isAmbiguous || status >= 500) this.workshop.flow.failed();
  }
}
